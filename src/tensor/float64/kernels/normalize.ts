/** Batch normalisation. */
import * as tf from "@tensorflow/tfjs";
import { define } from "../kernel.js";
import { stridesIn, stridesOf } from "../loops.js";

export function registerNormalize(): void {
  define<"x" | "mean" | "variance" | "offset" | "scale", { varianceEpsilon: number }>(
    tf.FusedBatchNorm,
    ({ inputs, attrs, backend }) => {
      const { x, mean, variance } = inputs;
      const { offset, scale }: { offset?: tf.TensorInfo; scale?: tf.TensorInfo } = inputs;
      const values = backend.floats(x);
      const read = (tensor: tf.TensorInfo | undefined, absent: number) => {
        if (tensor === undefined || tensor === null) return () => absent;
        const own = backend.floats(tensor);
        const strides = stridesIn(tensor.shape, x.shape);
        const outer = stridesOf(x.shape);
        return (i: number) =>
          own[strides.reduce((at, s, d) => at + s * (Math.floor(i / outer[d]!) % x.shape[d]!), 0)]!;
      };
      const [m, v, b, g] = [read(mean, 0), read(variance, 1), read(offset, 0), read(scale, 1)];
      const out = backend.room(values.length);
      for (let i = 0; i < out.length; i++) {
        const normalised = (values[i]! - m(i)) / Math.sqrt(v(i) + attrs.varianceEpsilon);
        out[i] = g(i) * normalised + b(i);
      }
      return backend.make(x.shape, out);
    },
  );
}
