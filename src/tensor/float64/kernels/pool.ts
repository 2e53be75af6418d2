/** Pooling: channels are innermost, so each window is a sum or a maximum of rows of channels. */
import * as tf from "@tensorflow/tfjs";
import { MaxPoolTake, takeAtMaximum } from "../../second-order/pooling.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";

type Shape4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;

function poolInfo(shape: readonly number[], attrs: tf.MaxPoolAttrs): Info {
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

export function registerPool(): void {
  define<"x", tf.MaxPoolAttrs>(tf.MaxPool, ({ inputs: { x }, attrs, backend }) => {
    const info = poolInfo(x.shape, attrs);
    const values = backend.floats(x);
    const out = backend.room(sizeOf(info.outShape));
    takeAtMaximum(info, values, values, out);
    return backend.make(info.outShape, out);
  });
  define<"dy" | "input", tf.MaxPoolAttrs>(tf.MaxPoolGrad, ({ inputs, attrs, backend }) => {
    const info = poolInfo(inputs.input.shape, attrs);
    const dy = backend.floats(inputs.dy);
    const out = backend.zeros(sizeOf(inputs.input.shape));
    // "Take" of the places themselves says where each gradient goes.
    const places = Float64Array.from({ length: out.length }, (_, i) => i);
    const chosen = new Float64Array(dy.length).fill(-1);
    takeAtMaximum(info, places, backend.floats(inputs.input), chosen);
    for (let i = 0; i < dy.length; i++) out[chosen[i]!]! += dy[i]!;
    return backend.make(inputs.input.shape, out);
  });
  define<"x" | "input", tf.MaxPoolAttrs>(MaxPoolTake, ({ inputs, attrs, backend }) => {
    const info = poolInfo(inputs.input.shape, attrs);
    const out = backend.room(sizeOf(info.outShape));
    takeAtMaximum(info, backend.floats(inputs.x), backend.floats(inputs.input), out);
    return backend.make(info.outShape, out);
  });
  define<"x", tf.AvgPoolAttrs>(tf.AvgPool, ({ inputs: { x }, attrs, backend }) => {
    const info = poolInfo(x.shape, attrs);
    const values = backend.floats(x);
    const out = backend.zeros(sizeOf(info.outShape));
    overWindows(info, (inside, at, weight) => {
      for (let c = 0; c < info.inChannels; c++) out[at + c]! += weight * values[inside + c]!;
    });
    return backend.make(info.outShape, out);
  });
  define<"dy" | "input", tf.AvgPoolAttrs>(tf.AvgPoolGrad, ({ inputs, attrs, backend }) => {
    const info = poolInfo(inputs.input.shape, attrs);
    const dy = backend.floats(inputs.dy);
    const out = backend.zeros(sizeOf(inputs.input.shape));
    overWindows(info, (inside, at, weight) => {
      for (let c = 0; c < info.inChannels; c++) out[inside + c]! += weight * dy[at + c]!;
    });
    return backend.make(inputs.input.shape, out);
  });
}

/** Visits every pixel of every window: its offset, the window's, and one over the window's pixels. */
function overWindows(
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
