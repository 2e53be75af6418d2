/**
 * The two adjoints of a convolution, each written as a convolution, which XNNPACK runs fast.
 *
 *   y[b,p,o] = Σ x[b, p·s + k·d − pad, i] · w[k,i,o]        (p output place, k filter place)
 *
 * Filter gradient: images become channels. dw[k,i,o] = Σ_{p,b} xᵀ[i, k·d + p·s − pad, b] dyᵀ[p,b,o]
 * is a convolution of xᵀ (one image per input channel) with dyᵀ as the filter, whose stride is d
 * and whose dilation is s.
 *
 * Input gradient: dy is spread s apart on zeros, and convolved with the reversed filter whose
 * channels are swapped.
 *
 * tfjs passes no dilation to these kernels; `attrs.dilations` is read where a caller gives it.
 */
import * as tf from "@tensorflow/tfjs";
import { type BackendWasm, floats, free, type KernelCall, runKernel } from "./kernel.js";

type ConvInfo = tf.backend_util.Conv2DInfo;

interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: number | [number, number];
}

export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelCall<
  { x: tf.TensorInfo; dy: tf.TensorInfo },
  ConvAttributes & { filterShape: [number, number, number, number] }
>): tf.TensorInfo {
  const info = convInfo(x.shape, attrs.filterShape, attrs, "Conv2DBackpropFilter");
  const images = padded(backend, x, info);
  const filter = runKernel("Transpose", backend, { x: dy }, { perm: [1, 2, 0, 3] });
  const correlated = runKernel(
    "Conv2D",
    backend,
    { x: images, filter },
    {
      strides: [info.dilationHeight, info.dilationWidth],
      dilations: [info.strideHeight, info.strideWidth],
      pad: "valid",
      dataFormat: "NHWC",
    },
  );
  const dw = runKernel("Transpose", backend, { x: correlated }, { perm: [1, 2, 0, 3] });
  free(backend, images, filter, correlated);
  return dw;
}

/**
 * xᵀ of shape [channels, height, width, batch], padded or cropped so that a valid convolution
 * yields the filter's size exactly.
 */
function padded(backend: BackendWasm, x: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const height =
    (info.filterHeight - 1) * info.dilationHeight + span(info.outHeight, info.strideHeight);
  const width = (info.filterWidth - 1) * info.dilationWidth + span(info.outWidth, info.strideWidth);
  const { batchSize, inChannels, inHeight, inWidth } = info;
  const out = backend.makeOutput([inChannels, height, width, batchSize], "float32");
  const source = floats(backend, x);
  const target = floats(backend, out);
  const { top, left } = info.padInfo;
  if (height !== inHeight || width !== inWidth || top > 0 || left > 0) target.fill(0);
  const rows = range(top, inHeight, height);
  const columns = range(left, inWidth, width);
  for (let row = rows.from; row < rows.to; row++) {
    for (let column = columns.from; column < columns.to; column++) {
      const place = ((row + top) * width + column + left) * batchSize;
      for (let channel = 0; channel < inChannels; channel++) {
        const to = place + channel * height * width * batchSize;
        let from = (row * inWidth + column) * inChannels + channel;
        for (let image = 0; image < batchSize; image++) {
          target[to + image] = source[from]!;
          from += inHeight * inWidth * inChannels;
        }
      }
    }
  }
  return out;
}

export function conv2DBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: KernelCall<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  ConvAttributes & { inputShape: [number, number, number, number] }
>): tf.TensorInfo {
  const shape = filter.shape as [number, number, number, number];
  const info = convInfo(attrs.inputShape, shape, attrs, "Conv2DBackpropInput");
  const swapped = reversed(backend, filter);
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const spread = spreadOut(backend, dy, info, reachY, reachX);
  const dx = runKernel(
    "Conv2D",
    backend,
    { x: spread, filter: swapped },
    {
      strides: 1,
      dilations: [info.dilationHeight, info.dilationWidth],
      pad: "valid",
      dataFormat: "NHWC",
    },
  );
  free(backend, spread, swapped);
  return dx;
}

/** dy placed s apart on zeros, with the border that makes a valid convolution give dx's size. */
function spreadOut(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  info: ConvInfo,
  reachY: number,
  reachX: number,
): tf.TensorInfo {
  const { batchSize, outChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const height = info.inHeight + reachY;
  const width = info.inWidth + reachX;
  const out = backend.makeOutput([batchSize, height, width, outChannels], "float32");
  const source = floats(backend, dy);
  const target = floats(backend, out);
  target.fill(0);
  const top = reachY - info.padInfo.top;
  const left = reachX - info.padInfo.left;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = top + row * strideHeight;
      if (y < 0 || y >= height) continue;
      for (let column = 0; column < outWidth; column++) {
        const x = left + column * strideWidth;
        if (x < 0 || x >= width) continue;
        const from = ((image * outHeight + row) * outWidth + column) * outChannels;
        const to = ((image * height + y) * width + x) * outChannels;
        for (let c = 0; c < outChannels; c++) target[to + c] = source[from + c]!;
      }
    }
  }
  return out;
}

/** w[k,i,o] → w[K−1−k,o,i]. */
function reversed(backend: BackendWasm, filter: tf.TensorInfo): tf.TensorInfo {
  const [height, width, inChannels, outChannels] = filter.shape as [number, number, number, number];
  const out = backend.makeOutput([height, width, outChannels, inChannels], "float32");
  const source = floats(backend, filter);
  const target = floats(backend, out);
  const places = height * width;
  const size = inChannels * outChannels;
  for (let place = 0; place < places; place++) {
    const from = place * size;
    const to = (places - 1 - place) * size;
    for (let i = 0; i < inChannels; i++) {
      for (let o = 0; o < outChannels; o++) {
        target[to + o * inChannels + i] = source[from + i * outChannels + o]!;
      }
    }
  }
  return out;
}

function convInfo(
  inputShape: readonly number[],
  filterShape: [number, number, number, number],
  attrs: ConvAttributes,
  kernelName: string,
): ConvInfo {
  if (attrs.dataFormat === "NCHW") {
    throw new Error(`${kernelName}: the wasm backend takes dataFormat NHWC, not NCHW`);
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    "channelsLast",
  );
}

/** Extent of `count` places that lie `step` apart. */
function span(count: number, step: number): number {
  return (count - 1) * step + 1;
}

/** The source places that land inside a target of `size` after a shift by `offset`. */
function range(offset: number, length: number, size: number): { from: number; to: number } {
  return { from: Math.max(0, -offset), to: Math.min(length, size - offset) };
}
