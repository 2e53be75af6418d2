/**
 * Convolution as matrix products over unrolled windows ("im2col").
 *
 * The window of output pixel p is one row of a matrix P of filterHeight · filterWidth · inChannels
 * columns; then y = P·F, dF = Pᵀ·dy, and dx is dy·Fᵀ with its rows added back to the windows they
 * belong to. P is made one image at a time, which keeps it in cache.
 */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";
import { multiply } from "../matmul.js";
import { activate, type Fused } from "./fused.js";

type Shape4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;

export function registerConv(): void {
  define<"x" | "filter", tf.Conv2DAttrs>(tf.Conv2D, ({ inputs, attrs, backend }) =>
    convolve(backend, inputs.x, inputs.filter, attrs),
  );
  define<"x" | "filter" | "bias" | "preluActivationWeights", tf.Conv2DAttrs & Fused>(
    tf.FusedConv2D,
    ({ inputs, attrs, backend }) => {
      const product = convolve(backend, inputs.x, inputs.filter, attrs);
      return activate(backend, product, inputs, attrs);
    },
  );
  define<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
    tf.Conv2DBackpropFilter,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = convInfo(x.shape, attrs.filterShape, attrs);
      const out = backend.zeros(sizeOf(attrs.filterShape));
      filterGradient(info, backend.floats(x), backend.floats(dy), out);
      return backend.make(attrs.filterShape, out);
    },
  );
  define<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = convInfo(attrs.inputShape, filter.shape, attrs);
      const out = backend.zeros(sizeOf(attrs.inputShape));
      inputGradient(info, backend.floats(dy), backend.floats(filter), out);
      return backend.make(attrs.inputShape, out);
    },
  );
}

type Place = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dimRoundingMode"> &
  Partial<Pick<tf.Conv2DAttrs, "dilations">>;

function convInfo(shape: readonly number[], filterShape: readonly number[], place: Place): Info {
  if (place.dataFormat === "NCHW") {
    throw new RangeError("conv2d: the float64 backend has NHWC only; transpose the channels last");
  }
  return tf.backend_util.computeConv2DInfo(
    shape as Shape4,
    filterShape as Shape4,
    place.strides,
    place.dilations ?? 1,
    place.pad,
    place.dimRoundingMode,
  );
}

function convolve(
  backend: Float64Backend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  place: Place,
): tf.TensorInfo {
  const info = convInfo(x.shape, filter.shape, place);
  const { pixels, window, image } = sizes(info);
  const [values, weights] = [backend.floats(x), backend.floats(filter)];
  const out = backend.room(info.batchSize * pixels * info.outChannels);
  const patches = backend.room(pixels * window);
  const [left, right] = [plain(patches, 0, window), plain(weights, 0, info.outChannels)];
  for (let b = 0; b < info.batchSize; b++) {
    unroll(info, values, b * image, patches);
    multiply(left, right, [pixels, window, info.outChannels], out, b * pixels * info.outChannels);
  }
  return backend.make(info.outShape, out);
}

function filterGradient(info: Info, x: Float64Array, dy: Float64Array, out: Float64Array): void {
  const { pixels, window, image } = sizes(info);
  const n = info.outChannels;
  const patches = new Float64Array(pixels * window);
  const term = new Float64Array(out.length);
  const left = { values: patches, start: 0, rowStep: 1, columnStep: window };
  for (let b = 0; b < info.batchSize; b++) {
    unroll(info, x, b * image, patches);
    multiply(left, plain(dy, b * pixels * n, n), [window, pixels, n], term, 0);
    for (let i = 0; i < out.length; i++) out[i]! += term[i]!;
  }
}

function inputGradient(info: Info, dy: Float64Array, w: Float64Array, out: Float64Array): void {
  const { pixels, window, image } = sizes(info);
  const n = info.outChannels;
  const patches = new Float64Array(pixels * window);
  const right = { values: w, start: 0, rowStep: 1, columnStep: n };
  for (let b = 0; b < info.batchSize; b++) {
    multiply(plain(dy, b * pixels * n, n), right, [pixels, n, window], patches, 0);
    rollUp(info, patches, out, b * image);
  }
}

function plain(values: Float64Array, start: number, columns: number) {
  return { values, start, rowStep: columns, columnStep: 1 };
}

export function sizes(info: Info): { pixels: number; window: number; image: number } {
  return {
    pixels: info.outHeight * info.outWidth,
    window: info.filterHeight * info.filterWidth * info.inChannels,
    image: info.inHeight * info.inWidth * info.inChannels,
  };
}

/** Writes the windows of the image at `from` as rows; zeros outside the image. */
export function unroll(info: Info, x: Float64Array, from: number, patches: Float64Array): void {
  const channels = info.inChannels;
  forEachTap(info, (inside, at) => {
    if (inside < 0) for (let c = 0; c < channels; c++) patches[at + c] = 0;
    else for (let c = 0; c < channels; c++) patches[at + c] = x[from + inside + c]!;
  });
}

/** The transpose of `unroll`: adds the rows back to their windows. */
export function rollUp(info: Info, patches: Float64Array, out: Float64Array, to: number): void {
  const channels = info.inChannels;
  forEachTap(info, (inside, at) => {
    if (inside >= 0) for (let c = 0; c < channels; c++) out[to + inside + c]! += patches[at + c]!;
  });
}

/** Visits each tap of each window: the offset of its pixel in the image, or −1, and in the row. */
function forEachTap(info: Info, visit: (inside: number, at: number) => void): void {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  let at = 0;
  for (let i = 0; i < info.outHeight; i++) {
    for (let j = 0; j < info.outWidth; j++) {
      for (let p = 0; p < filterHeight; p++) {
        const row = i * info.strideHeight - padInfo.top + p * info.dilationHeight;
        for (let q = 0; q < filterWidth; q++, at += inChannels) {
          const column = j * info.strideWidth - padInfo.left + q * info.dilationWidth;
          const inside = row >= 0 && row < inHeight && column >= 0 && column < inWidth;
          visit(inside ? (row * inWidth + column) * inChannels : -1, at);
        }
      }
    }
  }
}
