/**
 * Convolutions of every kind, each as a family of three kernels.
 *
 * y = conv(x, f) is bilinear; its gradients are the kernels for input and filter, which are bilinear
 * as well, and each one's gradients are made of the other two. A dilated convolution is the plain
 * one with a filter that has zeros between its taps, which reduces it to the same three.
 */
import * as tf from "@tensorflow/tfjs";
import { dilate, dilatedShape, undilate } from "./dilation.js";
import { register, runKernel } from "./rule.js";

interface Family {
  readonly forward: string;
  /** (dy, filter) ↦ the gradient by x. */
  readonly toInput: string;
  /** (x, dy) ↦ the gradient by the filter. */
  readonly toFilter: string;
  readonly dataFormat: string;
  /** How many of the filter's dimensions are places; the others are channels. */
  readonly spatial: number;
}

const FAMILIES: readonly Family[] = [
  {
    forward: tf.Conv2D,
    toInput: tf.Conv2DBackpropInput,
    toFilter: tf.Conv2DBackpropFilter,
    dataFormat: "NHWC",
    spatial: 2,
  },
  {
    forward: tf.DepthwiseConv2dNative,
    toInput: tf.DepthwiseConv2dNativeBackpropInput,
    toFilter: tf.DepthwiseConv2dNativeBackpropFilter,
    dataFormat: "NHWC",
    spatial: 2,
  },
  {
    forward: tf.Conv3D,
    toInput: tf.Conv3DBackpropInputV2,
    toFilter: tf.Conv3DBackpropFilterV2,
    dataFormat: "NDHWC",
    spatial: 3,
  },
];

/** Where the windows lie: what the three kernels of a family share. */
interface Place {
  readonly strides: number | number[];
  readonly pad: unknown;
  readonly dataFormat?: string;
  readonly dimRoundingMode?: string;
}

export function registerConvolutions(): void {
  for (const family of FAMILIES) registerFamily(family);
}

function registerFamily(family: Family): void {
  const { convolve, toInput, toFilter } = kernelsOf(family);
  register({
    kernel: family.forward,
    saves: ["x", "filter"],
    gradient: (dy, { x, filter }, attrs: Place & { dilations?: number | number[] }) => {
      const rates = ratesOf(attrs.dilations, family.spatial);
      return {
        x: () => toInput(dy, dilate(filter, rates), x.shape, attrs),
        filter: () => {
          const wide = toFilter(x, dy, dilatedShape(filter.shape, rates), attrs);
          return undilate(wide, filter.shape, rates);
        },
      };
    },
  });
  register({
    kernel: family.toInput,
    saves: ["dy", "filter"],
    gradient: (ddx, { dy, filter }, attrs: Place) => ({
      dy: () => convolve(ddx, filter, attrs),
      filter: () => toFilter(ddx, dy, filter.shape, attrs),
    }),
  });
  register({
    kernel: family.toFilter,
    saves: ["x", "dy"],
    gradient: (ddf, { x, dy }, attrs: Place) => ({
      x: () => toInput(dy, ddf, x.shape, attrs),
      dy: () => convolve(x, ddf, attrs),
    }),
  });
}

function kernelsOf(family: Family) {
  const dilations = ratesOf(1, family.spatial);
  const only = ({ strides, pad, dataFormat = family.dataFormat, dimRoundingMode }: Place) => ({
    strides,
    pad,
    dataFormat,
    dimRoundingMode,
    dilations,
  });
  return {
    convolve: (x: tf.Tensor, filter: tf.Tensor, place: Place) =>
      runKernel(family.forward, { x, filter }, only(place)),
    toInput: (dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], place: Place) =>
      runKernel(family.toInput, { dy, filter }, { ...only(place), inputShape }),
    toFilter: (x: tf.Tensor, dy: tf.Tensor, filterShape: number[], place: Place) =>
      runKernel(family.toFilter, { x, dy }, { ...only(place), filterShape }),
  };
}

/** One dilation rate for each spatial dimension. */
function ratesOf(dilations: number | number[] | undefined, spatial: number): number[] {
  if (Array.isArray(dilations)) return dilations;
  return Array.from({ length: spatial }, () => dilations ?? 1);
}
