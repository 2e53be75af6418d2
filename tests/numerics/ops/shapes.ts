import { tf } from "../../../src/tensor/tf.js";
import type { Domain, OpCase } from "./op-case.js";

const one = (
  family: string,
  op: string,
  shape: readonly number[],
  f: (x: tf.Tensor) => tf.Tensor,
  domain: Domain = "any",
): OpCase => ({ family, op, args: [{ shape, domain }], f });

const moved = (op: string, shape: readonly number[], f: (x: tf.Tensor) => tf.Tensor) =>
  one("shapes", op, shape, f);
const reduced = (op: string, f: (x: tf.Tensor) => tf.Tensor, domain: Domain = "any") =>
  one("reductions", op, [2, 3, 4], f, domain);

const indices = (values: number[]) => tf.tensor1d(values, "int32");

export const shapes: readonly OpCase[] = [
  moved("batchToSpaceND", [4, 2, 2, 1], (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  moved("broadcastTo", [3, 1], (x) => tf.broadcastTo(x, [2, 3, 4])),
  moved("concat", [2, 3], (x) => tf.concat([x, tf.square(x), x], 1)),
  moved("cumsum", [2, 3, 3], (x) => tf.cumsum(x, 1, true, true)),
  moved("expandDims, squeeze", [2, 3], (x) => tf.squeeze(tf.square(tf.expandDims(x, 1)))),
  moved("gather", [4, 3], (x) => tf.gather(x, indices([2, 0, 2, 3]))),
  moved("gather (axis 1)", [2, 4, 2], (x) => tf.gather(x, indices([3, 3, 0]), 1)),
  moved("mirrorPad (reflect)", [3, 4], (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [0, 3],
      ],
      "reflect",
    ),
  ),
  moved("mirrorPad (symmetric)", [3, 4], (x) =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [1, 0],
      ],
      "symmetric",
    ),
  ),
  moved("pad", [2, 3], (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      0.7,
    ),
  ),
  moved("reshape, flatten", [2, 6], (x) =>
    tf.mul(tf.reshape(x, [3, 4]), tf.reshape(x.flatten(), [3, 4])),
  ),
  moved("reverse", [2, 3, 2], (x) => tf.reverse(x, [0, 2])),
  moved("slice", [3, 4], (x) => tf.slice(x, [1, 0], [2, 3])),
  moved("spaceToBatchND", [1, 3, 4, 1], (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [1, 0],
        [0, 0],
      ],
    ),
  ),
  moved("split", [2, 6], (x) => {
    const [a, b] = tf.split(x, [2, 4], 1) as [tf.Tensor, tf.Tensor];
    return tf.concat([tf.square(b), a], 1);
  }),
  moved("stack, unstack", [3, 4], (x) => {
    const [a, b, c] = tf.unstack(x) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return tf.stack([tf.mul(a, b), c], 1);
  }),
  moved("tile", [2, 3], (x) => tf.tile(x, [2, 3])),
  moved("transpose", [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1])),
  moved("unsortedSegmentSum", [4, 2], (x) => tf.unsortedSegmentSum(x, indices([1, 0, 1, 2]), 3)),
  reduced("sum", (x) => tf.sum(x, [0, 2])),
  reduced("mean", (x) => tf.mean(x, 1)),
  reduced("max", (x) => tf.max(x, 1)),
  reduced("min", (x) => tf.min(x, [0, 1], true)),
  reduced("prod", (x) => tf.prod(x, 1)),
  reduced("prod (two axes)", (x) => tf.prod(x, [0, 1])),
  one("reductions", "prod (with a zero)", [1, 5], (x) =>
    tf.prod(tf.mul(x, tf.tensor1d([1, 1, 0, 1, 1])), 1),
  ),
  reduced("logSumExp", (x) => tf.logSumExp(x, 1)),
  reduced("norm (2)", (x) => tf.norm(x, 2, 1)),
  reduced("norm (1)", (x) => tf.norm(x, 1, 1)),
  reduced("norm (fro)", (x) => tf.norm(x, "fro", [1, 2])),
  reduced("norm (inf)", (x) => tf.norm(x, Number.POSITIVE_INFINITY, 1)),
  reduced("moments", (x) => {
    const { mean, variance } = tf.moments(x, [1]);
    return tf.add(mean, tf.sqrt(variance));
  }),
  reduced("argMax, argMin, oneHot", (x) =>
    tf.mul(tf.sub(tf.oneHot(tf.argMax(x, 2), 4), tf.oneHot(tf.argMin(x, 2), 4)), x),
  ),
  {
    family: "normalization",
    op: "batchNorm",
    args: [
      { shape: [2, 2, 3, 2] },
      { shape: [2], domain: "unit" },
      { shape: [2], domain: "positive" },
      { shape: [2] },
      { shape: [2] },
    ],
    f: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      ),
  },
  {
    family: "normalization",
    op: "batchNorm (of its own batch)",
    args: [{ shape: [6, 3] }, { shape: [3] }, { shape: [3] }],
    f: (x, offset, scale) => {
      const { mean, variance } = tf.moments(x, 0);
      return tf.batchNorm(
        x,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      );
    },
  },
  {
    family: "normalization",
    op: "layer normalization",
    args: [{ shape: [3, 5] }, { shape: [5] }],
    f: (x, scale) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))), scale!);
    },
  },
];
