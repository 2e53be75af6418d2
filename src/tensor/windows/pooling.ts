/**
 * Windows of a pooling, in row-major NHWC arrays of either precision: shared by the float64 backend
 * and by the kernels that other backends lack or have wrong.
 */
import * as tf from "@tensorflow/tfjs";

/** The kernel that takes, for each window, the entry of x where `input` has its first maximum. */
export const MaxPoolTake = "CurvlabMaxPoolTake";

export type Floats = Float32Array | Float64Array;
type Shape4 = [number, number, number, number];
export type Info = tf.backend_util.Conv2DInfo;

export function poolInfo(shape: readonly number[], attrs: tf.MaxPoolAttrs): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  return tf.backend_util.computePool2DInfo(
    shape as Shape4,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/** taken[w] = values[k] for the first k in window w where `compared` is largest. */
export function takeAtMaximum(info: Info, values: Floats, compared: Floats, taken: Floats): void {
  forEachMaximum(info, compared, (at, out) => {
    taken[out] = at < 0 ? 0 : values[at]!;
  });
}

/** The adjoint of `takeAtMaximum`: adds dy[w] to out[k]. */
export function putAtMaximum(info: Info, dy: Floats, compared: Floats, out: Floats): void {
  forEachMaximum(info, compared, (at, window) => {
    if (at >= 0) out[at]! += dy[window]!;
  });
}

function forEachMaximum(
  info: Info,
  compared: Floats,
  visit: (at: number, window: number) => void,
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
          visit(at, out++);
        }
      }
    }
  }
}

/** Visits every pixel of every window: its offset, the window's, and one over the window's pixels. */
export function overWindows(
  info: Info,
  visit: (inside: number, at: number, weight: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  let at = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * info.strideHeight - padInfo.top;
      const [firstRow, lastRow] = [Math.max(0, top), Math.min(inHeight, top + info.filterHeight)];
      for (let j = 0; j < outWidth; j++, at += inChannels) {
        const left = j * info.strideWidth - padInfo.left;
        const [first, last] = [Math.max(0, left), Math.min(inWidth, left + info.filterWidth)];
        const weight = 1 / ((lastRow - firstRow) * (last - first));
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = first; column < last; column++) {
            visit(((b * inHeight + row) * inWidth + column) * inChannels, at, weight);
          }
        }
      }
    }
  }
}
