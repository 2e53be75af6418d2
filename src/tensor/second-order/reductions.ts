/**
 * Reductions: max, min, products, cumulative sums.
 *
 * The derivative of max is a mask on the saved maximum, which is constant almost everywhere: the
 * one place where a saved output is right at every order. At a tie each of the equals gets the
 * whole gradient, as in tfjs.
 */
import * as tf from "@tensorflow/tfjs";
import { detach, type Gradients, register } from "./rule.js";

export function registerReductions(): void {
  register({
    kernel: tf.Max,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }, { reductionIndices }: tf.MaxAttrs) =>
      masked(dy, x, output, reductionIndices),
  });
  register({
    kernel: tf.Min,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }, { axis }: tf.MinAttrs) => masked(dy, x, output, axis),
  });
  register({
    kernel: tf.Prod,
    saves: ["x"],
    gradient: (dy, { x }, { axis }: tf.ProdAttrs) => ({ x: () => prodGradient(dy, x, axis) }),
  });
  register({
    kernel: tf.Cumsum,
    gradient: (dy, _, { axis, exclusive, reverse }: tf.CumsumAttrs) => ({
      x: () => tf.cumsum(dy, axis, exclusive, !reverse),
    }),
  });
}

function masked(
  dy: tf.Tensor,
  x: tf.Tensor,
  y: tf.Tensor,
  reduced: number | number[] | undefined,
): Gradients {
  const axes = tf.util.parseAxisParam(reduced ?? x.shape.map((_, i) => i), x.shape);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return {
    x: () => {
      const mask = tf.cast(tf.equal(detach(x), tf.reshape(detach(y), kept)), "float32");
      return tf.mul(tf.reshape(dy, kept), mask);
    },
  };
}

/**
 * dy · ∏_{j≠i} xⱼ, by a tree of pairwise products: right when entries are zero, and of as many
 * differentiable ops as the logarithm of the number of factors.
 */
function prodGradient(dy: tf.Tensor, x: tf.Tensor, axis: number | number[] | undefined): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
  const others = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const order = [...others, ...axes];
  const moved = tf.transpose(x, order);
  const rows = others.reduce((product, i) => product * (x.shape[i] ?? 1), 1);
  const factors = moved.size / rows;
  const leaf = tf.reshape(moved, [rows, factors]);
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, factors)));
  const levels = [
    tf.pad(
      leaf,
      [
        [0, 0],
        [0, width - factors],
      ],
      1,
    ),
  ];
  for (let size = width; size > 1; size /= 2) {
    const [even, odd] = pairs(levels.at(-1)!);
    levels.push(tf.mul(even, odd));
  }
  let outside: tf.Tensor = tf.reshape(dy, [rows, 1]);
  for (const level of levels.slice(0, -1).reverse()) {
    const [even, odd] = pairs(level);
    const both = tf.stack([tf.mul(outside, odd), tf.mul(outside, even)], 2);
    outside = tf.reshape(both, level.shape);
  }
  const gradient = tf.reshape(tf.slice(outside, [0, 0], [rows, factors]), moved.shape);
  const back = order.map((_, i) => order.indexOf(i));
  return tf.transpose(gradient, back);
}

/** The even and the odd columns. */
function pairs(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [rows = 1, columns = 1] = x.shape;
  const paired = tf.reshape(x, [rows, columns / 2, 2]);
  const column = (i: number) =>
    tf.reshape(tf.slice(paired, [0, 0, i], [rows, columns / 2, 1]), [rows, columns / 2]);
  return [column(0), column(1)];
}
