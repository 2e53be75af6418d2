import { describe, expect, it } from "vitest";
import { diagonalOperator } from "../operators/combinations.js";
import { fromMatrix } from "../operators/from-matrix.js";
import { Random } from "../tensor/random.js";
import { conditionNumber, inertia } from "./condition-number.js";
import { diagonal, frobeniusNorm } from "./diagonal.js";
import { eigenvalues } from "./eigh.js";
import type { Estimate } from "./probes.js";
import { spectralDensity } from "./spectral-density.js";
import { type TraceMethod, trace } from "./trace.js";

function gramMatrix(n: number, samples: number, seed: number, decay = 0): Float64Array[] {
  const random = new Random(seed);
  const scales = Float64Array.from({ length: n }, (_, i) => (1 + i) ** -decay);
  const x = Array.from({ length: samples }, () => random.normals(n).map((v, i) => v * scales[i]!));
  return Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => x.reduce((s, r) => s + r[i]! * r[j]!, 0) / samples),
  );
}

const flat = gramMatrix(120, 150, 1);
const decaying = gramMatrix(120, 150, 2, 1.5);
const traceOf = (rows: Float64Array[]) => rows.reduce((sum, row, i) => sum + row[i]!, 0);
const frobeniusOf = (rows: Float64Array[]) =>
  Math.sqrt(rows.reduce((sum, row) => sum + row.reduce((s, x) => s + x * x, 0), 0));

/** The share of 200 seeds whose estimate is within two of its own standard errors of the truth. */
async function coverage(truth: number, estimate: (seed: number) => Promise<Estimate>) {
  let hits = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { value, standardError } = await estimate(seed);
    if (Math.abs(value - truth) <= 2 * standardError) hits += 1;
  }
  return hits / 200;
}

describe("trace", () => {
  for (const method of ["hutchinson", "hutch++", "xtrace"] as const) {
    for (const probe of ["rademacher", "normal"] as const) {
      it(`by ${method} with ${probe} probes is within two standard errors as often as it says`, async () => {
        for (const rows of [flat, decaying]) {
          const op = fromMatrix(rows);
          const share = await coverage(traceOf(rows), (seed) =>
            trace(op, { method, probe, products: 36, seed }),
          );
          // 0.95 for a normal law; ten or so samples make the bar itself uncertain.
          expect(share).toBeGreaterThan(0.84);
          expect(share).toBeLessThan(0.995);
        }
      });
    }
  }

  it("has the variance of the formulas: Rademacher 2(‖A‖² − Σaᵢᵢ²), normal 2‖A‖²", async () => {
    const op = fromMatrix(flat);
    const all = 2 * frobeniusOf(flat) ** 2;
    const expected = {
      normal: all,
      rademacher: all - 2 * flat.reduce((s, r, i) => s + r[i]! ** 2, 0),
    };
    for (const probe of ["normal", "rademacher"] as const) {
      const run = await trace(op, { method: "hutchinson", probe, products: 119, seed: 3 });
      const variance = run.standardError ** 2 * run.products;
      // The variance of 119 samples is known to √(2/118) = 13 %; four times that.
      expect(Math.abs(variance / expected[probe] - 1)).toBeLessThan(0.52);
    }
  });

  it("is far closer by Hutch++ and XTrace than by Hutchinson when eigenvalues decay", async () => {
    const op = fromMatrix(decaying);
    const error = async (method: TraceMethod) => {
      let squares = 0;
      for (let seed = 0; seed < 20; seed++) {
        const { value } = await trace(op, { method, products: 60, seed });
        squares += (value - traceOf(decaying)) ** 2 / 20;
      }
      return Math.sqrt(squares);
    };
    const [plain, plus, x] = [
      await error("hutchinson"),
      await error("hutch++"),
      await error("xtrace"),
    ];
    expect(plus).toBeLessThan(plain / 3);
    expect(x).toBeLessThan(plus);
  });

  it("is exact when the budget covers the size, the rank, or a diagonal matrix", async () => {
    expect(
      await trace([
        [2, 1],
        [1, 3],
      ]),
    ).toEqual({ value: 5, standardError: 0, products: 2 });
    const lowRank = gramMatrix(200, 12, 5);
    const low = await trace(lowRank, { products: 60 });
    expect(low.standardError).toBe(0);
    expect(low.value).toBeCloseTo(traceOf(lowRank), 10);
    expect(low.products).toBeLessThan(30);
    const d = await trace(diagonalOperator(new Random(1).normals(300)), {
      method: "hutchinson",
      products: 10,
    });
    expect(d.standardError).toBeLessThan(1e-13);
  });

  it("refuses a budget too small to estimate its own error", async () => {
    await expect(trace(flat, { products: 3 })).rejects.toThrow("products = 3");
  });
});

describe("diagonal and frobeniusNorm", () => {
  it("are within two standard errors as often as they say", async () => {
    const op = fromMatrix(flat);
    const share = await coverage(frobeniusOf(flat), (seed) =>
      frobeniusNorm(op, { products: 40, seed }),
    );
    expect(share).toBeGreaterThan(0.88);
    const { values, standardErrors } = await diagonal(op, { products: 90, seed: 1 });
    const within = values.filter((v, i) => Math.abs(v - flat[i]![i]!) <= 2 * standardErrors[i]!);
    expect(within.length / 120).toBeGreaterThan(0.88);
  });

  it("are exact when the budget covers the size", async () => {
    const a = [
      [3, 1],
      [1, 4],
    ];
    expect([...(await diagonal(a)).values]).toEqual([3, 4]);
    expect((await frobeniusNorm(a)).value).toBeCloseTo(Math.sqrt(27), 14);
    expect((await diagonal(a)).standardErrors.every((e) => e === 0)).toBe(true);
  });
});

describe("spectralDensity", () => {
  it("has weights that sum to 1 and moments within their error bars", async () => {
    const op = fromMatrix(flat);
    const density = await spectralDensity(op, { steps: 30, vectors: 20, seed: 1 });
    expect(density.weights.reduce((s, w) => s + w, 0)).toBeCloseTo(1, 13);
    expect(density.products).toBe(600);
    const w = eigenvalues(flat);
    for (const power of [1, 2, 3]) {
      const moment = w.reduce((sum, x) => sum + x ** power, 0) / 120;
      const { value, standardError } = density.integrate((x) => x ** power);
      expect(Math.abs(value - moment)).toBeLessThan(3.5 * standardError + 1e-12);
    }
    const grid = Array.from({ length: 400 }, (_, i) => -1 + i * 0.02);
    const area = density.smooth(grid, 0.1).reduce((s, y) => s + y * 0.02, 0);
    expect(area).toBeCloseTo(1, 3);
  });

  it("sees clusters at 1 and 5 of thirty each as two masses of one half", async () => {
    const values = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 1 : 5));
    const density = await spectralDensity(diagonalOperator(values), {
      probe: "normal",
      vectors: 20,
    });
    expect(density.products).toBe(40);
    const low = density.integrate((x) => (Math.abs(x - 1) < 1e-8 ? 1 : 0));
    const high = density.integrate((x) => (Math.abs(x - 5) < 1e-8 ? 1 : 0));
    expect(Math.abs(low.value - 0.5)).toBeLessThan(0.15);
    expect(low.value + high.value).toBeCloseTo(1, 12);
  });
});

describe("conditionNumber and inertia", () => {
  it("are known for small matrices", async () => {
    expect(
      (
        await conditionNumber([
          [2, 0],
          [0, -8],
        ])
      ).value,
    ).toBeCloseTo(4, 13);
    expect(
      (
        await conditionNumber([
          [1, 1],
          [1, 1],
        ])
      ).value,
    ).toBe(Number.POSITIVE_INFINITY);
    expect(
      inertia([
        [0, 1],
        [1, 0],
      ]),
    ).toMatchObject({ positive: 1, negative: 1, zero: 0 });
    expect(
      inertia([
        [1, 1],
        [1, 1],
      ]),
    ).toMatchObject({ positive: 1, negative: 0, zero: 1 });
  });

  it("come from Lanczos for a large definite operator, and are refused for an indefinite one", async () => {
    const values = Float64Array.from({ length: 2500 }, (_, i) => 20 + i / 50);
    values[0] = 1;
    values[1] = 100;
    const result = await conditionNumber(diagonalOperator(values), { rtol: 1e-9 });
    expect(Math.abs(result.value - 100)).toBeLessThan(100 * result.relativeError + 1e-9);
    expect(result.relativeError).toBeLessThan(1e-6);
    expect(result.products).toBeLessThan(2500);
    values[7] = -3;
    await expect(conditionNumber(diagonalOperator(values))).rejects.toThrow("between signs");
  });
});
