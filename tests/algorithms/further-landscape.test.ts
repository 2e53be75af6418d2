/** Further landscapes with exact answers: linear autoencoders, symmetries of networks, paths. */
import { describe, expect, it } from "vitest";
import { canonicalForm, symmetryCount } from "../../src/landscape/canonical-form.js";
import { classify } from "../../src/landscape/classify.js";
import { connect } from "../../src/landscape/connect.js";
import {
  copyLayers,
  forward,
  type OwnLayer,
  permuteUnits,
  scaleUnit,
} from "../../src/landscape/dense-layers.js";
import { matchPermutation } from "../../src/landscape/match-permutation.js";
import { problems } from "../../src/optimize/problems/problems.js";
import { Random } from "../../src/tensor/random.js";

/** All subsets of 0 … n − 1 of at most p elements. */
function subsets(n: number, p: number): number[][] {
  return Array.from({ length: 2 ** n }, (_, bits) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => (bits >> i) & 1),
  ).filter((kept) => kept.length <= p);
}

describe("linear autoencoders (Baldi and Hornik 1989)", () => {
  it.each([
    [[7, 3, 1], 1],
    [[6, 5, 2, 1], 2],
    [[4, 3, 2, 1], 3],
    [[9, 4, 1, 0.5, 0.25], 2],
  ])("Σ = diag(%j), p = %i: every loss and every index", (variances, p) => {
    const autoencoder = problems.linearAutoencoder(variances, p);
    const n = variances.length;
    const total = variances.reduce((sum, value) => sum + value, 0);
    for (const kept of subsets(n, p)) {
      const point = classify(autoencoder, autoencoder.criticalPoint(kept));
      expect(point.gradientNorm).toBeLessThan(1e-13);
      const captured = kept.reduce((sum, i) => sum + variances[i]!, 0);
      expect(point.fun).toBeCloseTo(total - captured, 12);
      // Each idle unit may turn to any direction not kept, and each kept one to any of more variance.
      const idle = (p - kept.length) * (n - kept.length);
      const better = kept.flatMap((i) =>
        variances.filter((value, j) => !kept.includes(j) && value > variances[i]!),
      );
      expect(point.index, `kept {${kept.join(", ")}}`).toBe(idle + better.length);
    }
  });
});

const random = new Random(9);
const network = (widths: readonly number[]): OwnLayer[] =>
  widths.slice(1).map((outputs, l) => ({
    weights: Array.from({ length: widths[l]! }, () => random.normals(outputs)),
    bias: random.normals(outputs),
  }));
const relu = (z: number) => Math.max(0, z);

describe("symmetries of deep networks", () => {
  it.each([[[3, 8, 2]], [[4, 6, 5, 3]], [[2, 12, 12, 12, 2]], [[5, 30, 20, 4]]])(
    "matching recovers every layer's permutation of %j, biases and all",
    (widths) => {
      const a = network(widths);
      const b = copyLayers("test", a);
      const orders = widths.slice(1, -1).map((width) => random.permutation(width));
      orders.forEach((order, l) => {
        permuteUnits(b, l, order);
      });
      const { permutations, distance, permuted } = matchPermutation(a, b, { seed: 1 });
      expect(distance).toBe(0);
      expect(permuted).toEqual(a);
      permutations.forEach((found, l) => {
        expect(Array.from(found, (i) => orders[l]![i])).toEqual(Array.from(found, (_, i) => i));
      });
    },
  );

  it.each([
    ["tanh", Math.tanh, () => -1],
    ["relu", relu, (u: number) => 0.2 + 3 * u],
  ] as const)("one canonical form for all that %s networks equal", (activation, act, factorOf) => {
    const a = network([3, 5, 4, 2]);
    const b = copyLayers("test", a);
    for (const [l, width] of [5, 4].entries()) {
      for (let i = 0; i < width; i += 2) scaleUnit(b, l, i, factorOf(random.uniform(0, 1)));
      permuteUnits(b, l, random.permutation(width));
    }
    const input = random.normals(3);
    const [before, after] = [forward(a, act, input), forward(b, act, input)];
    before.forEach((value, i) => {
      expect(after[i]).toBeCloseTo(value, 12);
    });
    const [formA, formB] = [canonicalForm(a, activation), canonicalForm(b, activation)];
    formA.forEach((layer, l) => {
      layer.weights.forEach((row, i) => {
        row.forEach((weight, j) => {
          expect(formB[l]!.weights[i]![j]).toBeCloseTo(weight, 11);
        });
      });
    });
    forward(formA, act, input).forEach((value, i) => {
      expect(value).toBeCloseTo(before[i]!, 12);
    });
  });

  it("counts n!ᵐ orders, and signs for tanh", () => {
    expect(symmetryCount([4, 4, 4], "relu")).toBe(24n ** 3n);
    expect(symmetryCount([3, 2], "tanh")).toBe(48n * 8n);
    expect(symmetryCount([1], "tanh")).toBe(2n);
    expect(symmetryCount([20], "other")).toBe(2432902008176640000n);
  });
});

describe("connect", () => {
  it("finds the way through Rosenbrock's valley: y = x² is free", async () => {
    const [a, b] = [
      [-1, 1],
      [1, 1],
    ];
    // 100(y − x²)² alone: both ends lie on the parabola, and so does a Bézier curve with bend (0, −1).
    const valley = {
      value: ([x = 0, y = 0]: Float64Array) => 100 * (y - x * x) ** 2,
      gradient: ([x = 0, y = 0]: Float64Array) => [-400 * x * (y - x * x), 200 * (y - x * x)],
    };
    const path = await connect(valley, a!, b!, { bends: 1, seed: 3 });
    expect(path.line.barrier).toBeCloseTo(100, 10);
    expect(path.curve.barrier).toBeLessThan(1e-10);
    expect([...path.bends[0]!]).toEqual([expect.closeTo(0, 5), expect.closeTo(-1, 5)]);
    expect([...path.at(0.5)]).toEqual([expect.closeTo(0, 5), expect.closeTo(0, 5)]);
  });

  it("can be stopped, and refuses ends of different lengths", async () => {
    const bowl = problems.quadratic([1, 1]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(connect(bowl, [0, 0], [1, 1], { signal })).rejects.toThrow("enough");
    await expect(connect(bowl, [0], [1, 1])).rejects.toThrow("a has 1 entries and b has 2");
  });
});
