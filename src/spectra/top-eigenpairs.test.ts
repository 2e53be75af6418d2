import { describe, expect, it } from "vitest";
import { diagonalOperator } from "../operators/combinations.js";
import { fromMatrix } from "../operators/from-matrix.js";
import type { LinearOperator } from "../operators/linear-operator.js";
import { addScaled, axpy, dot, norm, scaled } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { topEigenpairs, type Which, wantedOrder } from "./top-eigenpairs.js";

/** H diag(values) Hᵀ with H a product of three reflections: a dense matrix of known spectrum. */
function withSpectrum(values: Float64Array, seed: number): LinearOperator {
  const n = values.length;
  const random = new Random(seed);
  const reflectors = Array.from({ length: 3 }, () => {
    const v = random.normals(n);
    return scaled(1 / norm(v), v);
  });
  const reflect = (x: Float64Array, order: readonly Float64Array[]) =>
    order.reduce((y, v) => addScaled(y, -2 * dot(v, y), v), x);
  return {
    size: n,
    apply: (x) =>
      reflect(
        reflect(x, reflectors).map((entry, i) => entry * values[i]!),
        [...reflectors].reverse(),
      ),
  };
}

const spectra: Record<string, Float64Array> = {
  "evenly spaced": Float64Array.from({ length: 300 }, (_, i) => i - 120),
  normal: new Random(5).normals(400),
  "one multiple eigenvalue at the top": Float64Array.from({ length: 200 }, (_, i) =>
    i < 5 ? 10 : i / 100,
  ),
  "copies everywhere": Float64Array.from({ length: 240 }, (_, i) => Math.floor(i / 9) - 7),
  "decaying by powers of ten": Float64Array.from({ length: 150 }, (_, i) => 10 ** (-i / 10)),
  "a tight cluster": Float64Array.from({ length: 180 }, (_, i) =>
    i < 6 ? 4 + 1e-6 * i : 3 * Math.cos(i),
  ),
};

describe("topEigenpairs", () => {
  for (const [name, values] of Object.entries(spectra)) {
    for (const which of ["LA", "SA", "LM", "BE"] as const satisfies readonly Which[]) {
      it(`finds ${which} of a spectrum ${name}, copies included`, async () => {
        const k = 7;
        const op = withSpectrum(values, 3);
        const result = await topEigenpairs(op, { k, which, seed: 1 });
        const sorted = values.slice().sort();
        const expected = Array.from(wantedOrder(sorted, which).subarray(0, k), (i) => sorted[i]!);
        if (which === "BE") expected.sort((p, q) => q - p);
        const size = Math.max(...values.map(Math.abs));
        result.eigenvalues.forEach((value, i) => {
          const error =
            which === "LM" ? Math.abs(value) - Math.abs(expected[i]!) : value - expected[i]!;
          expect(Math.abs(error)).toBeLessThan(1e-9 * size);
        });
        expect(result.converged).toEqual(new Array(k).fill(true));
        result.eigenvectors.forEach((v, i) => {
          const residual = norm(addScaled(op.apply(v), -result.eigenvalues[i]!, v));
          expect(Math.abs(residual - result.residuals[i]!)).toBeLessThan(1e-10 * size);
          result.eigenvectors.forEach((u, j) => {
            expect(Math.abs(dot(u, v) - (i === j ? 1 : 0))).toBeLessThan(1e-10);
          });
        });
      });
    }
  }

  it("counts the products that the operator served", async () => {
    let served = 0;
    const inner = withSpectrum(spectra.normal!, 1);
    const counted = {
      size: inner.size,
      apply: (v: Float64Array) => {
        served += 1;
        return inner.apply(v);
      },
    };
    const result = await topEigenpairs(counted, { k: 5 });
    expect(result.products).toBe(served);
    expect(served).toBeLessThan(200);
  });

  it("repeats itself for a seed", async () => {
    const op = withSpectrum(spectra.normal!, 1);
    const [a, b] = [
      await topEigenpairs(op, { k: 3, seed: 4 }),
      await topEigenpairs(op, { k: 3, seed: 4 }),
    ];
    expect(a).toEqual(b);
  });

  it("finds zero, identity and the smallest operators whole", async () => {
    for (const n of [1, 2, 100]) {
      for (const value of [0, 1, -3]) {
        const op = diagonalOperator(new Float64Array(n).fill(value));
        const result = await topEigenpairs(op, { k: Math.min(n, 3) });
        expect(result.eigenvalues.length).toBe(Math.min(n, 3));
        for (const found of result.eigenvalues) expect(found).toBeCloseTo(value, 13);
        expect(result.converged.every(Boolean)).toBe(true);
      }
    }
  });

  it("says which pairs have not converged when the products run out", async () => {
    const values = Float64Array.from({ length: 2000 }, (_, i) => i / 2000);
    const result = await topEigenpairs(diagonalOperator(values), {
      k: 3,
      which: "SA",
      maxProducts: 60,
    });
    expect(result.converged).toContain(false);
    expect(result.products).toBeLessThanOrEqual(63);
    result.residuals.forEach((residual, i) => {
      const nearest = Math.min(...values.map((v) => Math.abs(v - result.eigenvalues[i]!)));
      expect(nearest).toBeLessThanOrEqual(residual + 1e-14);
    });
  });

  it("stops when it is aborted, and reports how far it is", async () => {
    const controller = new AbortController();
    const values = Float64Array.from({ length: 3000 }, (_, i) => i);
    const seen: number[] = [];
    const search = topEigenpairs(diagonalOperator(values), {
      k: 5,
      rtol: 1e-12,
      signal: controller.signal,
      onProgress: ({ products }) => {
        seen.push(products);
        if (products === 25) controller.abort(new Error("enough"));
      },
    });
    await expect(search).rejects.toThrow("enough");
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it("refuses what cannot be, with the numbers", async () => {
    const op = fromMatrix([
      [2, 1],
      [1, 2],
    ]);
    await expect(topEigenpairs(op, { k: 3 })).rejects.toThrow(
      "k = 3 is more than the operator's size 2",
    );
    await expect(topEigenpairs(op, { k: 0 })).rejects.toThrow("k = 0");
    await expect(topEigenpairs(op, { rtol: 0 })).rejects.toThrow("rtol = 0");
    const broken = {
      size: 500,
      apply: (v: Float64Array) =>
        axpy(
          1,
          v,
          v.map(() => Number.NaN),
        ),
    };
    await expect(topEigenpairs(broken)).rejects.toThrow("not finite");
  });

  it("leaves out no copy, whatever the start: 40 eigenvalues five times each, 40 seeds", async () => {
    const distinct = new Random(14).normals(40).sort().reverse();
    const op = diagonalOperator(Float64Array.from({ length: 200 }, (_, i) => distinct[i % 40]!));
    for (let seed = 0; seed < 40; seed++) {
      const { eigenvalues } = await topEigenpairs(op, { k: 5, seed, rtol: 1e-6 });
      for (const value of eigenvalues) expect(value, `seed ${seed}`).toBeCloseTo(distinct[0]!, 5);
    }
  });

  it("computes the docstring's examples", async () => {
    const op = fromMatrix([
      [2, 1, 0],
      [1, 2, 0],
      [0, 0, -5],
    ]);
    const top = await topEigenpairs(op, { k: 2 });
    expect(top.eigenvalues[0]).toBeCloseTo(3, 14);
    expect(top.eigenvalues[1]).toBeCloseTo(1, 14);
    const largest = await topEigenpairs(op, { k: 2, which: "LM" });
    expect(largest.eigenvalues[0]).toBeCloseTo(-5, 14);
    expect(largest.eigenvalues[1]).toBeCloseTo(3, 14);
  });
});
