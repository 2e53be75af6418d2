/**
 * A = LLᵀ for a symmetric positive definite matrix: the cheapest solve, and the test of definiteness.
 *
 * A pivot that is not positive proves that A is not positive definite; that is an answer, not an
 * error, so it comes back as undefined. Golub and Van Loan, 4.2.
 */
import { flattenRows } from "../operators/from-matrix.js";
import type { Rows } from "../operators/linear-operator.js";

export interface Cholesky {
  /** The rows of L, lower triangular with a positive diagonal. */
  readonly lower: Float64Array[];
  /** x with Ax = b. */
  solve(b: ArrayLike<number>): Float64Array;
}

/**
 * n³/3 operations; reads the lower triangle. Undefined when A is not positive definite.
 *
 * @example cholesky([[4, 2], [2, 5]])?.solve([8, 12]) // [1, 2]
 * @example cholesky([[1, 2], [2, 1]]) // undefined
 */
export function cholesky(matrix: Rows): Cholesky | undefined {
  const a = flattenRows("cholesky", matrix);
  const n = matrix.length;
  const lower = Array.from({ length: n }, (_, i) => a.slice(i * n, (i + 1) * n).fill(0, i + 1));
  for (let i = 0; i < n; i++) {
    const row = lower[i]!;
    for (let j = 0; j < i; j++) {
      const other = lower[j]!;
      row[j] = (row[j]! - partialDot(row, other, j)) / other[j]!;
    }
    const pivot = row[i]! - partialDot(row, row, i);
    if (!(pivot > 0)) return undefined;
    row[i] = Math.sqrt(pivot);
  }
  return { lower, solve: (b) => solveTriangles(lower, b) };
}

function partialDot(x: Float64Array, y: Float64Array, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += x[k]! * y[k]!;
  return sum;
}

function solveTriangles(lower: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const n = lower.length;
  if (b.length !== n) {
    throw new RangeError(`cholesky: a right side of ${b.length} entries for a matrix of size ${n}`);
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) x[i] = (x[i]! - partialDot(lower[i]!, x, i)) / lower[i]![i]!;
  for (let i = n - 1; i >= 0; i--) {
    x[i]! /= lower[i]![i]!;
    for (let k = 0; k < i; k++) x[k]! -= lower[i]![k]! * x[i]!;
  }
  return x;
}
