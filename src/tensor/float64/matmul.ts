/**
 * C = A·B for matrices in JavaScript arrays, each read through its strides, so that a transposed
 * operand costs no copy of its own.
 *
 * Small products run here in plain loops; the others are packed for the SIMD kernel.
 */
import { gemm, type PackA, type PackB } from "./simd/gemm.js";
import { TILE } from "./simd/gemm-kernel.js";

export interface Matrix {
  readonly values: Float64Array;
  readonly start: number;
  /** Elements from one row to the next, and from one column to the next. */
  readonly rowStep: number;
  readonly columnStep: number;
}

type Sizes = readonly [m: number, k: number, n: number];

/** Below this many products, packing costs more than SIMD saves. */
const SMALL = 256;

/** Writes A (m×k) times B (k×n) to `out`, row by row from `at` on. */
export function multiply(a: Matrix, b: Matrix, sizes: Sizes, out: Float64Array, at: number): void {
  const [m, k, n] = sizes;
  if (m * k * n < SMALL || n === 1 || m === 1) multiplySmall(a, b, sizes, out, at);
  else gemm(sizes, packRows(a), packColumns(b, n), copyOut(n, out, at));
}

/** Packs four rows to a strip: the four entries of a column next to each other. */
export function packRows({ values: x, start, rowStep, columnStep }: Matrix): PackA {
  return (to, at, row, rows, depth, depths) => {
    let q = at;
    for (let strip = 0; strip < rows; strip += TILE) {
      const p0 = start + (row + strip) * rowStep + depth * columnStep;
      if (strip + TILE <= rows) {
        let p = p0;
        for (let l = 0; l < depths; l++, p += columnStep, q += TILE) {
          to[q] = x[p]!;
          to[q + 1] = x[p + rowStep]!;
          to[q + 2] = x[p + 2 * rowStep]!;
          to[q + 3] = x[p + 3 * rowStep]!;
        }
        continue;
      }
      for (let l = 0; l < depths; l++) {
        for (let i = 0; i < TILE; i++) {
          to[q++] = strip + i < rows ? x[p0 + i * rowStep + l * columnStep]! : 0;
        }
      }
    }
  };
}

/** Packs four columns to a strip: the four entries of a row next to each other. */
export function packColumns({ values: x, start, rowStep, columnStep }: Matrix, n: number): PackB {
  const packed = packRows({ values: x, start, rowStep: columnStep, columnStep: rowStep });
  return (to, at, depth, depths) => packed(to, at, 0, n, depth, depths);
}

export function copyOut(n: number, out: Float64Array, at: number) {
  return (from: Float64Array, source: number, width: number, row: number, rows: number) => {
    const to = at + row * n;
    if (width === n) {
      out.set(from.subarray(source, source + rows * n), to);
      return;
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < n; j++) out[to + i * n + j] = from[source + i * width + j]!;
    }
  };
}

function multiplySmall(
  { values: x, start: aStart, rowStep: ai, columnStep: al }: Matrix,
  { values: y, start: bStart, rowStep: bl, columnStep: bj }: Matrix,
  [m, k, n]: Sizes,
  out: Float64Array,
  at: number,
): void {
  const pairs = k & ~1;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let p = aStart + i * ai;
      let q = bStart + j * bj;
      // Two sums, as each addition waits for the one before.
      let even = 0;
      let odd = 0;
      for (let l = 0; l < pairs; l += 2, p += 2 * al, q += 2 * bl) {
        even += x[p]! * y[q]!;
        odd += x[p + al]! * y[q + bl]!;
      }
      out[at + i * n + j] = pairs === k ? even + odd : even + odd + x[p]! * y[q]!;
    }
  }
}
