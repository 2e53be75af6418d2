/** Registers the backend and its kernels with tfjs, once. */
import * as tf from "@tensorflow/tfjs";
import { Float64Backend } from "./backend.js";
import { listen } from "./exact.js";
import { NAME } from "./kernel.js";
import { registerBinary } from "./kernels/binary.js";
import { registerConv } from "./kernels/conv.js";
import { registerConv3D } from "./kernels/conv3d.js";
import { registerCreation } from "./kernels/create.js";
import { registerDepthwise } from "./kernels/depthwise.js";
import { registerLinear } from "./kernels/linear.js";
import { refuseMissing } from "./kernels/missing.js";
import { registerMoves } from "./kernels/moves.js";
import { registerNormalize } from "./kernels/normalize.js";
import { registerPool } from "./kernels/pool.js";
import { registerReductions } from "./kernels/reduce.js";
import { registerResize } from "./kernels/resize.js";
import { registerScans } from "./kernels/scan.js";
import { registerUnary } from "./kernels/unary.js";

let prepared = false;

/** Makes the backend "float64" known to tfjs; `use("float64")` then starts it. */
export function prepareFloat64(): void {
  if (prepared) return;
  prepared = true;
  tf.registerBackend(NAME, () => new Float64Backend(), 0);
  registerUnary();
  registerBinary();
  registerReductions();
  registerScans();
  registerMoves();
  registerCreation();
  registerLinear();
  registerConv();
  registerDepthwise();
  registerPool();
  registerNormalize();
  registerConv3D();
  registerResize();
  refuseMissing();
  listen();
}
