/**
 * The windows of a convolution as the rows of a matrix P ("im2col"), never stored: its blocks are
 * packed for the SIMD kernel straight from the image, and added straight back.
 *
 * Row r is output pixel r of the batch; column w is tap (p, q) and channel c of the window, in the
 * order of the filter's entries. Outside the image P is zero.
 */
import type * as tf from "@tensorflow/tfjs";
import type { PackA } from "./simd/gemm.js";
import { TILE } from "./simd/gemm-kernel.js";

type Info = tf.backend_util.Conv2DInfo;

export const windowOf = (info: Info) => info.filterHeight * info.filterWidth * info.inChannels;
export const pixelsOf = (info: Info) => info.batchSize * info.outHeight * info.outWidth;

/** Where the windows of rows r, r + 1, … lie: image, and the row and column of the first tap. */
class Corners {
  readonly image = new Int32Array(TILE);
  readonly top = new Int32Array(TILE);
  readonly left = new Int32Array(TILE);

  constructor(readonly info: Info) {}

  /** Corner `s` becomes that of row r. */
  place(s: number, r: number): void {
    const { outHeight, outWidth, inHeight, inWidth, inChannels, padInfo } = this.info;
    const column = r % outWidth;
    const line = Math.floor(r / outWidth);
    const row = line % outHeight;
    this.image[s] = Math.floor(line / outHeight) * inHeight * inWidth * inChannels;
    this.top[s] = row * this.info.strideHeight - padInfo.top;
    this.left[s] = column * this.info.strideWidth - padInfo.left;
  }

  /** The offset of tap (p, q) of corner s, or −1 outside the image. */
  tap(s: number, p: number, q: number): number {
    const { inHeight, inWidth, inChannels, dilationHeight, dilationWidth } = this.info;
    const row = this.top[s]! + p * dilationHeight;
    const column = this.left[s]! + q * dilationWidth;
    if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) return -1;
    return this.image[s]! + (row * inWidth + column) * inChannels;
  }
}

/** P itself: strips of four output pixels. */
export function packPatches(info: Info, x: Float64Array): PackA {
  const corners = new Corners(info);
  const pixels = pixelsOf(info);
  const channels = info.inChannels;
  return (to, at, row, rows, depth, depths) => {
    let k = at;
    for (let strip = 0; strip < rows; strip += TILE) {
      for (let s = 0; s < TILE; s++) corners.place(s, Math.min(row + strip + s, pixels - 1));
      for (let w = depth; w < depth + depths; ) {
        const tap = Math.floor(w / channels);
        const q = tap % info.filterWidth;
        const p = (tap - q) / info.filterWidth;
        const c = w - tap * channels;
        const count = Math.min(channels - c, depth + depths - w);
        for (let s = 0; s < TILE; s++) {
          const from = corners.tap(s, p, q);
          if (from < 0) for (let i = 0; i < count; i++) to[k + i * TILE + s] = 0;
          else for (let i = 0; i < count; i++) to[k + i * TILE + s] = x[from + c + i]!;
        }
        k += count * TILE;
        w += count;
      }
    }
  };
}

/** Pᵀ: strips of four entries of the window. */
export function packPatchesTransposed(info: Info, x: Float64Array): PackA {
  const corners = new Corners(info);
  const channels = info.inChannels;
  const window = windowOf(info);
  const [p, q, c] = [new Int32Array(TILE), new Int32Array(TILE), new Int32Array(TILE)];
  return (to, at, row, rows, depth, depths) => {
    let k = at;
    for (let strip = 0; strip < rows; strip += TILE) {
      for (let s = 0; s < TILE; s++) {
        const w = Math.min(row + strip + s, window - 1);
        const tap = Math.floor(w / channels);
        c[s] = w - tap * channels;
        q[s] = tap % info.filterWidth;
        p[s] = Math.floor(tap / info.filterWidth);
      }
      const together = c[0]! + TILE <= channels && row + strip + TILE <= window;
      for (let r = depth; r < depth + depths; r++, k += TILE) {
        corners.place(0, r);
        if (together) {
          const from = corners.tap(0, p[0]!, q[0]!) + c[0]!;
          for (let s = 0; s < TILE; s++) to[k + s] = from < c[0]! ? 0 : x[from + s]!;
          continue;
        }
        for (let s = 0; s < TILE; s++) {
          const from = corners.tap(0, p[s]!, q[s]!);
          to[k + s] = from < 0 ? 0 : x[from + c[s]!]!;
        }
      }
    }
  };
}

/** The adjoint of reading P: adds rows of a matrix of its shape to the pixels they came from. */
export function addPatches(info: Info, out: Float64Array) {
  const corners = new Corners(info);
  const channels = info.inChannels;
  return (from: Float64Array, at: number, width: number, row: number, rows: number): void => {
    for (let r = 0; r < rows; r++) {
      corners.place(0, row + r);
      let k = at + r * width;
      for (let p = 0; p < info.filterHeight; p++) {
        for (let q = 0; q < info.filterWidth; q++, k += channels) {
          const to = corners.tap(0, p, q);
          if (to >= 0) for (let c = 0; c < channels; c++) out[to + c]! += from[k + c]!;
        }
      }
    }
  };
}
