/** Batch normalisation: y = (x − mean) · (variance + ε)^(−1/2) · scale + offset, with broadcasting. */
import * as tf from "@tensorflow/tfjs";
import { register, unbroadcast } from "./rule.js";

export function registerNormalization(): void {
  register({
    kernel: tf.FusedBatchNorm,
    saves: ["x", "mean", "variance", "scale"],
    gradient: (dy, { x, mean, variance, scale }, { varianceEpsilon }: tf.FusedBatchNormAttrs) => {
      const inverseDeviation = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
      const slope = () => tf.mul(tf.mul(dy, scale), inverseDeviation());
      return {
        x: () => unbroadcast(slope(), x.shape),
        mean: () => unbroadcast(tf.neg(slope()), mean.shape),
        variance: () => {
          const centred = tf.div(tf.sub(x, mean), tf.add(variance, varianceEpsilon));
          return unbroadcast(tf.mul(-0.5, tf.mul(slope(), centred)), variance.shape);
        },
        scale: () => {
          const normalised = tf.mul(tf.sub(x, mean), inverseDeviation());
          return unbroadcast(tf.mul(dy, normalised), scale.shape);
        },
        offset: () => unbroadcast(dy, mean.shape),
      };
    },
  });
}
