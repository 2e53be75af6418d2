import { describe, expect, it } from "vitest";
import { fromMatrix } from "../operators/from-matrix.js";
import { norm, subtract } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { cholesky } from "./cholesky.js";
import { eigenvalues } from "./eigh.js";
import { ldlt } from "./ldlt.js";
import { leastSquares } from "./least-squares.js";

const random = new Random(11);
const randomRows = (m: number, n: number) => Array.from({ length: m }, () => random.normals(n));
const symmetric = (n: number) => {
  const rows = randomRows(n, n);
  return rows.map((row, i) => row.map((x, j) => x + rows[j]![i]!));
};
const gram = (rows: Float64Array[]) =>
  rows.map((u) => Float64Array.from(rows, (v) => u.reduce((sum, x, i) => sum + x * v[i]!, 0)));

describe("cholesky", () => {
  it("solves positive definite systems and rebuilds the matrix", () => {
    for (const n of [1, 2, 5, 40]) {
      const a = gram(randomRows(n, n + 5));
      const factor = cholesky(a)!;
      const x = random.normals(n);
      expect(norm(subtract(factor.solve(fromMatrix(a).apply(x)), x))).toBeLessThan(1e-9);
      const rebuilt = gram(factor.lower);
      rebuilt.forEach((row, i) => {
        expect(norm(subtract(row, a[i]!))).toBeLessThan(1e-12 * n * 10);
      });
    }
    expect([
      ...cholesky([
        [4, 2],
        [2, 5],
      ])!.solve([8, 12]),
    ]).toEqual([1, 2]);
  });

  it("says that a matrix is not positive definite", () => {
    expect(
      cholesky([
        [1, 2],
        [2, 1],
      ]),
    ).toBeUndefined();
    expect(cholesky([[0]])).toBeUndefined();
    expect(() => cholesky([[1]])!.solve([1, 2])).toThrow("2 entries for a matrix of size 1");
  });
});

describe("ldlt", () => {
  it("solves indefinite systems and counts signs as the eigenvalues do", () => {
    for (const n of [1, 2, 3, 7, 20, 41]) {
      for (let repeat = 0; repeat < 5; repeat++) {
        const a = symmetric(n);
        const factor = ldlt(a);
        const x = random.normals(n);
        const b = fromMatrix(a).apply(x);
        const residual = subtract(fromMatrix(a).apply(factor.solve(b)), b);
        expect(norm(residual)).toBeLessThan(1e-11 * n * norm(x));
        const w = eigenvalues(a);
        const negative = w.filter((value) => value < 0).length;
        expect(factor.inertia).toEqual({ positive: n - negative, negative, zero: 0 });
      }
    }
  });

  it("needs 2 × 2 blocks where the diagonal is zero, and counts zeros", () => {
    expect(
      ldlt([
        [0, 1],
        [1, 0],
      ]).inertia,
    ).toEqual({ positive: 1, negative: 1, zero: 0 });
    expect([
      ...ldlt([
        [0, 2],
        [2, 0],
      ]).solve([2, 4]),
    ]).toEqual([2, 1]);
    expect(
      ldlt([
        [1, 1],
        [1, 1],
      ]).inertia,
    ).toEqual({ positive: 1, negative: 0, zero: 1 });
    expect(
      ldlt([
        [0, 0],
        [0, 0],
      ]).inertia,
    ).toEqual({ positive: 0, negative: 0, zero: 2 });
    expect(() =>
      ldlt([
        [1, 1],
        [1, 1],
      ]).solve([1, 2]),
    ).toThrow("singular");
  });
});

describe("leastSquares", () => {
  it("solves consistent systems exactly and leaves a residual orthogonal to the columns", () => {
    const a = randomRows(30, 8);
    const x = random.normals(8);
    const b = Float64Array.from(a, (row) => row.reduce((sum, entry, j) => sum + entry * x[j]!, 0));
    expect(norm(subtract(leastSquares(a, b).x, x))).toBeLessThan(1e-12);
    const noisy = b.map((entry) => entry + random.normal());
    const fit = leastSquares(a, noisy);
    const left = noisy.map(
      (y, i) => y - a[i]!.reduce((sum, entry, j) => sum + entry * fit.x[j]!, 0),
    );
    expect(norm(left)).toBeCloseTo(fit.residualNorm, 12);
    for (let j = 0; j < 8; j++) {
      expect(Math.abs(left.reduce((sum, r, i) => sum + r * a[i]![j]!, 0))).toBeLessThan(1e-12);
    }
    const line = leastSquares(
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 2, 4],
    ).x;
    expect(line[0]).toBeCloseTo(5 / 6, 14);
    expect(line[1]).toBeCloseTo(3 / 2, 14);
  });

  it("finds the rank, and keeps the accuracy that the normal equations lose", () => {
    const base = randomRows(12, 3);
    const deficient = base.map((row) => Float64Array.of(...row, row[0]! + row[1]!, 0));
    expect(leastSquares(deficient, random.normals(12)).rank).toBe(3);
    // Läuchli's matrix: the cross products of its columns are 1 + 1e-18, which rounds to 1.
    const fit = leastSquares(
      [
        [1, 1],
        [1e-9, 0],
        [0, 1e-9],
      ],
      [2, 1e-9, 1e-9],
    );
    expect(fit.x[0]).toBeCloseTo(1, 6);
    expect(fit.x[1]).toBeCloseTo(1, 6);
  });
});
