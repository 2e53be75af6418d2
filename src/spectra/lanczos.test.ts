import { describe, expect, it } from "vitest";
import { diagonalOperator } from "../operators/combinations.js";
import { fromMatrix } from "../operators/from-matrix.js";
import { addScaled, axpy, dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { eigh } from "./eigh.js";
import { lanczos } from "./lanczos.js";

function randomSymmetric(n: number, seed: number): Float64Array[] {
  const random = new Random(seed);
  const rows = Array.from({ length: n }, () => random.normals(n));
  return rows.map((row, i) => row.map((entry, j) => entry + rows[j]![i]!));
}

describe("lanczos", () => {
  it("keeps AV = VT + βveₖᵀ and V orthonormal to rounding, past convergence", async () => {
    const rows = randomSymmetric(120, 1);
    rows[0]![0]! += 500; // An outlier: without reorthogonalisation its ghosts would appear.
    const op = fromMatrix(rows);
    const { diagonal, offDiagonal, basis, residual } = await lanczos(op, { k: 60, seed: 2 });
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j <= i; j++) {
        expect(Math.abs(dot(basis[i]!, basis[j]!) - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      }
      const left = addScaled(op.apply(basis[i]!), -diagonal[i]!, basis[i]!);
      if (i > 0) axpy(-offDiagonal[i - 1]!, basis[i - 1]!, left);
      if (i < 59) axpy(-offDiagonal[i]!, basis[i + 1]!, left);
      expect(norm(left)).toBeLessThan(i < 59 ? 1e-11 : residual * (1 + 1e-11));
    }
  });

  it("finds every eigenvalue when it runs to the end", async () => {
    const rows = randomSymmetric(40, 3);
    const expected = eigh(rows).eigenvalues;
    const { eigenvalues, breakdown } = await lanczos(fromMatrix(rows));
    eigenvalues.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-11);
    });
    expect(breakdown).toBe(false);
  });

  it("stops after as many steps as there are distinct eigenvalues", async () => {
    for (const distinct of [1, 2, 3, 5, 8, 12]) {
      const values = Float64Array.from({ length: 64 }, (_, i) => (i % distinct) ** 2 - 3);
      const result = await lanczos(diagonalOperator(values), { seed: 7 });
      expect(result.products).toBe(distinct);
      expect(result.breakdown).toBe(true);
      expect(result.residual).toBe(0);
      const expected = [...new Set(values)].sort((p, q) => p - q);
      result.eigenvalues.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 8);
      });
    }
  });

  it("starts where it is told to, and breaks down there if that is an eigenvector", async () => {
    const op = diagonalOperator([4, 5, 6]);
    const result = await lanczos(op, { start: Float64Array.of(0, -2, 0) });
    expect([...result.eigenvalues]).toEqual([5]);
    expect([...result.basis[0]!]).toEqual([0, -1, 0].map((x) => x + 0));
  });

  it("refuses what cannot be, with the numbers", async () => {
    const op = diagonalOperator([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(lanczos(op, { k: 20 })).rejects.toThrow(
      "lanczos: k = 20 is more than the operator's size 8",
    );
    await expect(lanczos(op, { start: new Float64Array(8) })).rejects.toThrow("norm 0");
    await expect(lanczos(op, { start: new Float64Array(3) })).rejects.toThrow("3 entries");
    const broken = { size: 2, apply: () => Float64Array.of(Number.NaN, 0) };
    await expect(lanczos(broken)).rejects.toThrow("product 1 with the operator is not finite");
  });
});
