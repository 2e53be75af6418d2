/** Further spectra with known answers: copies, clusters, ends, extremes, and what is refused. */
import { describe, expect, it } from "vitest";
import { fromMatrix } from "../../src/operators/from-matrix.js";
import type { LinearOperator } from "../../src/operators/linear-operator.js";
import { norm } from "../../src/operators/vectors.js";
import { conditionNumber, inertia } from "../../src/spectra/condition-number.js";
import { diagonal, frobeniusNorm } from "../../src/spectra/diagonal.js";
import { eigh } from "../../src/spectra/eigh.js";
import { lanczos } from "../../src/spectra/lanczos.js";
import { minres } from "../../src/spectra/minres.js";
import { spectralDensity } from "../../src/spectra/spectral-density.js";
import { topEigenpairs } from "../../src/spectra/top-eigenpairs.js";
import { trace } from "../../src/spectra/trace.js";
import { Random } from "../../src/tensor/random.js";

const diagonalOf = (n: number, entry: (i: number) => number): LinearOperator => {
  const d = Float64Array.from({ length: n }, (_, i) => entry(i));
  return { size: n, apply: (v) => v.map((value, i) => value * d[i]!) };
};
const broken = (n: number): LinearOperator => ({ size: n, apply: (v) => v.map(() => Number.NaN) });

describe("topEigenpairs", () => {
  it.each([60, 500])("finds every copy of a fivefold eigenvalue (n = %i)", async (n) => {
    const { eigenvalues, converged } = await topEigenpairs(
      diagonalOf(n, (i) => (i < 5 ? 10 : i / n)),
      { k: 7 },
    );
    const expected = [10, 10, 10, 10, 10, (n - 1) / n, (n - 2) / n];
    expect([...eigenvalues]).toEqual(expected.map((value) => expect.closeTo(value, 9)));
    expect(converged).not.toContain(false);
  });

  it("tells a cluster of six apart, 1e−9 from each other", async () => {
    const { eigenvalues } = await topEigenpairs(
      diagonalOf(400, (i) => (i < 6 ? 1 + i * 1e-9 : i / 800)),
      { k: 6, rtol: 1e-12 },
    );
    expect([...eigenvalues]).toEqual(
      [5, 4, 3, 2, 1, 0].map((i) => expect.closeTo(1 + i * 1e-9, 11)),
    );
  });

  it.each([1, 3, 200])("knows the identity and zero of size %i", async (n) => {
    const k = Math.min(4, n);
    for (const value of [1, 0]) {
      const { eigenvalues, converged } = await topEigenpairs(
        diagonalOf(n, () => value),
        { k },
      );
      expect([...eigenvalues]).toEqual(new Array(k).fill(expect.closeTo(value, 14)));
      expect(converged).not.toContain(false);
    }
  });

  it.each([1, 2, 3, 5])("takes both ends, one more from the top if k = %i is odd", async (k) => {
    const [high, low] = [Math.ceil(k / 2), Math.floor(k / 2)];
    const { eigenvalues } = await topEigenpairs(
      diagonalOf(300, (i) => i + 1),
      { k, which: "BE" },
    );
    const expected = [
      ...Array.from({ length: high }, (_, i) => 300 - i),
      ...Array.from({ length: low }, (_, i) => low - i),
    ];
    expect([...eigenvalues]).toEqual(expected.map((value) => expect.closeTo(value, 8)));
  });

  it("finds the low end of a chain of 300 springs: 2 − 2cos(jπ/301)", async () => {
    const n = 300;
    const chain: LinearOperator = {
      size: n,
      apply: (v) => v.map((value, i) => 2 * value - (v[i - 1] ?? 0) - (v[i + 1] ?? 0)),
    };
    const { eigenvalues } = await topEigenpairs(chain, { k: 4, which: "SA" });
    eigenvalues.forEach((value, j) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((j + 1) * Math.PI) / (n + 1)), 10);
    });
  });

  it.each([4, 150])("gives all n = %i of them", async (n) => {
    const { eigenvalues } = await topEigenpairs(
      diagonalOf(n, (i) => i * i),
      { k: n },
    );
    eigenvalues.forEach((value, i) => {
      expect(value).toBeCloseTo((n - 1 - i) ** 2, 8);
    });
  });

  it.each([1e-300, 1e-150, 1e150, 1e300])("does not mind a scale of %d", async (unit) => {
    const { eigenvalues, converged } = await topEigenpairs(
      diagonalOf(200, (i) => ((i + 1) / 200) * unit),
      { k: 3 },
    );
    expect(eigenvalues[0]! / unit).toBeCloseTo(1, 10);
    expect(converged).toEqual([true, true, true]);
  });

  it("says so when the tolerance is out of reach, or the products run out", async () => {
    const op = diagonalOf(400, (i) => i + 1);
    const strict = await topEigenpairs(op, { k: 3, rtol: 1e-18 });
    expect(strict.converged).toEqual([false, false, false]);
    expect(Math.max(...strict.residuals)).toBeLessThan(1e-10);
    const short = await topEigenpairs(op, { k: 3, maxProducts: 8 });
    expect(short.converged).toEqual([false, false, false]);
    expect(short.residuals[0]).toBeGreaterThan(1);
  });

  it("forgives an operator that always fills one array", async () => {
    const image = new Float64Array(200);
    const { eigenvalues, residuals } = await topEigenpairs(
      { size: 200, apply: (v) => image.map((_, i) => (image[i] = v[i]! * i)) && image },
      { k: 3 },
    );
    expect([...eigenvalues]).toEqual([199, 198, 197].map((value) => expect.closeTo(value, 9)));
    expect(Math.max(...residuals)).toBeLessThan(1e-7);
  });
});

describe("the spectral algorithms refuse", () => {
  const random = new Random(7);
  const oblique = fromMatrix(Array.from({ length: 200 }, () => random.normals(200)));
  const algorithms = { topEigenpairs, lanczos, spectralDensity } as const;
  it.each(Object.entries(algorithms))("an operator that is not symmetric: %s", async (_, run) => {
    await expect(run(oblique)).rejects.toThrow("the operator is not symmetric");
  });

  const all = { ...algorithms, trace, diagonal, frobeniusNorm, conditionNumber } as const;
  it.each(Object.entries(all))(
    "products that are not finite, or too short: %s",
    async (name, run) => {
      await expect(run(broken(300))).rejects.toThrow(
        `${name === "spectralDensity" ? "spectralDensity" : name}: product 1 with the operator is not finite`,
      );
      const short: LinearOperator = { size: 300, apply: (v) => v.slice(1) };
      await expect(run(short)).rejects.toThrow("has 299 entries, its size is 300");
    },
  );

  it("options with no meaning, by name", async () => {
    const op = diagonalOf(200, (i) => i);
    const method = "hutch" as "xtrace";
    await expect(trace(op, { method })).rejects.toThrow('method = "hutch"; there are hutchinson');
    const probe = "cauchy" as "normal";
    await expect(trace(op, { probe })).rejects.toThrow('probe = "cauchy"');
    await expect(diagonal(op, { probe })).rejects.toThrow('probe = "cauchy"');
    await expect(spectralDensity(op, { vectors: 0 })).rejects.toThrow("vectors = 0");
    await expect(spectralDensity(op, { steps: 201 })).rejects.toThrow("steps = 201 is more than");
    await expect(lanczos(op, { start: [1, 2] })).rejects.toThrow("the start has 2 entries");
  });
});

describe("lanczos", () => {
  it("stops in an invariant space, of whatever size", async () => {
    const one = await lanczos(
      [
        [2, 0],
        [0, 3],
      ],
      { start: [1, 0] },
    );
    expect([one.breakdown, [...one.eigenvalues]]).toEqual([true, [2]]);
    const two = await lanczos(
      [
        [2, 0],
        [0, 3],
      ],
      { start: [1, 1] },
    );
    expect([...two.eigenvalues]).toEqual([expect.closeTo(2, 14), expect.closeTo(3, 14)]);
    const three = await lanczos(diagonalOf(500, (i) => i % 3));
    expect([...three.eigenvalues]).toEqual([0, 1, 2].map((value) => expect.closeTo(value, 12)));
    const zero = await lanczos(diagonalOf(3, () => 0));
    expect([zero.breakdown, [...zero.eigenvalues]]).toEqual([true, [0]]);
  });
});

describe("estimators", () => {
  const u = new Random(3).normals(300);
  const lowRank: LinearOperator = {
    size: 300,
    apply: (v) => {
      const along = u.reduce((sum, entry, i) => sum + entry * v[i]!, 0);
      return u.map((entry) => entry * along);
    },
  };

  it.each(["hutch++", "xtrace"] as const)("%s is exact on low rank", async (method) => {
    const { value } = await trace(lowRank, { method, products: 30 });
    expect(value / norm(u) ** 2).toBeCloseTo(1, 12);
  });

  it.each(["hutchinson", "hutch++", "xtrace"] as const)("%s is exact on 2I", async (method) => {
    const twice = diagonalOf(300, () => 2);
    const { value, standardError } = await trace(twice, { method, products: 30 });
    expect(value).toBeCloseTo(600, 9);
    expect(standardError).toBeLessThan(1e-9);
  });

  it("nothing is always 0", async () => {
    expect(
      await trace(
        diagonalOf(300, () => 0),
        { products: 20 },
      ),
    ).toMatchObject({ value: 0 });
    const none = await frobeniusNorm(
      diagonalOf(300, () => 0),
      { products: 6 },
    );
    expect([none.value, none.standardError]).toEqual([0, 0]);
  });

  it.each([3, 6, 10])(
    "quadrature of m = %i steps is exact to degree 2m − 1, and no further",
    async (m) => {
      const n = 40;
      const value = (i: number) => Math.sin(3 * i);
      const density = await spectralDensity(diagonalOf(n, value), { steps: m, vectors: 3 });
      const error = (degree: number) => {
        let mean = 0;
        for (let i = 0; i < n; i++) mean += value(i) ** degree / n;
        return Math.abs(density.integrate((x) => x ** degree).value - mean);
      };
      // The probes' entries are ±1, so that each one's measure is the spectrum's on a diagonal matrix.
      for (let degree = 0; degree < 2 * m; degree++) expect(error(degree)).toBeLessThan(1e-13);
      expect(error(2 * m)).toBeGreaterThan(1e-8);
    },
  );

  it("Marchenko–Pastur with d = 4N: three quarters at 0, the rest in [1, 9]", async () => {
    const [samples, d] = [100, 400];
    const random = new Random(5);
    const X = Array.from({ length: samples }, () => random.normals(d));
    const covariance: LinearOperator = {
      size: d,
      apply: (v) => {
        const image = new Float64Array(d);
        for (const row of X) {
          const along = row.reduce((sum, entry, i) => sum + entry * v[i]!, 0) / samples;
          row.forEach((entry, i) => {
            image[i]! += along * entry;
          });
        }
        return image;
      },
    };
    const { nodes, weights } = await spectralDensity(covariance, { steps: 60, vectors: 8 });
    const massBetween = (low: number, high: number) =>
      weights.reduce((sum, w, i) => sum + (nodes[i]! > low && nodes[i]! < high ? w : 0), 0);
    expect(massBetween(-0.05, 0.05)).toBeCloseTo(0.75, 1);
    expect(massBetween(0.05, 0.8)).toBeLessThan(1e-3);
    expect(massBetween(9.8, 100)).toBeLessThan(1e-3);
    expect(nodes.at(-1)).toBeGreaterThan(8.2);
  });
});

describe("conditionNumber and inertia", () => {
  const hilbert = (n: number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1)));
  it.each([
    [3, 524.0567775860644],
    [4, 15513.73873892924],
    [5, 476607.25024259434],
    [6, 14951058.642254665],
  ])("κ of Hilbert's matrix of size %i is %d", async (n, kappa) => {
    const { value, relativeError } = await conditionNumber(hilbert(n));
    expect(Math.abs(value / kappa - 1)).toBeLessThan(Math.max(1e-12, relativeError));
  });

  it("is 1 for one number, and infinite where an eigenvalue is 0", async () => {
    expect((await conditionNumber([[5]])).value).toBe(1);
    expect((await conditionNumber([[0]])).value).toBe(Number.POSITIVE_INFINITY);
    expect(
      inertia([
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
      ]),
    ).toMatchObject({
      positive: 1,
      negative: 1,
      zero: 1,
    });
  });

  it("finds both ends of a large definite operator by products", async () => {
    const { value } = await conditionNumber(diagonalOf(2500, (i) => 1 + i));
    expect(value / 2500).toBeCloseTo(1, 6);
  });
});

describe("minres", () => {
  const random = new Random(4);
  const matrixOf = (spectrum: readonly number[]) => {
    const n = spectrum.length;
    const noise = Array.from({ length: n }, () => random.normals(n));
    const { eigenvectors } = eigh(noise.map((row, i) => row.map((x, j) => x + noise[j]![i]!)));
    const entry = (i: number, j: number) =>
      eigenvectors.reduce((sum, v, k) => sum + spectrum[k]! * v[i]! * v[j]!, 0);
    const rows = Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: n }, (_, j) => entry(i, j)),
    );
    return { op: fromMatrix(rows), eigenvectors };
  };

  it.each([
    ["definite", [1, 2, 3, 4, 5, 6]],
    ["indefinite", [-5, -1, 0.01, 2, 7, 9]],
    ["singular", [-5, 0, 0, 2, 7, 9]],
    ["zero", [0, 0, 0, 0, 0, 0]],
  ])("gives A⁺b of a %s matrix", (_, spectrum) => {
    const { op, eigenvectors } = matrixOf(spectrum);
    const b = random.normals(6);
    const along = eigenvectors.map((v) => v.reduce((sum, entry, i) => sum + entry * b[i]!, 0));
    const { x, residual } = minres(op, b, { rtol: 1e-14 });
    x.forEach((entry, i) => {
      const expected = eigenvectors.reduce(
        (sum, v, k) => sum + (spectrum[k] === 0 ? 0 : (along[k]! / spectrum[k]!) * v[i]!),
        0,
      );
      expect(entry).toBeCloseTo(expected, 10);
    });
    expect(residual).toBeCloseTo(Math.hypot(...along.filter((_, k) => spectrum[k] === 0)), 10);
    expect(norm(op.apply(x).map((entry, i) => entry - b[i]!))).toBeCloseTo(residual, 10);
  });

  it("takes as many products as there are distinct eigenvalues, and fewer for less", () => {
    const op = diagonalOf(400, (i) => (i % 4) - 1.5);
    expect(minres(op, random.normals(400)).products).toBe(4);
    const wide = diagonalOf(400, (i) => i - 200.5);
    const rough = minres(wide, random.normals(400), { rtol: 0.1 });
    expect(rough.products).toBeLessThan(400);
    expect(rough.residual).toBeLessThan(0.1 * 22);
  });
});
