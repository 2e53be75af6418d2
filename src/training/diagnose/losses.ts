/**
 * Losses by the names that TensorFlow.js gives them, from operations with second derivatives.
 *
 * The shipped ones are written for one derivative, and some give a wrong second one. Here each is the
 * mean over a batch of outputs against targets. "Crossentropy" takes probabilities, as after a softmax
 * or sigmoid layer; the two spelled with "WithLogits" take what goes into one.
 */
import { tf } from "../../tensor/index.js";

/** Mean loss of a batch of outputs. */
export type BatchLoss = (outputs: tf.Tensor, targets: tf.Tensor) => tf.Tensor;

/** Probabilities below this count as this, so that their logarithm is finite. */
const LEAST = 1e-7;

const log = (p: tf.Tensor) => tf.log(tf.add(p, LEAST));

/** Whole numbers as rows of 0 and 1, where targets are not given so already. */
function oneHot(targets: tf.Tensor, outputs: tf.Tensor): tf.Tensor {
  const classes = outputs.shape.at(-1) ?? 1;
  return targets.size === outputs.size
    ? targets.reshape(outputs.shape)
    : tf.oneHot(targets.flatten().toInt(), classes).toFloat().reshape(outputs.shape);
}

const crossentropy: BatchLoss = (p, targets) => {
  const share = tf.div(p, tf.sum(p, -1, true));
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot(targets, p), log(share)), -1)));
};
const withLogits: BatchLoss = (z, targets) =>
  tf.neg(tf.mean(tf.sum(tf.mul(oneHot(targets, z), tf.logSoftmax(z)), -1)));
const like = (targets: tf.Tensor, outputs: tf.Tensor) => targets.reshape(outputs.shape);
const squared: BatchLoss = (y, t) => tf.mean(tf.square(tf.sub(y, like(t, y))));
const absolute: BatchLoss = (y, t) => tf.mean(tf.abs(tf.sub(y, like(t, y))));

const losses = {
  meanSquaredError: squared,
  mse: squared,
  meanAbsoluteError: absolute,
  mae: absolute,
  categoricalCrossentropy: crossentropy,
  sparseCategoricalCrossentropy: crossentropy,
  categoricalCrossentropyWithLogits: withLogits,
  binaryCrossentropy: (p, targets) => {
    const t = like(targets, p);
    const missed = tf.mul(tf.sub(1, t), log(tf.sub(1, p)));
    return tf.neg(tf.mean(tf.add(tf.mul(t, log(p)), missed)));
  },
  binaryCrossentropyWithLogits: (z, targets) =>
    tf.mean(tf.sub(tf.softplus(z), tf.mul(like(targets, z), z))),
} as const satisfies Record<string, BatchLoss>;

export type LossName = keyof typeof losses;

export function namedLoss(name: string): BatchLoss {
  if (Object.hasOwn(losses, name)) return losses[name as LossName];
  throw new RangeError(
    `diagnose: there is no loss "${name}"; there are ${Object.keys(losses).join(", ")}, ` +
      "or give a function (outputs, targets) => scalar",
  );
}
