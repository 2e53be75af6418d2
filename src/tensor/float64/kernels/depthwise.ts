/** Depthwise convolution: every input channel with its own `multiplier` filters. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";
import { activate, type Fused } from "./fused.js";

type Shape4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;
type Place = Pick<
  tf.DepthwiseConv2dNativeAttrs,
  "strides" | "pad" | "dimRoundingMode" | "dilations"
>;

export function registerDepthwise(): void {
  define<"x" | "filter", tf.DepthwiseConv2dNativeAttrs>(
    tf.DepthwiseConv2dNative,
    ({ inputs, attrs, backend }) => convolve(backend, inputs.x, inputs.filter, attrs),
  );
  define<"x" | "filter" | "bias" | "preluActivationWeights", Place & Fused>(
    tf.FusedDepthwiseConv2D,
    ({ inputs, attrs, backend }) =>
      activate(backend, convolve(backend, inputs.x, inputs.filter, attrs), inputs, attrs),
  );
  define<"x" | "dy", tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = depthwiseInfo(x.shape, attrs.filterShape, attrs);
      const [values, slopes] = [backend.floats(x), backend.floats(dy)];
      const out = backend.zeros(sizeOf(attrs.filterShape));
      forEachTap(info, (inside, filter, at) => {
        out[filter]! += values[inside]! * slopes[at]!;
      });
      return backend.make(attrs.filterShape, out);
    },
  );
  define<"dy" | "filter", tf.DepthwiseConv2dNativeBackpropInputAttrs>(
    tf.DepthwiseConv2dNativeBackpropInput,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = depthwiseInfo(attrs.inputShape, filter.shape, attrs);
      const [slopes, weights] = [backend.floats(dy), backend.floats(filter)];
      const out = backend.zeros(sizeOf(attrs.inputShape));
      forEachTap(info, (inside, tap, at) => {
        out[inside]! += weights[tap]! * slopes[at]!;
      });
      return backend.make(attrs.inputShape, out);
    },
  );
}

function depthwiseInfo(shape: readonly number[], filter: readonly number[], place: Place): Info {
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

function convolve(
  backend: Float64Backend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  place: Place,
): tf.TensorInfo {
  const info = depthwiseInfo(x.shape, filter.shape, place);
  const [values, weights] = [backend.floats(x), backend.floats(filter)];
  const out = backend.zeros(sizeOf(info.outShape));
  forEachTap(info, (inside, tap, at) => {
    out[at]! += values[inside]! * weights[tap]!;
  });
  return backend.make(info.outShape, out);
}

/** Visits each product of the convolution: offsets in the input, the filter and the output. */
function forEachTap(info: Info, visit: (inside: number, tap: number, at: number) => void): void {
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
