/** Depthwise convolution: the same three bilinear kernels as in convolution.ts, channel by channel. */
import * as tf from "@tensorflow/tfjs";
import { asPair, dilate, dilatedShape, undilate } from "./convolution.js";
import { register, runKernel } from "./rule.js";

type Place = Pick<tf.DepthwiseConv2dNativeAttrs, "strides" | "pad" | "dimRoundingMode">;

export function registerDepthwise(): void {
  register({
    kernel: tf.DepthwiseConv2dNative,
    saves: ["x", "filter"],
    gradient: (dy, { x, filter }, attrs: tf.DepthwiseConv2dNativeAttrs) => {
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
    kernel: tf.DepthwiseConv2dNativeBackpropInput,
    saves: ["dy", "filter"],
    gradient: (ddx, { dy, filter }, attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs) => ({
      dy: () => convolve(ddx, filter, attrs),
      filter: () => filterGradient(ddx, dy, filter.shape, attrs),
    }),
  });
  register({
    kernel: tf.DepthwiseConv2dNativeBackpropFilter,
    saves: ["x", "dy"],
    gradient: (ddf, { x, dy }, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs) => ({
      x: () => inputGradient(dy, ddf, x.shape, attrs),
      dy: () => convolve(x, ddf, attrs),
    }),
  });
}

function only({ strides, pad, dimRoundingMode }: Place): object {
  return { strides, pad, dimRoundingMode, dilations: [1, 1] };
}

function convolve(x: tf.Tensor, filter: tf.Tensor, place: Place): tf.Tensor {
  const attrs = { ...only(place), dataFormat: "NHWC" };
  return runKernel(tf.DepthwiseConv2dNative, { x, filter }, attrs);
}

function inputGradient(dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], place: Place) {
  const attrs = { ...only(place), inputShape };
  return runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, attrs);
}

function filterGradient(x: tf.Tensor, dy: tf.Tensor, filterShape: number[], place: Place) {
  const attrs = { ...only(place), filterShape };
  return runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, attrs);
}
