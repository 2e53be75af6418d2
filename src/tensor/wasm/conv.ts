/**
 * The two adjoints of a convolution, each written as a convolution, which XNNPACK runs fast.
 *
 *   y[b,p,o] = Σ x[b, p·s + k·d − pad, i] · w[k,i,o]        (p output place, k filter place)
 *
 * Filter gradient: dw[k,i,o] = Σ_{b,p} x[b, p·s + k·d − pad, i] · dy[b,p,o], summed as it stands over
 * a padded copy of x, four taps (k, i) and eight channels o at a time.
 *
 * Input gradient: dy is spread s apart on zeros, and convolved with the reversed filter whose
 * channels are swapped.
 *
 * tfjs passes no dilation to these kernels; `attrs.dilations` is read where a caller gives it.
 */
import * as tf from "@tensorflow/tfjs";
import { address, type BackendWasm, floats, free, type KernelCall, runKernel } from "./kernel.js";
import { simd } from "./simd/index.js";

type ConvInfo = tf.backend_util.Conv2DInfo;

interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: number | [number, number];
}

type FilterCall = KernelCall<
  { x: tf.TensorInfo; dy: tf.TensorInfo },
  ConvAttributes & { filterShape: [number, number, number, number] }
>;

export function conv2DBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: FilterCall): tf.TensorInfo {
  const info = convInfo(x.shape, attrs.filterShape, attrs, "Conv2DBackpropFilter");
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = info;
  const images = padded(backend, x, info);
  const [, height, width] = images.shape as [number, number, number, number];
  const offsets = tapOffsets(info, width);
  const taps = backend.makeOutput([offsets.length], "int32", undefined, offsets);
  const dw = backend.makeOutput([...attrs.filterShape], "float32");
  floats(backend, dw).fill(0);
  simd(backend).filterGradient(
    address(backend, images),
    address(backend, dy),
    address(backend, dw),
    address(backend, taps),
    offsets.length,
    batchSize,
    4 * height * width * inChannels,
    4 * width * inChannels * info.strideHeight,
    4 * inChannels * info.strideWidth,
    outHeight,
    outWidth,
    outChannels,
  );
  free(backend, taps);
  if (images !== x) free(backend, images);
  return dw;
}

/** How many bytes each tap (row, column, input channel) lies from its window's corner. */
function tapOffsets(info: ConvInfo, width: number): Int32Array {
  const { filterHeight, filterWidth, inChannels, dilationHeight, dilationWidth } = info;
  const taps = new Int32Array(filterHeight * filterWidth * inChannels);
  let t = 0;
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const place = row * dilationHeight * width + column * dilationWidth;
      for (let c = 0; c < inChannels; c++) taps[t++] = 4 * (place * inChannels + c);
    }
  }
  return taps;
}

/** x with zeros around it, or cropped, so that every tap of every window lies inside. */
function padded(backend: BackendWasm, x: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const { batchSize, inChannels, inHeight, inWidth } = info;
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const height = reachY + (info.outHeight - 1) * info.strideHeight + 1;
  const width = reachX + (info.outWidth - 1) * info.strideWidth + 1;
  const { top, left } = info.padInfo;
  if (height === inHeight && width === inWidth && top === 0 && left === 0) return x;
  const out = backend.makeOutput([batchSize, height, width, inChannels], "float32");
  const source = floats(backend, x);
  const target = floats(backend, out).fill(0);
  const rows = Math.min(inHeight, height - top);
  const length = Math.min(inWidth, width - left) * inChannels;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < rows; row++) {
      const from = (image * inHeight + row) * inWidth * inChannels;
      const to = ((image * height + row + top) * width + left) * inChannels;
      target.set(source.subarray(from, from + length), to);
    }
  }
  return out;
}

type InputCall = KernelCall<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  ConvAttributes & { inputShape: [number, number, number, number] }
>;

export function conv2DBackpropInput(call: InputCall): tf.TensorInfo {
  const { inputs, attrs, backend } = call;
  const { dy, filter } = inputs;
  const shape = filter.shape as [number, number, number, number];
  const info = convInfo(attrs.inputShape, shape, attrs, "Conv2DBackpropInput");
  const swapped = reversed(backend, filter);
  const reachY = (info.filterHeight - 1) * info.dilationHeight;
  const reachX = (info.filterWidth - 1) * info.dilationWidth;
  const border = borderAround(info, reachY, reachX);
  const isDense = info.strideHeight === 1 && info.strideWidth === 1;
  const fits = isDense && border.flat().every((width) => width >= 0);
  const slopes = fits ? dy : spreadOut(backend, dy, info, reachY, reachX);
  const dx = runKernel(
    "Conv2D",
    backend,
    { x: slopes, filter: swapped },
    {
      strides: 1,
      dilations: [info.dilationHeight, info.dilationWidth],
      pad: fits ? [[0, 0], ...border, [0, 0]] : "valid",
      dataFormat: "NHWC",
    },
  );
  free(backend, swapped);
  if (slopes !== dy) free(backend, slopes);
  return dx;
}

/** The zeros around dy, above and below, left and right, with which dx gets its size at stride 1. */
function borderAround(info: ConvInfo, reachY: number, reachX: number): [number, number][] {
  const { inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  return [
    [reachY - padInfo.top, inHeight + padInfo.top - outHeight],
    [reachX - padInfo.left, inWidth + padInfo.left - outWidth],
  ];
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
