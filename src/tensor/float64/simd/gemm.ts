/**
 * C = A·B in WebAssembly SIMD: blocks of A and B are packed into its memory, multiplied there, and
 * C is copied out.
 *
 * Blocks are chosen for the caches: one block of A (ROWS × DEPTH) stays in the second level while
 * the strips of B (DEPTH × 4) pass through the first.
 */
import { makeGemmKernel, TILE } from "./gemm-kernel.js";
import { memory, scratch } from "./scratch.js";

const ROWS = 256;
const DEPTH = 256;
const DOUBLE = 8;

/** Writes rows [row, row + rows) and depths [depth, depth + depths) of A, four rows to a strip. */
export type PackA = (
  to: Float64Array,
  at: number,
  row: number,
  rows: number,
  depth: number,
  depths: number,
) => void;

/** Writes depths [depth, depth + depths) of B, four columns to a strip. */
export type PackB = (to: Float64Array, at: number, depth: number, depths: number) => void;

const kernel = makeGemmKernel(memory);

const roundUp = (n: number) => Math.ceil(n / TILE) * TILE;

/** Multiplies what the packers give, m × k by k × n, and hands blocks of rows of C to `take`. */
export function gemm(
  [m, k, n]: readonly [number, number, number],
  packA: PackA,
  packB: PackB,
  take: (from: Float64Array, at: number, width: number, row: number, rows: number) => void,
): void {
  const width = roundUp(n);
  const blockRows = Math.min(roundUp(m), ROWS);
  const bAt = blockRows * Math.min(k, DEPTH);
  const cAt = bAt + k * width;
  const view = scratch(cAt + blockRows * width);
  for (let depth = 0; depth < k; depth += DEPTH) {
    packB(view, bAt + depth * width, depth, Math.min(DEPTH, k - depth));
  }
  for (let row = 0; row < m; row += blockRows) {
    const rows = Math.min(blockRows, m - row);
    const padded = roundUp(rows);
    view.fill(0, cAt, cAt + padded * width);
    for (let depth = 0; depth < k; depth += DEPTH) {
      const depths = Math.min(DEPTH, k - depth);
      packA(view, 0, row, rows, depth, depths);
      for (let strip = 0; strip < width / TILE; strip++) {
        kernel.tiles(
          0,
          (bAt + depth * width + strip * depths * TILE) * DOUBLE,
          (cAt + strip * TILE) * DOUBLE,
          depths,
          padded / TILE,
          width * DOUBLE,
        );
      }
    }
    take(view, cAt, width, row, rows);
  }
}
