import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import { type Matrix, multiply } from "../matmul.js";

const matrix = (values: Float64Array, rows: number, columns: number, turned: boolean): Matrix =>
  turned
    ? { values, start: 0, rowStep: 1, columnStep: rows }
    : { values, start: 0, rowStep: columns, columnStep: 1 };

/** Entry (i, j) of the product, as the sum that defines it. */
function entry(a: Matrix, b: Matrix, k: number, i: number, j: number): number {
  let sum = 0;
  for (let l = 0; l < k; l++) {
    sum +=
      a.values[i * a.rowStep + l * a.columnStep]! * b.values[l * b.rowStep + j * b.columnStep]!;
  }
  return sum;
}

// Small enough for the plain loops; odd sizes; one larger than each block of the SIMD kernel.
describe.each([
  [2, 3, 4],
  [5, 7, 3],
  [13, 30, 17],
  [64, 16, 16],
  [261, 259, 6],
  [7, 515, 33],
])("a product of %i × %i by × %i", (m, k, n) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("with transposes %s and %s is its definition", (turnA, turnB) => {
    const random = new Random(m + k + n);
    const a = matrix(random.normals(m * k), m, k, turnA);
    const b = matrix(random.normals(k * n), k, n, turnB);
    const out = new Float64Array(m * n + 1).fill(7);
    multiply(a, b, [m, k, n], out, 1);
    expect(out[0]).toBe(7);
    let worst = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        worst = Math.max(worst, Math.abs(out[1 + i * n + j]! - entry(a, b, k, i, j)));
      }
    }
    expect(worst).toBeLessThan(1e-13 * k);
  });
});
