/** A filter with zeros between its taps along its first dimensions, one rate for each, and back. */
import * as tf from "@tensorflow/tfjs";

export function dilatedShape(shape: readonly number[], rates: readonly number[]): number[] {
  return shape.map((size, axis) => (size - 1) * (rates[axis] ?? 1) + 1);
}

export function dilate(filter: tf.Tensor, rates: readonly number[]): tf.Tensor {
  return rates.reduce((wide, rate, axis) => spread(wide, axis, rate), filter);
}

/** Takes the taps out from between the zeros again: the transpose of `dilate`. */
export function undilate(
  wide: tf.Tensor,
  shape: readonly number[],
  rates: readonly number[],
): tf.Tensor {
  return rates.reduce((filter, rate, axis) => pick(filter, axis, rate, shape[axis]!), wide);
}

/** `rate` − 1 zeros after each entry along the axis but the last. */
function spread(x: tf.Tensor, axis: number, rate: number): tf.Tensor {
  if (rate === 1) return x;
  const [before, size, after] = around(x.shape, axis);
  const padded = tf.pad(tf.reshape(x, [before, size, 1, after]), alongThird(rate - 1));
  const full = tf.reshape(padded, [before, size * rate, after]);
  const length = (size - 1) * rate + 1;
  return tf.reshape(tf.slice(full, [0, 0, 0], [before, length, after]), resized(x, axis, length));
}

/** Every `rate`-th entry along the axis, `count` of them. */
function pick(x: tf.Tensor, axis: number, rate: number, count: number): tf.Tensor {
  if (rate === 1) return x;
  const [before, size, after] = around(x.shape, axis);
  const missing = count * rate - size;
  const padded = tf.pad(tf.reshape(x, [before, 1, size, after]), alongThird(missing));
  const grouped = tf.reshape(padded, [before, count, rate, after]);
  const taken = tf.slice(grouped, [0, 0, 0, 0], [before, count, 1, after]);
  return tf.reshape(taken, resized(x, axis, count));
}

function alongThird(after: number): [number, number][] {
  return [
    [0, 0],
    [0, 0],
    [0, after],
    [0, 0],
  ];
}

function around(shape: readonly number[], axis: number): [number, number, number] {
  const product = (part: readonly number[]) => part.reduce((all, n) => all * n, 1);
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
}

function resized(x: tf.Tensor, axis: number, size: number): number[] {
  return x.shape.map((n, i) => (i === axis ? size : n));
}
