/**
 * Pooling. Average pooling is linear; max pooling selects, so its gradient is linear in dy with
 * coefficients that are constant almost everywhere.
 *
 * The adjoint of "put dy where the maximum was" is "take the value where the maximum was". tfjs has
 * no kernel for that: `CurvlabMaxPoolTake` is one, in JavaScript, for every backend.
 */
import * as tf from "@tensorflow/tfjs";
import { detach, register, runKernel } from "./rule.js";

export const MaxPoolTake = "CurvlabMaxPoolTake";

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
  for (const backendName of ["cpu", "wasm", "tensorflow"]) {
    tf.registerKernel({ kernelName: MaxPoolTake, backendName, kernelFunc: maxPoolTake });
  }
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

/** For each window, the entry of `x` at the place of the first maximum of `input`. */
const maxPoolTake: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, input } = inputs;
  if (x === undefined || input === undefined || !(backend instanceof tf.KernelBackend)) {
    throw new Error(`${MaxPoolTake}: x and input are needed`);
  }
  const place = attrs as unknown as tf.MaxPoolAttrs;
  const info = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    place.filterSize,
    place.strides,
    1,
    place.pad,
    place.dimRoundingMode,
  );
  const values = backend.readSync(x.dataId) as Float32Array;
  const compared = backend.readSync(input.dataId) as Float32Array;
  const taken = new Float32Array(tf.util.sizeFromShape(info.outShape));
  takeAtMaximum(info, values, compared, taken);
  const dataId = backend.write(taken, info.outShape, "float32");
  return { dataId, shape: info.outShape, dtype: "float32" };
};

type Floats = Float32Array | Float64Array;

export function takeAtMaximum(
  info: tf.backend_util.Conv2DInfo,
  values: Floats,
  compared: Floats,
  taken: Floats,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  const { strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth, padInfo } = info;
  let out = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * strideHeight - padInfo.top;
      const lastRow = Math.min(inHeight, top + effectiveFilterHeight);
      for (let j = 0; j < outWidth; j++) {
        const leftmost = j * strideWidth - padInfo.left;
        const lastColumn = Math.min(inWidth, leftmost + effectiveFilterWidth);
        for (let c = 0; c < inChannels; c++) {
          let largest = Number.NEGATIVE_INFINITY;
          let at = -1;
          for (let row = Math.max(0, top); row < lastRow; row++) {
            for (let column = Math.max(0, leftmost); column < lastColumn; column++) {
              const k = ((b * inHeight + row) * inWidth + column) * inChannels + c;
              if (compared[k]! > largest) {
                largest = compared[k]!;
                at = k;
              }
            }
          }
          taken[out++] = at < 0 ? 0 : values[at]!;
        }
      }
    }
  }
}
