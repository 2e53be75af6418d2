/**
 * Pooling. Average pooling is linear; max pooling selects, so its gradient is linear in dy with
 * coefficients that are constant almost everywhere.
 *
 * The adjoint of "put dy where the maximum was" is "take the value where the maximum was". tfjs has
 * no kernel for that: `CurvlabMaxPoolTake` is one, registered for every backend.
 */
import * as tf from "@tensorflow/tfjs";
import { MaxPoolTake } from "../windows/pooling.js";
import { detach, register, runKernel } from "./rule.js";

export { MaxPoolTake };

export function registerPooling(): void {
  register({
    kernel: tf.MaxPool,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }, attrs: tf.MaxPoolAttrs) => ({
      x: () => put(dy, detach(x), detach(output), attrs),
    }),
  });
  register({
    kernel: tf.MaxPoolGrad,
    saves: ["input", "output"],
    gradient: (ddx, saved, attrs: tf.MaxPoolGradAttrs) => ({
      dy: () => runKernel(MaxPoolTake, { x: ddx, ...saved }, attrs),
      input: () => tf.zeros(saved.input.shape),
      output: () => tf.zeros(saved.output.shape),
    }),
  });
  register({
    kernel: MaxPoolTake,
    saves: ["input", "output"],
    gradient: (dy, { input, output }, attrs: tf.MaxPoolGradAttrs) => ({
      x: () => put(dy, input, output, attrs),
      input: () => tf.zeros(input.shape),
      output: () => tf.zeros(output.shape),
    }),
  });
  register({
    kernel: tf.AvgPool,
    saves: ["x"],
    gradient: (dy, { x }, attrs: tf.AvgPoolAttrs) => ({
      x: () => runKernel(tf.AvgPoolGrad, { dy, input: detach(x) }, attrs),
    }),
  });
  register({
    kernel: tf.AvgPoolGrad,
    saves: ["input"],
    gradient: (ddx, { input }, attrs: tf.AvgPoolGradAttrs) => ({
      dy: () => runKernel(tf.AvgPool, { x: ddx }, attrs),
      input: () => tf.zeros(input.shape),
    }),
  });
}

function put(
  dy: tf.Tensor,
  input: tf.Tensor,
  output: tf.Tensor,
  { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs,
): tf.Tensor {
  const attrs = { filterSize, strides, pad, dimRoundingMode };
  return runKernel(tf.MaxPoolGrad, { dy, input, output }, attrs);
}
