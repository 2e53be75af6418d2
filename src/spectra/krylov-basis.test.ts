import { describe, expect, it } from "vitest";
import { orthogonalize } from "../operators/orthogonalize.js";
import { dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { KrylovBasis } from "./krylov-basis.js";

/** Orthonormal vectors of n entries, by plain Gram–Schmidt. */
function orthonormal(count: number, n: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const v = random.normals(n);
    orthogonalize(v, vectors);
    const length = norm(v);
    vectors.push(v.map((entry) => entry / length));
  }
  return vectors;
}

describe("KrylovBasis", () => {
  // Short vectors stay in arrays; long ones, of odd length too, go to the kernels.
  it.each([10, 511, 512, 513, 4000])("removes what plain Gram–Schmidt removes (n = %i)", (n) => {
    const random = new Random(n);
    const vectors = orthonormal(9, n, random);
    const basis = new KrylovBasis(n);
    for (const v of vectors) basis.push(v);
    const [w, expected] = [random.normals(n), new Float64Array(n)];
    expected.set(w);
    const left = basis.orthogonalize(w);
    expect(left).toBeCloseTo(orthogonalize(expected, vectors), 11);
    expect(left).toBeCloseTo(norm(w), 12);
    for (const v of vectors) expect(Math.abs(dot(v, w))).toBeLessThan(1e-14 * Math.sqrt(n));
    w.forEach((entry, i) => {
      expect(Math.abs(entry - expected[i]!)).toBeLessThan(1e-13);
    });
  });

  it("cleans a vector that lies almost in the span by a second pass", () => {
    const random = new Random(1);
    const vectors = orthonormal(6, 600, random);
    const basis = new KrylovBasis(600);
    for (const v of vectors) basis.push(v);
    const tiny = random.normals(600).map((entry) => 1e-9 * entry);
    const w = vectors[0]!.map((entry, i) => entry + vectors[5]![i]! + tiny[i]!);
    const left = basis.orthogonalize(w);
    expect(left).toBeGreaterThan(1e-8);
    for (const v of vectors) expect(Math.abs(dot(v, w))).toBeLessThan(1e-15 * left * 10);
  });

  it("goes on with other vectors after a restart, and with few of many", () => {
    const random = new Random(2);
    const vectors = orthonormal(20, 700, random);
    const basis = new KrylovBasis(700);
    for (const v of vectors) basis.push(v);
    basis.replaceFrom(3, vectors.slice(15));
    basis.pop();
    expect(basis.vectors.length).toBe(7);
    const w = vectors.reduce((sum, v) => sum.map((s, i) => s + v[i]!), new Float64Array(700));
    basis.orthogonalize(w);
    const parts = vectors.map((v) => Math.round(1e12 * dot(v, w)) / 1e12);
    const gone = [0, 1, 2, 15, 16, 17, 18];
    expect(parts).toEqual(vectors.map((_, i) => (gone.includes(i) ? expect.closeTo(0, 12) : 1)));
  });

  it("refuses another length", () => {
    expect(() => new KrylovBasis(3).orthogonalize(new Float64Array(2))).toThrow(
      "2 entries for size 3",
    );
  });
});
