/**
 * min ‖Ax − b‖ by Householder QR with column pivoting.
 *
 * Columns are taken in order of what is left of them, so that the diagonal of R falls and shows the
 * numerical rank; beyond it the solution has zeros. Unlike the normal equations this does not square
 * the condition number. Golub and Van Loan, 5.4.
 */
import type { Rows } from "../operators/linear-operator.js";

export interface LeastSquares {
  readonly x: Float64Array;
  /** ‖Ax − b‖. */
  readonly residualNorm: number;
  readonly rank: number;
}

/**
 * A is m × n of any shape, as rows; b has m entries. 2mn² operations.
 * A column is dropped when what is left of it is below `rcond` of the longest; n·2⁻⁵² by default.
 *
 * @example leastSquares([[1, 0], [1, 1], [1, 2]], [1, 2, 4]).x // [0.8333…, 1.5]
 */
export function leastSquares(rows: Rows, b: ArrayLike<number>, rcond?: number): LeastSquares {
  const m = rows.length;
  const n = rows[0]?.length ?? 0;
  const columns = toColumns(rows, n);
  if (b.length !== m) {
    throw new RangeError(`leastSquares: a right side of ${b.length} entries for ${m} rows`);
  }
  const right = Float64Array.from(b);
  const order = Array.from({ length: n }, (_, j) => j);
  const diagonal: number[] = [];
  const cutoff = rcond ?? Math.max(m, n) * 2 ** -52;
  for (let k = 0; k < Math.min(m, n); k++) {
    const { best, length } = longestColumn(columns, k);
    if (!(length > cutoff * Math.abs(diagonal[0] ?? 0))) break;
    [columns[k], columns[best]] = [columns[best]!, columns[k]!];
    [order[k], order[best]] = [order[best]!, order[k]!];
    diagonal.push(reflectColumn(columns, right, k, length));
  }
  const rank = diagonal.length;
  const x = new Float64Array(n);
  for (let k = rank - 1; k >= 0; k--) {
    let sum = right[k]!;
    for (let j = k + 1; j < rank; j++) sum -= columns[j]![k]! * x[order[j]!]!;
    x[order[k]!] = sum / diagonal[k]!;
  }
  return { x, residualNorm: tailNorm(right, rank), rank };
}

function toColumns(rows: Rows, n: number): Float64Array[] {
  rows.forEach((row, i) => {
    if (row.length !== n) {
      throw new RangeError(`leastSquares: row ${i} has ${row.length} entries, row 0 has ${n}`);
    }
  });
  return Array.from({ length: n }, (_, j) => Float64Array.from(rows, (row) => row[j]!));
}

function tailNorm(x: Float64Array, from: number): number {
  let largest = 0;
  for (let i = from; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0) return 0;
  let squares = 0;
  for (let i = from; i < x.length; i++) squares += (x[i]! / largest) ** 2;
  return largest * Math.sqrt(squares);
}

function longestColumn(
  columns: readonly Float64Array[],
  k: number,
): { best: number; length: number } {
  let [best, length] = [k, 0];
  for (let j = k; j < columns.length; j++) {
    const candidate = tailNorm(columns[j]!, k);
    if (candidate > length) [best, length] = [j, candidate];
  }
  return { best, length };
}

/** Reflects column k onto its head, the later columns and the right side with it; returns R's entry. */
function reflectColumn(
  columns: readonly Float64Array[],
  right: Float64Array,
  k: number,
  length: number,
): number {
  const v = columns[k]!.slice();
  const beta = v[k]! > 0 ? -length : length;
  const head = v[k]! - beta;
  v[k] = 1;
  for (let i = k + 1; i < v.length; i++) v[i]! /= head;
  const tau = -head / beta;
  for (const target of [...columns.slice(k + 1), right]) {
    let product = 0;
    for (let i = k; i < v.length; i++) product += v[i]! * target[i]!;
    for (let i = k; i < v.length; i++) target[i]! -= tau * product * v[i]!;
  }
  return beta;
}
