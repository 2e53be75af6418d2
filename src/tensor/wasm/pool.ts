/**
 * Gradients of max and average pooling.
 *
 * tfjs's own MaxPoolGrad for wasm starts its search for the maximum at 0, so that a window whose
 * maximum is negative passes no gradient on. Its AvgPoolGrad, on every backend, divides by the
 * whole window where the forward pass divides by the part inside the image; here the gradient is
 * the adjoint of the forward pass.
 *
 * A tie goes to the first maximum in row-major order, as on the cpu backend.
 */
import * as tf from "@tensorflow/tfjs";
import { address, floats, type KernelCall } from "./kernel.js";
import { type SimdKernels, simd } from "./simd/index.js";

type PoolInfo = tf.backend_util.Conv2DInfo;

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

interface PoolInputs {
  readonly dy: tf.TensorInfo;
  readonly input: tf.TensorInfo;
}

type PoolCall = KernelCall<PoolInputs, PoolAttributes>;

export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: PoolCall): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const out = backend.makeOutput([...input.shape], "float32");
  floats(backend, out).fill(0);
  if (isApart(info)) {
    const at = { x: address(backend, input), dy: address(backend, dy), dx: address(backend, out) };
    runMaxPool(simd(backend).maxPoolPut, info, at.x, at.dy, at.dx);
    return out;
  }
  const slope = floats(backend, dy);
  const dx = floats(backend, out);
  eachMaximum(info, floats(backend, input), (place, best) => {
    dx[best]! += slope[place]!;
  });
  return out;
}

type TakeCall = KernelCall<{ x: tf.TensorInfo; input: tf.TensorInfo }, PoolAttributes>;

/** The adjoint of maxPoolGrad: the entry of `x` where each window of `input` has its maximum. */
export function maxPoolTake({ inputs: { x, input }, attrs, backend }: TakeCall): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const out = backend.makeOutput([...info.outShape], "float32");
  if (isApart(info)) {
    const at = { input: address(backend, input), x: address(backend, x) };
    runMaxPool(simd(backend).maxPoolTake, info, at.input, address(backend, out), at.x);
    return out;
  }
  const values = floats(backend, x);
  const taken = floats(backend, out).fill(0);
  eachMaximum(info, floats(backend, input), (place, best) => {
    taken[place] = values[best]!;
  });
  return out;
}

/** Whether no pixel lies in two windows. */
function isApart(info: PoolInfo): boolean {
  return info.strideHeight >= info.filterHeight && info.strideWidth >= info.filterWidth;
}

/** Between tensors of the input's shape and the output's: `large` and `small`. */
function runMaxPool(
  kernel: SimdKernels["maxPoolPut"],
  info: PoolInfo,
  x: number,
  small: number,
  large: number,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const input = [batchSize, inHeight, inWidth, inChannels] as const;
  const window = [filterHeight, filterWidth, strideHeight, strideWidth] as const;
  kernel(x, small, large, ...input, outHeight, outWidth, ...window, padInfo.top, padInfo.left);
}

/** Calls `visit` with each output place and the place of the maximum of its window. */
function eachMaximum(
  info: PoolInfo,
  x: Float32Array,
  visit: (place: number, best: number) => void,
): void {
  const { inChannels: channels, inWidth } = info;
  eachWindow(info, (image, top, bottom, left, right, place) => {
    for (let c = 0; c < channels; c++) {
      let best = image + (top * inWidth + left) * channels + c;
      for (let row = top; row < bottom; row++) {
        let at = image + (row * inWidth + left) * channels + c;
        for (let column = left; column < right; column++) {
          if (x[at]! > x[best]!) best = at;
          at += channels;
        }
      }
      visit(place + c, best);
    }
  });
}

export function avgPoolGrad({ inputs: { dy, input }, attrs, backend }: PoolCall): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const out = backend.makeOutput([...input.shape], "float32");
  const slope = floats(backend, dy);
  const dx = floats(backend, out).fill(0);
  const { inChannels: channels, inWidth } = info;
  eachWindow(info, (image, top, bottom, left, right, place) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const at = image + (row * inWidth + column) * channels;
        for (let c = 0; c < channels; c++) dx[at + c]! += share * slope[place + c]!;
      }
    }
  });
  return out;
}

/** Offsets of an image and of an output place, and the part of its window inside the image. */
type Visit = (
  image: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
  place: number,
) => void;

function eachWindow(info: PoolInfo, visit: Visit): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels } = info;
  let place = 0;
  for (let b = 0; b < batchSize; b++) {
    const image = b * inHeight * inWidth * inChannels;
    for (let row = 0; row < outHeight; row++) {
      const y = row * info.strideHeight - info.padInfo.top;
      const top = Math.max(0, y);
      const bottom = Math.min(inHeight, y + info.filterHeight);
      for (let column = 0; column < outWidth; column++) {
        const x = column * info.strideWidth - info.padInfo.left;
        const left = Math.max(0, x);
        const right = Math.min(inWidth, x + info.filterWidth);
        if (top < bottom && left < right) visit(image, top, bottom, left, right, place);
        place += inChannels;
      }
    }
  }
}

function poolInfo(shape: readonly number[], attrs: PoolAttributes): PoolInfo {
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}
