/** Pooling: channels are innermost, so each window is a sum or a maximum of rows of channels. */
import * as tf from "@tensorflow/tfjs";
import {
  MaxPoolTake,
  overWindows,
  poolInfo,
  putAtMaximum,
  takeAtMaximum,
} from "../../windows/pooling.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";

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
    putAtMaximum(info, dy, backend.floats(inputs.input), out);
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
