/** The products of a three-dimensional convolution, in row-major NDHWC arrays. */
import * as tf from "@tensorflow/tfjs";
import type { Floats } from "./pooling.js";

type Shape5 = [number, number, number, number, number];
export type Info3 = tf.backend_util.Conv3DInfo;
export type Place3 = Pick<tf.Conv3DAttrs, "strides" | "pad"> &
  Partial<Pick<tf.Conv3DAttrs, "dilations" | "dataFormat">>;

export function conv3dInfo(
  shape: readonly number[],
  filter: readonly number[],
  place: Place3,
): Info3 {
  if (place.dataFormat === "NCDHW") {
    throw new RangeError("conv3d: NDHWC is supported, NCDHW is not; transpose the channels last");
  }
  return tf.backend_util.computeConv3DInfo(
    shape as Shape5,
    filter as Shape5,
    place.strides,
    place.dilations ?? 1,
    place.pad,
  );
}

/**
 * Visits each pair of an input pixel and a tap that meet: offsets of the first channel in the input,
 * of the tap's matrix (in × out channels) in the filter, and of the first channel in the output.
 */
function forEachTap3(info: Info3, visit: (inside: number, tap: number, at: number) => void): void {
  const { padInfo, inChannels, outChannels } = info;
  const alongDepth = axisTaps(
    info.inDepth,
    info.outDepth,
    info.filterDepth,
    info.strideDepth,
    info.dilationDepth,
    padInfo.front,
  );
  const alongRows = axisTaps(
    info.inHeight,
    info.outHeight,
    info.filterHeight,
    info.strideHeight,
    info.dilationHeight,
    padInfo.top,
  );
  const alongColumns = axisTaps(
    info.inWidth,
    info.outWidth,
    info.filterWidth,
    info.strideWidth,
    info.dilationWidth,
    padInfo.left,
  );
  for (let b = 0; b < info.batchSize; b++) {
    for (const [z, f, d] of alongDepth) {
      for (const [y, g, h] of alongRows) {
        for (const [x, k, w] of alongColumns) {
          const pixel = ((b * info.inDepth + z) * info.inHeight + y) * info.inWidth + x;
          const tap = (f * info.filterHeight + g) * info.filterWidth + k;
          const at = ((b * info.outDepth + d) * info.outHeight + h) * info.outWidth + w;
          visit(pixel * inChannels, tap * inChannels * outChannels, at * outChannels);
        }
      }
    }
  }
}

/** y += conv(x, f). */
export function addConvolution3(info: Info3, x: Floats, filter: Floats, y: Floats): void {
  const { inChannels, outChannels } = info;
  forEachTap3(info, (inside, tap, at) => {
    for (let i = 0; i < inChannels; i++) {
      const row = tap + i * outChannels;
      for (let o = 0; o < outChannels; o++) y[at + o]! += x[inside + i]! * filter[row + o]!;
    }
  });
}

/** df += the gradient by the filter. */
export function addFilterGradient3(info: Info3, x: Floats, dy: Floats, df: Floats): void {
  const { inChannels, outChannels } = info;
  forEachTap3(info, (inside, tap, at) => {
    for (let i = 0; i < inChannels; i++) {
      const row = tap + i * outChannels;
      for (let o = 0; o < outChannels; o++) df[row + o]! += x[inside + i]! * dy[at + o]!;
    }
  });
}

/** dx += the gradient by the input. */
export function addInputGradient3(info: Info3, dy: Floats, filter: Floats, dx: Floats): void {
  const { inChannels, outChannels } = info;
  forEachTap3(info, (inside, tap, at) => {
    for (let i = 0; i < inChannels; i++) {
      const row = tap + i * outChannels;
      for (let o = 0; o < outChannels; o++) dx[inside + i]! += filter[row + o]! * dy[at + o]!;
    }
  });
}

/** The triples (input place, tap, output place) along one axis that lie inside the input. */
function axisTaps(
  size: number,
  outSize: number,
  taps: number,
  stride: number,
  dilation: number,
  before: number,
): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let out = 0; out < outSize; out++) {
    for (let tap = 0; tap < taps; tap++) {
      const place = out * stride - before + tap * dilation;
      if (place >= 0 && place < size) found.push([place, tap, out]);
    }
  }
  return found;
}
