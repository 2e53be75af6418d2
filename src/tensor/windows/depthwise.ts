/**
 * The products of a depthwise convolution, in row-major NHWC arrays of either precision: shared by
 * the float64 backend and by the kernels that the wasm backend lacks.
 */
import * as tf from "@tensorflow/tfjs";

type Shape4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;
export type Place = Pick<
  tf.DepthwiseConv2dNativeAttrs,
  "strides" | "pad" | "dimRoundingMode" | "dilations"
>;

export function depthwiseInfo(
  shape: readonly number[],
  filter: readonly number[],
  place: Place,
): Info {
  return tf.backend_util.computeConv2DInfo(
    shape as Shape4,
    filter as Shape4,
    place.strides,
    place.dilations ?? 1,
    place.pad,
    place.dimRoundingMode,
    true,
  );
}

/** Visits each product of the convolution: offsets in the input, the filter and the output. */
export function forEachTap(
  info: Info,
  visit: (inside: number, tap: number, at: number) => void,
): void {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const multiplier = info.outChannels / inChannels;
  for (let b = 0, window = 0; b < info.batchSize; b++) {
    for (let i = 0; i < info.outHeight; i++) {
      for (let j = 0; j < info.outWidth; j++, window += info.outChannels) {
        for (let p = 0; p < filterHeight; p++) {
          const row = i * info.strideHeight - padInfo.top + p * info.dilationHeight;
          if (row < 0 || row >= inHeight) continue;
          for (let q = 0; q < filterWidth; q++) {
            const column = j * info.strideWidth - padInfo.left + q * info.dilationWidth;
            if (column < 0 || column >= inWidth) continue;
            const pixel = ((b * inHeight + row) * inWidth + column) * inChannels;
            const tap = (p * filterWidth + q) * info.outChannels;
            for (let c = 0; c < info.outChannels; c++) {
              visit(pixel + Math.floor(c / multiplier), tap + c, window + c);
            }
          }
        }
      }
    }
  }
}
