import { describe, expect, it } from "vitest";
import { Random } from "../tensor/random.js";
import { diagonalOperator, restrict, scale, shift, sum, zero } from "./combinations.js";
import { fromMatrix } from "./from-matrix.js";
import type { LinearOperator } from "./linear-operator.js";
import { toMatrix } from "./to-matrix.js";
import { dot, maxAbs, norm, subtract } from "./vectors.js";

const a = [
  [1, 2, 3],
  [2, 4, 5],
  [3, 5, 6],
];
const A = fromMatrix(a);
const plain = (op: LinearOperator) => toMatrix(op).map((row) => [...row]);

describe("operators made of operators", () => {
  it("write themselves out as the matrices they stand for", () => {
    expect(plain(A)).toEqual(a);
    expect(plain(sum(A, A, zero(3)))).toEqual(a.map((row) => row.map((x) => 2 * x)));
    expect(plain(scale(-3, A))).toEqual(a.map((row) => row.map((x) => -3 * x)));
    expect(plain(shift(A, 10))).toEqual(
      a.map((row, i) => row.map((x, j) => x + (i === j ? 10 : 0))),
    );
    expect(plain(restrict(A, [0, 2]))).toEqual([
      [1, 3],
      [3, 6],
    ]);
    expect(plain(restrict(A, [2, 0]))).toEqual([
      [6, 3],
      [3, 1],
    ]);
    expect(plain(diagonalOperator([7, 8]))).toEqual([
      [7, 0],
      [0, 8],
    ]);
  });

  it("are linear, symmetric when their parts are, and agree block by vector", () => {
    const random = new Random(1);
    const operators = [A, sum(A, shift(A, 2)), scale(3, A), restrict(shift(A, 1), [2, 1])];
    for (const op of operators) {
      const [u, v] = [random.normals(op.size), random.normals(op.size)];
      expect(dot(u, op.apply(v))).toBeCloseTo(dot(v, op.apply(u)), 12);
      const both = op.apply(u.map((x, i) => 2 * x - 3 * v[i]!));
      const apart = op.apply(u).map((x, i) => 2 * x - 3 * op.apply(v)[i]!);
      expect(norm(subtract(both, apart))).toBeLessThan(1e-12);
      if (op.applyBlock) expect(op.applyBlock([u, v])).toEqual([op.apply(u), op.apply(v)]);
    }
  });

  it("refuse what does not fit, with the numbers", () => {
    expect(() => A.apply(new Float64Array(2))).toThrow("2 entries was applied to size 3");
    expect(() => sum(A, zero(2))).toThrow("sizes 3 and 2 do not add");
    expect(() => restrict(A, [0, 3])).toThrow("index 1 is 3");
    expect(() => restrict(A, [1, 1])).toThrow("given twice");
    expect(() => fromMatrix([[1, 2], [3]])).toThrow("row 1 has 1 entries");
    expect(() => fromMatrix([[Number.NaN]])).toThrow("entry (0, 0) is NaN");
    expect(() => toMatrix(zero(20_000))).toThrow("needs 3,200,000,000 bytes");
    expect(() => toMatrix(zero(4), { maxBytes: 100 })).toThrow("needs 128 bytes");
  });
});

describe("vectors", () => {
  it("take norms without overflow or underflow", () => {
    expect(norm(Float64Array.of(3e200, 4e200))).toBeCloseTo(5e200, -187);
    expect(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 14);
    expect(norm(new Float64Array(3))).toBe(0);
    expect(maxAbs([1, Number.NaN, 2])).toBeNaN();
  });
});
