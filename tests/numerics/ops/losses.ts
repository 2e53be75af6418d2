import { tf } from "../../../src/tensor/tf.js";
import type { Argument, OpCase } from "./op-case.js";

const loss = (
  op: string,
  f: (targets: tf.Tensor, predictions: tf.Tensor) => tf.Tensor,
  args: readonly Argument[] = [{ shape: [3, 4] }],
  targets = [
    [0, 1, 0, 1],
    [1, 0, 0, 0],
    [0, 0, 1, 1],
  ],
): OpCase => ({ family: "losses", op, args, f: (x) => f(tf.tensor2d(targets), x!) });

const oneHot = [
  [0, 1, 0, 0],
  [1, 0, 0, 0],
  [0, 0, 0, 1],
];
const logits: readonly Argument[] = [{ shape: [3, 4] }];

export const losses: readonly OpCase[] = [
  loss("meanSquaredError", (t, x) => tf.losses.meanSquaredError(t, x)),
  loss("absoluteDifference", (t, x) => tf.losses.absoluteDifference(t, x)),
  loss("huberLoss", (t, x) => tf.losses.huberLoss(t, x, undefined, 0.7)),
  loss("hingeLoss", (t, x) => tf.losses.hingeLoss(t, x)),
  loss("logLoss", (t, x) => tf.losses.logLoss(t, tf.sigmoid(x))),
  loss("cosineDistance", (t, x) => tf.losses.cosineDistance(t, x, 1)),
  loss("sigmoidCrossEntropy", (t, x) => tf.losses.sigmoidCrossEntropy(t, x)),
  loss("sigmoidCrossEntropy (smoothed)", (t, x) =>
    tf.losses.sigmoidCrossEntropy(t, x, undefined, 0.1),
  ),
  loss("softmaxCrossEntropy", (t, x) => tf.losses.softmaxCrossEntropy(t, x), logits, oneHot),
  loss(
    "softmaxCrossEntropy (smoothed)",
    (t, x) => tf.losses.softmaxCrossEntropy(t, x, undefined, 0.1),
    logits,
    oneHot,
  ),
  {
    family: "losses",
    op: "softmaxCrossEntropy (soft labels, differentiated)",
    args: [{ shape: [2, 3], domain: "positive" }, { shape: [2, 3] }],
    f: (labels, x) => tf.losses.softmaxCrossEntropy(labels, x!),
  },
  loss("weighted mean squared error", (t, x) =>
    tf.losses.meanSquaredError(t, x, tf.tensor2d([[0.5], [2], [0]])),
  ),
];
