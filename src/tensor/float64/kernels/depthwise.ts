/** Depthwise convolution: every input channel with its own `multiplier` filters. */
import * as tf from "@tensorflow/tfjs";
import { depthwiseInfo, forEachTap, type Place } from "../../windows/depthwise.js";
import type { Float64Backend } from "../backend.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";
import { activate, type Fused } from "./fused.js";

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
