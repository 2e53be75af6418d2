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
import { floats, type KernelCall } from "./kernel.js";

type PoolInfo = tf.backend_util.Conv2DInfo;

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

type PoolCall = KernelCall<{ dy: tf.TensorInfo; input: tf.TensorInfo }, PoolAttributes>;

export function maxPoolGrad({ inputs: { dy, input }, attrs, backend }: PoolCall): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const out = backend.makeOutput(input.shape, "float32");
  const x = floats(backend, input);
  const slope = floats(backend, dy);
  const dx = floats(backend, out).fill(0);
  const { inChannels: channels, inWidth } = info;
  eachWindow(info, (image, top, bottom, left, right, place) => {
    for (let c = 0; c < channels; c++) {
      let best = image + (top * inWidth + left) * channels + c;
      let highest = x[best]!;
      for (let row = top; row < bottom; row++) {
        let at = image + (row * inWidth + left) * channels + c;
        for (let column = left; column < right; column++) {
          const value = x[at]!;
          if (value > highest) {
            highest = value;
            best = at;
          }
          at += channels;
        }
      }
      dx[best]! += slope[place + c]!;
    }
  });
  return out;
}

export function avgPoolGrad({ inputs: { dy, input }, attrs, backend }: PoolCall): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const out = backend.makeOutput(input.shape, "float32");
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
