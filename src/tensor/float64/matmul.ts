/**
 * C = A·B for row-major matrices in JavaScript arrays, each operand plain or transposed.
 *
 * The loops run over rows of B, which are contiguous, so that a row of C gathers multiples of them;
 * a transposed operand is read through its strides.
 */
export interface Matrix {
  readonly values: Float64Array;
  readonly start: number;
  /** Elements from one row to the next, and from one column to the next. */
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Writes A (m×k) times B (k×n) to `out`, row by row from `at` on. */
export function multiply(
  a: Matrix,
  b: Matrix,
  [m, k, n]: readonly [number, number, number],
  out: Float64Array,
  at: number,
): void {
  const [x, y] = [a.values, b.values];
  for (let i = 0; i < m; i++) {
    const row = at + i * n;
    out.fill(0, row, row + n);
    for (let l = 0; l < k; l++) {
      const factor = x[a.start + i * a.rowStep + l * a.columnStep]!;
      let q = b.start + l * b.rowStep;
      for (let j = 0; j < n; j++, q += b.columnStep) out[row + j]! += factor * y[q]!;
    }
  }
}
