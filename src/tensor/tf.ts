/**
 * The one TensorFlow.js, with gradients that are right when differentiated again.
 *
 * Everything in curvlab takes tfjs from here, so that the gradients are replaced before the first
 * of them runs. A notebook that imports "@tensorflow/tfjs" itself gets the same engine and, once
 * curvlab is imported, the same gradients.
 */
import * as tf from "@tensorflow/tfjs";
import { installSecondOrder } from "./second-order/index.js";

installSecondOrder();

export { tf };
