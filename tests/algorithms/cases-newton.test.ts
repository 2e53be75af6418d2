/** External cases with exact answers: linear autoencoders, and the failures of Newton's method. */
import { describe, expect, it } from "vitest";
import { classify } from "../../src/landscape/classify.js";
import { criticalPoints } from "../../src/landscape/critical-points.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";
import { conditionNumber } from "../../src/spectra/condition-number.js";
import { Random } from "../../src/tensor/random.js";

const iterates = async (
  problem: (typeof problems)["quartic"],
  start: number,
  steps: number,
): Promise<number[]> => {
  const { trace } = await minimize(problem, [start], {
    method: "newton",
    maxIterations: steps,
    gtol: 0,
  });
  return trace.map(({ x }) => x[0]!);
};

describe("the linear autoencoder with Σ = diag(5, 4, 3, 2, 1) and p = 2 (Baldi and Hornik)", () => {
  const autoencoder = problems.linearAutoencoder([5, 4, 3, 2, 1], 2);
  const table = [
    { kept: [0, 1], loss: 6, negative: 0 },
    { kept: [0, 2], loss: 7, negative: 1 },
    { kept: [1, 4], loss: 10, negative: 4 },
    { kept: [0], loss: 10, negative: 4 },
    { kept: [], loss: 15, negative: 10 },
  ];
  for (const { kept, loss, negative } of table) {
    const names = kept.map((i) => 5 - i).join(", ") || "∅";
    it(`has loss ${loss} and ${negative} negative eigenvalues where {${names}} is kept`, () => {
      const point = classify(autoencoder, autoencoder.criticalPoint(kept));
      expect(point.gradientNorm).toBeLessThan(1e-14);
      expect(point.fun).toBeCloseTo(loss, 13);
      expect(point.index).toBe(negative);
    });
  }

  it("has no local minimum but the global: every run ends at 6", async () => {
    const random = new Random(1);
    for (let run = 0; run < 20; run++) {
      const start = random.normals(20).map((entry) => 0.5 * entry);
      const { fun } = await minimize(autoencoder, start, { method: "trust-exact" });
      expect(fun).toBeCloseTo(6, 10);
    }
  });
});

describe("Newton's method failing", () => {
  it("cycles 0, 1, 0, 1 … on x³ − 2x + 2, whose root is −1.7692923542", async () => {
    expect(await iterates(problems.cubicRoot, 0, 6)).toEqual([0, 1, 0, 1, 0, 1, 0]);
    const { x } = await minimize(problems.cubicRoot, [-2], { method: "newton" });
    expect(x[0]).toBeCloseTo(-1.7692923542, 10);
  });

  it("shrinks x by ⅔ on x⁴, and f by (2/3)⁴ on Powell's singular function", async () => {
    const x = await iterates(problems.quartic, 1, 20);
    x.forEach((value, k) => {
      expect(value).toBeCloseTo((2 / 3) ** k, 13);
    });
    const { trace } = await minimize(problems.powellSingular, problems.powellSingular.start, {
      method: "newton",
      maxIterations: 12,
      gtol: 0,
    });
    // The first step also removes the two linear residuals.
    for (let k = 2; k < trace.length; k++) {
      expect(trace[k]!.fun / trace[k - 1]!.fun).toBeCloseTo(0.1975308642, 6);
    }
  });

  it("maps x to −x³ on √(1 + x²), and diverges for |x| > 1", async () => {
    const x = await iterates(problems.hyperbola, 1.1, 4);
    for (let k = 1; k < x.length; k++) expect(x[k]! / -(x[k - 1]! ** 3)).toBeCloseTo(1, 10);
    const { x: end } = await minimize(problems.hyperbola, [0.9], { method: "newton" });
    expect(end[0]).toBeCloseTo(0, 8);
    const far = await minimize(problems.hyperbola, [1.01], { method: "newton" });
    expect(["diverged", "singular", "converged"]).toContain(far.status);
    expect(Math.abs(far.trace.at(-1)!.x[0]!)).toBeGreaterThan(1e3);
  });

  for (const [problem, threshold] of [
    [problems.logCosh, 1.0886594925],
    [problems.arctangent, 1.3917452003],
  ] as const) {
    it(`diverges on ${problem.name} beyond ${threshold}, and not before`, async () => {
      const grows = async (start: number) => {
        const x = await iterates(problem, start, 3);
        return Math.abs(x.at(-1)!) > Math.abs(x[0]!);
      };
      expect(await grows(threshold + 1e-6)).toBe(true);
      expect(await grows(threshold - 1e-6)).toBe(false);
    });
  }

  it("halves the distance to the monkey saddle, where H = 0", async () => {
    const origin = classify(problems.monkeySaddle, [0, 0]);
    expect([...origin.eigenvalues]).toEqual([0, 0]);
    expect(origin.kind).toBe("degenerate");
    const { trace } = await minimize(problems.monkeySaddle, [1, 0.5], {
      method: "newton",
      maxIterations: 20,
      gtol: 0,
    });
    trace.forEach(({ x }, k) => {
      expect(x[0]! * 2 ** k).toBeCloseTo(1, 10);
      expect(x[1]! * 2 ** k).toBeCloseTo(0.5, 10);
    });
  });

  it("takes Rosenbrock's f up before it takes it down", async () => {
    const { trace, x } = await minimize(problems.rosenbrock, [-1.2, 1], { method: "newton" });
    const f = trace.map((step) => step.fun);
    const expected = [24.2, 4.731884, 1411.845, 0.0559655, 0.313189, 1.85e-11, 3.4e-20];
    expected.slice(0, 6).forEach((value, k) => {
      expect(f[k]! / value).toBeCloseTo(1, k < 5 ? 5 : 2);
    });
    expect(f[6]).toBeLessThan(1e-19);
    expect(x[0]).toBeCloseTo(1, 9);
    const [row0, row1] = problems.rosenbrock.hessian(Float64Array.of(1, 1));
    expect(row0![0]! * row1![1]! - row0![1]! * row1![0]!).toBeCloseTo(400, 10);
    const condition = await conditionNumber([row0!, row1!]);
    expect(condition.value).toBeCloseTo(2508.0096, 4);
  });

  it("climbs from Himmelblau's origin to the maximum", async () => {
    const { x, fun } = await minimize(problems.himmelblau, [0, 0], { method: "newton" });
    expect(x[0]).toBeCloseTo(-0.270845, 6);
    expect(x[1]).toBeCloseTo(-0.923039, 6);
    expect(fun).toBeCloseTo(181.616522, 6);
    expect(classify(problems.himmelblau, x).kind).toBe("maximum");
  });
});

describe("Himmelblau's nine critical points", () => {
  for (const method of ["newton", "gradient-norm", "newton-mr"] as const) {
    it(`are all found by ${method}: four minima, four saddles, a maximum`, async () => {
      const points = await criticalPoints(problems.himmelblau, {
        starts: { count: 200, low: [-5, -5], high: [5, 5], seed: 1 },
        method,
      });
      expect(points.map(({ kind }) => kind)).toEqual([
        ...new Array<string>(4).fill("minimum"),
        ...new Array<string>(4).fill("saddle"),
        "maximum",
      ]);
      const minima = points.slice(0, 4).map(({ x }) => [...x]);
      for (const known of [
        [3, 2],
        [-2.805118, 3.131313],
        [-3.77931, -3.283186],
        [3.584428, -1.848127],
      ]) {
        const hit = minima.some((x) => Math.hypot(x[0]! - known[0]!, x[1]! - known[1]!) < 2e-6);
        expect(hit).toBe(true);
      }
      const saddles = points.slice(4, 8).map(({ fun }) => fun);
      [13.311926, 67.71915, 104.015163, 178.337239].forEach((value, i) => {
        expect(saddles[i]).toBeCloseTo(value, 5);
      });
      expect(points[8]!.fun).toBeCloseTo(181.616522, 6);
    });
  }
});
