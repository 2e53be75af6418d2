import { describe, expect, it } from "vitest";
import { fromMatrix } from "../operators/from-matrix.js";
import { addScaled, dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { eigenvalues, eigh } from "./eigh.js";

type Entry = (i: number, j: number) => number;
const matrix = (n: number, entry: Entry) =>
  Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => entry(i, j)));
const beside = (i: number, j: number) => (Math.abs(i - j) === 1 ? 1 : 0);

function randomSymmetric(n: number, seed: number): Float64Array[] {
  const random = new Random(seed);
  const rows = Array.from({ length: n }, () => random.normals(n));
  return matrix(n, (i, j) => rows[i]![j]! + rows[j]![i]!);
}

const hard: Record<string, Float64Array[]> = {
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 31, 32, 33, 34, 63, 64, 65, 67, 96, 97, 130, 301].map((n) => [
      `random of size ${n}`,
      randomSymmetric(n, n),
    ]),
  ),
  Hilbert: matrix(100, (i, j) => 1 / (i + j + 1)),
  "Wilkinson W201+": matrix(201, (i, j) => (i === j ? Math.abs(i - 100) : beside(i, j))),
  "Wilkinson matrices glued by 1e-8": matrix(210, (i, j) => {
    if (i === j) return Math.abs((i % 21) - 10);
    return Math.max(i, j) % 21 === 0 ? 1e-8 * beside(i, j) : beside(i, j);
  }),
  "graded down over 40 decades": matrix(100, (i, j) => 10 ** (-(i + j) / 5)),
  "graded up over 40 decades": matrix(100, (i, j) => 10 ** (-(198 - i - j) / 5)),
  "all ones": matrix(150, () => 1),
  zero: matrix(50, () => 0),
  "the identity": matrix(70, (i, j) => (i === j ? 1 : 0)),
  "three values, fifty times each": matrix(150, (i, j) => ((i - j) % 3 === 0 ? 1 : 0)),
  "the Laplacian of a path": matrix(120, (i, j) => (i === j ? 2 : -beside(i, j))),
  "of size 1e300": matrix(60, (i, j) => 1e300 / (i + j + 1)),
  "of size 1e-300": matrix(60, (i, j) => 1e-300 / (i + j + 1)),
  "negative beside the diagonal": matrix(90, (i, j) => (i === j ? i % 7 : -3 * beside(i, j))),
};

describe("eigh", () => {
  for (const [name, a] of Object.entries(hard)) {
    it(`diagonalises a matrix ${name} to 1e-12 of its norm`, () => {
      const { eigenvalues: w, eigenvectors } = eigh(a);
      const size = Math.max(Math.abs(w[0]!), Math.abs(w.at(-1)!)) || 1;
      const op = fromMatrix(a);
      let residual = 0;
      let orthogonality = 0;
      eigenvectors.forEach((v, i) => {
        // Over the norm first, as the squares of 1e300 are infinite.
        const image = op.apply(v).map((x) => x / size);
        residual = Math.max(residual, norm(addScaled(image, -w[i]! / size, v)));
        eigenvectors.forEach((u, j) => {
          orthogonality = Math.max(orthogonality, Math.abs(dot(u, v) - (i === j ? 1 : 0)));
        });
      });
      expect(residual).toBeLessThan(1e-13);
      expect(orthogonality).toBeLessThan(1e-13);
      expect([...w]).toEqual([...w].sort((p, q) => p - q));
      eigenvalues(a).forEach((value, i) => {
        expect(Math.abs(value - w[i]!) / size).toBeLessThan(1e-13);
      });
    });
  }

  it("finds the known eigenvalues of the path's Laplacian, 2 − 2cos(πk/(n+1))", () => {
    const n = 120;
    const w = eigh(hard["the Laplacian of a path"]!).eigenvalues;
    w.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)), 13);
    });
  });

  it("finds the pair at the top of Wilkinson's W21+ that agrees to fourteen digits", () => {
    const w = eigh(matrix(21, (i, j) => (i === j ? Math.abs(i - 10) : beside(i, j)))).eigenvalues;
    expect(w[20]).toBeCloseTo(10.746194182903393, 12);
    expect(w[19]).toBeCloseTo(10.746194182903322, 12);
  });

  it("computes the docstring's examples", () => {
    const pair = eigh([
      [2, 1],
      [1, 2],
    ]).eigenvalues;
    expect(pair[0]).toBeCloseTo(1, 14);
    expect(pair[1]).toBeCloseTo(3, 14);
    const swap = eigenvalues([
      [0, 1],
      [1, 0],
    ]);
    expect(swap[0]).toBeCloseTo(-1, 14);
    expect(swap[1]).toBeCloseTo(1, 14);
    expect(eigh([]).eigenvalues.length).toBe(0);
  });

  it("averages a rounding asymmetry and refuses a real one, with its place", () => {
    const [low, high] = [1 - 1e-7, 1 + 1e-7];
    expect(
      eigenvalues([
        [0, low],
        [high, 0],
      ])[1],
    ).toBeCloseTo(1, 13);
    expect(() =>
      eigh([
        [0, 1],
        [2, 0],
      ]),
    ).toThrow("eigh: entry (1, 0) is 2 but (0, 1) is 1");
    expect(() =>
      eigh([
        [0, Number.NaN],
        [2, 0],
      ]),
    ).toThrow("eigh: entry (0, 1) is NaN");
    expect(() =>
      eigh([
        [1, 2, 3],
        [2, 1, 4],
      ]),
    ).toThrow("row 0 has 3 entries in a matrix of 2 rows");
  });
});
