/** Three-dimensional convolution and its two gradients, as plain sums over taps. */
import * as tf from "@tensorflow/tfjs";
import {
  addConvolution3,
  addFilterGradient3,
  addInputGradient3,
  conv3dInfo,
  type Place3,
} from "../../windows/conv3d.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";

export function registerConv3D(): void {
  define<"x" | "filter", Place3>(tf.Conv3D, ({ inputs: { x, filter }, attrs, backend }) => {
    const info = conv3dInfo(x.shape, filter.shape, attrs);
    const out = backend.zeros(sizeOf(info.outShape));
    addConvolution3(info, backend.floats(x), backend.floats(filter), out);
    return backend.make(info.outShape, out);
  });
  define<"x" | "dy", Place3 & { filterShape: number[] }>(
    tf.Conv3DBackpropFilterV2,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = conv3dInfo(x.shape, attrs.filterShape, attrs);
      const out = backend.zeros(sizeOf(attrs.filterShape));
      addFilterGradient3(info, backend.floats(x), backend.floats(dy), out);
      return backend.make(attrs.filterShape, out);
    },
  );
  define<"dy" | "filter", Place3 & { inputShape: number[] }>(
    tf.Conv3DBackpropInputV2,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = conv3dInfo(attrs.inputShape, filter.shape, attrs);
      const out = backend.zeros(sizeOf(attrs.inputShape));
      addInputGradient3(info, backend.floats(dy), backend.floats(filter), out);
      return backend.make(attrs.inputShape, out);
    },
  );
}
