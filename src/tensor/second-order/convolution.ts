/**
 * Convolution, and the two kernels that its gradient runs.
 *
 * y = conv(x, f) is bilinear; its gradients are the kernels for input and filter, which are bilinear
 * as well, and each one's gradients are made of the other two. A dilated convolution is the plain
 * one with a filter that has zeros between its taps, which reduces it to the same three.
 */
import * as tf from "@tensorflow/tfjs";
import { register, runKernel } from "./rule.js";

type Pair = [number, number];
type Place = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dimRoundingMode">;

export function registerConvolution(): void {
  register({
    kernel: tf.Conv2D,
    saves: ["x", "filter"],
    gradient: (dy, { x, filter }, attrs: tf.Conv2DAttrs) => {
      const dilation = asPair(attrs.dilations);
      return {
        x: () => inputGradient(dy, dilate(filter, dilation), x.shape, attrs),
        filter: () => {
          const shape = dilatedShape(filter.shape, dilation);
          return undilate(filterGradient(x, dy, shape, attrs), filter.shape, dilation);
        },
      };
    },
  });
  register({
    kernel: tf.Conv2DBackpropInput,
    saves: ["dy", "filter"],
    gradient: (ddx, { dy, filter }, attrs: tf.Conv2DBackpropInputAttrs) => ({
      dy: () => convolve(ddx, filter, attrs),
      filter: () => filterGradient(ddx, dy, filter.shape, attrs),
    }),
  });
  register({
    kernel: tf.Conv2DBackpropFilter,
    saves: ["x", "dy"],
    gradient: (ddf, { x, dy }, attrs: tf.Conv2DBackpropFilterAttrs) => ({
      x: () => inputGradient(dy, ddf, x.shape, attrs),
      dy: () => convolve(x, ddf, attrs),
    }),
  });
}

function convolve(x: tf.Tensor, filter: tf.Tensor, place: Place): tf.Tensor {
  return runKernel(tf.Conv2D, { x, filter }, { ...only(place), dilations: [1, 1] });
}

function inputGradient(dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], place: Place) {
  return runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...only(place), inputShape });
}

function filterGradient(x: tf.Tensor, dy: tf.Tensor, filterShape: number[], place: Place) {
  return runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...only(place), filterShape });
}

function only({ strides, pad, dataFormat, dimRoundingMode }: Place): object {
  return { strides, pad, dataFormat, dimRoundingMode };
}

export function asPair(dilations: number | Pair | undefined): Pair {
  return Array.isArray(dilations) ? dilations : [dilations ?? 1, dilations ?? 1];
}

export function dilatedShape(shape: readonly number[], [down, across]: Pair): number[] {
  const [height = 0, width = 0, ...channels] = shape;
  return [(height - 1) * down + 1, (width - 1) * across + 1, ...channels];
}

/** The filter with zeros between its taps. */
export function dilate(filter: tf.Tensor, [down, across]: Pair): tf.Tensor {
  if (down === 1 && across === 1) return filter;
  const [height = 0, width = 0, ...channels] = filter.shape;
  const depth = channels.reduce((product, n) => product * n, 1);
  const rows = tf.pad(tf.reshape(filter, [height, 1, width * depth]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
  ]);
  const both = tf.pad(tf.reshape(rows, [height * down, width, 1, depth]), [
    [0, 0],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const full = tf.reshape(both, [height * down, width * across, depth]);
  const shape = dilatedShape(filter.shape, [down, across]);
  return tf.reshape(tf.slice(full, [0, 0, 0], [shape[0]!, shape[1]!, depth]), shape);
}

/** Takes the taps out from between the zeros again: the transpose of `dilate`. */
export function undilate(wide: tf.Tensor, shape: number[], [down, across]: Pair): tf.Tensor {
  if (down === 1 && across === 1) return wide;
  const [height = 0, width = 0, ...channels] = shape;
  const depth = channels.reduce((product, n) => product * n, 1);
  const padded = tf.pad(tf.reshape(wide, [wide.shape[0]!, wide.shape[1]!, depth]), [
    [0, down - 1],
    [0, across - 1],
    [0, 0],
  ]);
  const byRow = tf.reshape(padded, [height, down, width * across * depth]);
  const rows = tf.slice(byRow, [0, 0, 0], [height, 1, width * across * depth]);
  const byColumn = tf.reshape(rows, [height, width, across, depth]);
  return tf.reshape(tf.slice(byColumn, [0, 0, 0, 0], [height, width, 1, depth]), shape);
}
