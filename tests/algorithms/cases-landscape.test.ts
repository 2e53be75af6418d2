/** External cases with exact answers: bad local minima, and the symmetries of weight space. */
import { describe, expect, it } from "vitest";
import { canonicalForm, symmetryCount } from "../../src/landscape/canonical-form.js";
import { classify } from "../../src/landscape/classify.js";
import { copyLayers, forward, permuteUnits, scaleUnit } from "../../src/landscape/dense-layers.js";
import { matchPermutation } from "../../src/landscape/match-permutation.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";
import { Random } from "../../src/tensor/random.js";

type Census = typeof import("../../src/landscape/census.js");

/** The compiled module: worker threads run JavaScript. */
async function compiledCensus(): Promise<Census> {
  return import(new URL("../../dist/src/landscape/census.js", import.meta.url).href);
}

describe("the Safran–Shamir loss", () => {
  it("has λmin = ¼ − 1/(2π) at the global minimum for every k", () => {
    for (const k of [2, 3, 6, 12, 20]) {
      const problem = problems.safranShamir(k);
      const point = classify(problem, problem.minima[0]!.x!);
      expect(Math.abs(point.fun)).toBeLessThan(1e-13);
      expect(point.gradientNorm).toBeLessThan(1e-14);
      expect(point.eigenvalues[0]).toBeCloseTo(1 / 4 - 1 / (2 * Math.PI), 12);
    }
  });

  it("has a bad minimum at k = 6 of loss 0.0250805810025 and smallest eigenvalue 0.004700", async () => {
    const problem = problems.safranShamir(6);
    const random = new Random(3);
    for (let run = 0; ; run++) {
      expect(run, "no bad minimum in 2,000 runs").toBeLessThan(2000);
      const start = random
        .fork(run)
        .normals(36)
        .map((entry) => entry / Math.sqrt(6));
      const { x, fun } = await minimize(problem, start, { gtol: 1e-4, trace: false });
      if (fun < 1e-3) continue;
      const polished = await minimize(problem, x, { method: "trust-exact", gtol: 1e-11 });
      expect(polished.fun).toBeCloseTo(0.0250805810025, 13);
      const point = classify(problem, polished.x);
      expect(point.kind).toBe("minimum");
      expect(point.degenerate).toBe(false);
      expect(point.eigenvalues[0]).toBeCloseTo(0.0047, 6);
      return;
    }
  });

  it.each([
    // Under 1 % is a bound and not a rate: the interval must reach below it.
    { k: 6, runs: 300, published: 0.004 },
    { k: 9, runs: 300, published: 0.22 },
    { k: 20, runs: 80, published: 0.94 },
  ])(
    "traps gradient descent at k = $k as often as published, $published",
    async ({ k, runs, published }) => {
      const { census } = await compiledCensus();
      const [row] = await census({ sizes: [k], runs, seed: 1 });
      expect(row!.interval[0]).toBeLessThan(published);
      expect(row!.interval[1]).toBeGreaterThan(published);
      expect(row!.unfinished).toBe(0);
    },
  );

  it("is the same census on any number of threads", async () => {
    const { census } = await compiledCensus();
    const options = { sizes: [6, 8], runs: 60, seed: 1 };
    const alone = await census({ ...options, threads: 1 });
    expect(await census({ ...options, threads: 2 })).toEqual(alone);
    expect(await census({ ...options, threads: 3 })).toEqual(alone);
  });
});

const random = new Random(9);
const network = (widths: readonly number[]) =>
  widths.slice(1).map((outputs, l) => ({
    weights: Array.from({ length: widths[l]! }, () => random.normals(outputs)),
    bias: random.normals(outputs),
  }));

describe("weight-space symmetry", () => {
  it("counts n!ᵐ settings for m layers of n units, 2ⁿn! for one tanh layer", () => {
    expect(symmetryCount([4, 4, 4], "other")).toBe(24n ** 3n);
    expect(symmetryCount([5], "tanh")).toBe(32n * 120n);
    expect(symmetryCount([3], "tanh")).toBe(48n);
    expect(symmetryCount([20], "other")).toBe(2432902008176640000n);
  });

  it("is undone by the canonical form: all 2ⁿn! settings have one, and the same function", () => {
    const original = copyLayers("test", network([2, 3, 1]));
    const canonical = canonicalForm(original, "tanh");
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const inputs = Array.from({ length: 5 }, () => random.normals(2));
    const seen = new Set<string>();
    for (const order of orders) {
      for (let signs = 0; signs < 8; signs++) {
        const other = copyLayers("test", original);
        permuteUnits(other, 0, order);
        for (let i = 0; i < 3; i++) scaleUnit(other, 0, i, (signs >> i) & 1 ? -1 : 1);
        seen.add(JSON.stringify(other));
        expect(canonicalForm(other, "tanh")).toEqual(canonical);
        for (const input of inputs) {
          const value = forward(original, Math.tanh, input)[0]!;
          expect(forward(other, Math.tanh, input)[0]).toBeCloseTo(value, 13);
        }
      }
    }
    expect(seen.size).toBe(48);
  });

  it("leaves the loss alone under ReLU scaling, and (w, −v) is a null vector at a critical point", async () => {
    const relu = (z: number) => Math.max(0, z);
    const layers = copyLayers("test", network([3, 4, 2]));
    const rescaled = copyLayers("test", layers);
    for (let i = 0; i < 4; i++) scaleUnit(rescaled, 0, i, 0.3 + i);
    for (let repeat = 0; repeat < 5; repeat++) {
      const input = random.normals(3);
      forward(rescaled, relu, input).forEach((value, i) => {
        expect(value).toBeCloseTo(forward(layers, relu, input)[i]!, 12);
      });
    }
    expect(canonicalForm(rescaled, "relu")[0]!.weights.flatMap((row) => [...row])).toEqual(
      canonicalForm(layers, "relu")[0]!.weights.flatMap((row) =>
        [...row].map((entry) => expect.closeTo(entry, 12)),
      ),
    );
    // One unit on data of one sign: f(w, v) = ½(vw − 1)², of which every minimum is degenerate.
    const product = {
      value: (x: Float64Array) => 0.5 * (x[0]! * x[1]! - 1) ** 2,
      gradient: (x: Float64Array) => [x[1]! * (x[0]! * x[1]! - 1), x[0]! * (x[0]! * x[1]! - 1)],
      hessian: ([w = 0, v = 0]: Float64Array) => [
        [v * v, 2 * v * w - 1],
        [2 * v * w - 1, w * w],
      ],
    };
    const { x } = await minimize(product, [2, 0.9], { method: "trust-exact", gtol: 1e-13 });
    const image = product.hessian(x).map((row) => row[0]! * x[0]! - row[1]! * x[1]!);
    expect(Math.hypot(...image)).toBeLessThan(1e-12);
    expect(classify(product, x)).toMatchObject({ kind: "minimum", degenerate: true, nullity: 1 });
  });

  it("is found by permutation matching, exactly, for one, two and three hidden layers", () => {
    for (const widths of [
      [5, 32, 3],
      [4, 24, 16, 2],
      [6, 20, 20, 20, 4],
    ]) {
      const a = network(widths);
      const b = copyLayers("test", a);
      const orders = widths.slice(1, -1).map((width) => random.permutation(width));
      orders.forEach((order, l) => {
        permuteUnits(b, l, order);
      });
      const match = matchPermutation(a, b, { seed: 1 });
      expect(match.distanceBefore).toBeGreaterThan(1);
      expect(match.distance).toBe(0);
      match.permutations.forEach((found, l) => {
        // Unit orders[l][i] of a went to place i of b, so place i of b belongs at orders[l][i].
        orders[l]!.forEach((from, i) => {
          expect(found[from]).toBe(i);
        });
      });
      expect(match.permuted.map(({ bias }) => bias)).toEqual(a.map(({ bias }) => bias));
    }
  });

  it("is found under noise as well", () => {
    const a = network([6, 30, 5]);
    const b = copyLayers("test", a);
    const order = random.permutation(30);
    permuteUnits(b, 0, order);
    for (const { weights } of b) {
      for (const row of weights)
        row.forEach((entry, j) => {
          row[j] = entry + 0.1 * random.normal();
        });
    }
    const { permutations } = matchPermutation(a, b);
    order.forEach((from, i) => {
      expect(permutations[0]![from]).toBe(i);
    });
  });
});
