/**
 * The windows of a convolution as the rows of a matrix P ("im2col"), never stored: its blocks are
 * packed for the SIMD kernel straight from the image, and added straight back.
 *
 * In an image with its padding written out as zeros, entry (r, w) of P lies at offset
 * rowStart[r] + tapStart[w]: output pixel r says where its window begins, and w, the index into the
 * filter, how far into the window to go. No entry needs a test.
 */
import type * as tf from "@tensorflow/tfjs";
import { copy } from "./copy.js";
import { stridesOf } from "./loops.js";
import type { PackA } from "./simd/gemm.js";
import { TILE } from "./simd/gemm-kernel.js";

type Info = tf.backend_util.Conv2DInfo;

export class Patches {
  /** The rows of P: output pixels of the whole batch. */
  readonly rows: number;
  /** The columns of P: entries of the filter for one output channel. */
  readonly columns: number;
  readonly #info: Info;
  readonly #shape: readonly [number, number, number, number];
  readonly #rowStart: Int32Array;
  readonly #tapStart: Int32Array;

  constructor(info: Info) {
    this.#info = info;
    const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = info;
    this.rows = batchSize * outHeight * outWidth;
    this.columns = filterHeight * filterWidth * inChannels;
    const height = reach(
      info.inHeight,
      info.padInfo.top,
      outHeight,
      info.strideHeight,
      info.effectiveFilterHeight,
    );
    const width = reach(
      info.inWidth,
      info.padInfo.left,
      outWidth,
      info.strideWidth,
      info.effectiveFilterWidth,
    );
    this.#shape = [batchSize, height, width, inChannels];
    const [image, line, pixel] = stridesOf(this.#shape) as [number, number, number, number];
    this.#rowStart = offsets(
      [batchSize, outHeight, outWidth],
      [image, line * info.strideHeight, pixel * info.strideWidth],
    );
    this.#tapStart = offsets(
      [filterHeight, filterWidth, inChannels],
      [line * info.dilationHeight, pixel * info.dilationWidth, 1],
    );
  }

  /** P itself: strips of four rows. */
  pack(x: Float64Array): PackA {
    return packOffsets(this.#padded(x), this.#rowStart, this.#tapStart);
  }

  /** Pᵀ: strips of four columns of P. */
  packTransposed(x: Float64Array): PackA {
    return packOffsets(this.#padded(x), this.#tapStart, this.#rowStart);
  }

  /**
   * Runs `produce` with a function that takes blocks of rows of a matrix of P's shape, and writes to
   * `out` the sum of their entries at the pixels that they came from: Pᵀ's adjoint.
   */
  scatter(
    out: Float64Array,
    produce: (
      take: (from: Float64Array, at: number, width: number, row: number, rows: number) => void,
    ) => void,
  ): void {
    const total = new Float64Array(this.#shape.reduce((product, n) => product * n, 1));
    const [rowStart, tapStart] = [this.#rowStart, this.#tapStart];
    const { filterWidth, inChannels, dilationWidth } = this.#info;
    // Taps of one row of the window are neighbours in the image too, unless they are dilated.
    const run = dilationWidth === 1 ? filterWidth * inChannels : inChannels;
    produce((from, at, width, row, rows) => {
      for (let r = 0; r < rows; r++) {
        let source = at + r * width;
        for (let w = 0; w < tapStart.length; w += run) {
          const to = rowStart[row + r]! + tapStart[w]!;
          for (let i = 0; i < run; i++, source++) total[to + i]! += from[source]!;
        }
      }
    });
    this.#copyInside(out, total, false);
  }

  #padded(x: Float64Array): Float64Array {
    const size = this.#shape.reduce((product, n) => product * n, 1);
    if (size === x.length) return x;
    const padded = new Float64Array(size);
    this.#copyInside(x, padded, true);
    return padded;
  }

  /** Copies between an image and the same with its margins, as far as the windows reach. */
  #copyInside(image: Float64Array, padded: Float64Array, inwards: boolean): void {
    const { batchSize, inHeight, inWidth, inChannels, padInfo } = this.#info;
    const [, height, width] = this.#shape;
    const rows = Math.min(inHeight, height - padInfo.top);
    const columns = Math.min(inWidth, width - padInfo.left);
    const inner = stridesOf([batchSize, inHeight, inWidth, inChannels]);
    const outer = stridesOf(this.#shape);
    const own = { values: image, start: 0, steps: inner };
    const margin = {
      values: padded,
      start: padInfo.top * outer[1]! + padInfo.left * outer[2]!,
      steps: outer,
    };
    const shape = [batchSize, rows, columns, inChannels];
    if (inwards) copy(shape, own, margin);
    else copy(shape, margin, own);
  }
}

/** How many pixels, margins included, one dimension needs: those of the image or of the windows. */
function reach(
  size: number,
  before: number,
  windows: number,
  stride: number,
  window: number,
): number {
  return Math.max(before + size, (windows - 1) * stride + window);
}

/** Σ indexᵢ · stepᵢ for every index, in row-major order. */
function offsets(sizes: readonly [number, number, number], steps: readonly number[]): Int32Array {
  const found = new Int32Array(sizes[0] * sizes[1] * sizes[2]);
  let k = 0;
  for (let a = 0; a < sizes[0]; a++) {
    for (let b = 0; b < sizes[1]; b++) {
      const start = a * steps[0]! + b * steps[1]!;
      for (let c = 0; c < sizes[2]; c++) found[k++] = start + c * steps[2]!;
    }
  }
  return found;
}

/** Packs the matrix whose entry (i, l) is x[rowStart[i] + columnStart[l]]. */
function packOffsets(x: Float64Array, rowStart: Int32Array, columnStart: Int32Array): PackA {
  return (to, at, row, rows, depth, depths) => {
    let k = at;
    const last = rowStart.length - 1;
    for (let strip = row; strip < row + rows; strip += TILE) {
      // Beyond the last row its entries are repeated; nobody reads the products.
      const a = rowStart[strip]!;
      const b = rowStart[Math.min(strip + 1, last)]!;
      const c = rowStart[Math.min(strip + 2, last)]!;
      const d = rowStart[Math.min(strip + 3, last)]!;
      for (let l = depth; l < depth + depths; l++, k += TILE) {
        const along = columnStart[l]!;
        to[k] = x[a + along]!;
        to[k + 1] = x[b + along]!;
        to[k + 2] = x[c + along]!;
        to[k + 3] = x[d + along]!;
      }
    }
  };
}
