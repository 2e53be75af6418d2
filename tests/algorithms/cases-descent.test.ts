/** External cases with exact answers: gradient descent and ill-conditioning. */
import { describe, expect, it } from "vitest";
import { addScaled, dot } from "../../src/operators/vectors.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";

describe("gradient descent on ½(x² + κy²) from (κ, 1) with exact line search", () => {
  for (const [kappa, ratio] of [
    [10, 0.669421487603],
    [100, 0.960788158024],
  ] as const) {
    it(`falls each step by ((κ−1)/(κ+1))² = ${ratio} at κ = ${kappa}`, async () => {
      const { trace } = await minimize(problems.quadratic([1, kappa]), [kappa, 1], {
        method: "gradient-descent",
        lineSearch: "exact",
        maxIterations: 30,
      });
      expect(trace.length).toBe(31);
      for (let i = 1; i < trace.length; i++) {
        expect(trace[i]!.fun / trace[i - 1]!.fun).toBeCloseTo(ratio, 11);
      }
    });
  }
});

describe("momentum on λ ∈ [1, 100]", () => {
  const [stepSize, momentum] = [0.0330578512, 0.6694214876];

  it("contracts at the rate (√κ−1)/(√κ+1) = 0.8181818182 with the best α and β", async () => {
    expect((2 / (1 + Math.sqrt(100))) ** 2).toBeCloseTo(stepSize, 10);
    expect(((Math.sqrt(100) - 1) / (Math.sqrt(100) + 1)) ** 2).toBeCloseTo(momentum, 10);
    const { trace } = await minimize(problems.quadratic([1, 4, 25, 100]), [1, 1, 1, 1], {
      method: "momentum",
      stepSize: (2 / 11) ** 2,
      momentum: (9 / 11) ** 2,
      maxIterations: 400,
      gtol: 0,
    });
    // At the best parameters a defective double root puts a factor k before ρᵏ: take it out.
    const size = (k: number) => Math.sqrt(dot(trace[k]!.x, trace[k]!.x)) / k;
    expect((size(400) / size(200)) ** (1 / 200)).toBeCloseTo(0.8181818182, 2);
    expect((size(400) / size(200)) ** (1 / 200)).toBeLessThan(0.8185);
  });
});

describe("stability limits in sharpness at η = 0.1, β = 0.9", () => {
  const limits = {
    "gradient-descent": 20,
    momentum: 38,
    nesterov: 13.571428571,
  } as const;
  for (const [method, limit] of Object.entries(limits) as [keyof typeof limits, number][]) {
    it(`${method}: converges below ${limit} and diverges above`, async () => {
      for (const [factor, grows] of [
        [0.995, false],
        [1.005, true],
      ] as const) {
        const { fun } = await minimize(problems.quadratic([limit * factor]), [1], {
          method,
          stepSize: 0.1,
          momentum: 0.9,
          maxIterations: 3000,
          gtol: 0,
          trace: false,
        });
        expect(fun > 0.5 * limit || Number.isNaN(fun)).toBe(grows);
      }
    });
  }
});

describe("second-order prediction", () => {
  it("is f − ε gᵀg + ½ε² gᵀHg on a quadratic, with the best step gᵀg / gᵀHg", async () => {
    const problem = problems.quadratic([1, 3, 50], { seed: 4 });
    const x = problem.start;
    const g = problem.gradient(x);
    const gHg = dot(g, problem.hvp!(x, g));
    for (const epsilon of [0.001, 0.02, 0.3]) {
      const predicted = problem.value(x) - epsilon * dot(g, g) + 0.5 * epsilon ** 2 * gHg;
      expect(problem.value(addScaled(x, -epsilon, g))).toBeCloseTo(predicted, 10);
    }
    const { trace } = await minimize(problem, x, {
      method: "gradient-descent",
      lineSearch: "exact",
      maxIterations: 1,
    });
    expect(trace[1]!.details.stepSize).toBeCloseTo(dot(g, g) / gHg, 12);
  });
});
