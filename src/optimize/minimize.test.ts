import { describe, expect, it } from "vitest";
import { addScaled, dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { type Method, methods } from "./method-options.js";
import { minimize } from "./minimize.js";
import { problems } from "./problems/problems.js";
import type { TestProblem } from "./problems/test-problem.js";

const p = problems;

/** What each method needs to reach a minimum of an easy problem, where its defaults are not enough. */
const settings: Partial<Record<Method, Parameters<typeof minimize>[2]>> = {
  "gradient-descent": { maxIterations: 20_000 },
  momentum: { stepSize: 0.002, maxIterations: 20_000 },
  nesterov: { stepSize: 0.002, maxIterations: 20_000 },
  adam: { stepSize: 0.01, maxIterations: 20_000, gtol: 1e-6 },
};

const firstOrder: readonly Method[] = [
  "gradient-descent",
  "momentum",
  "nesterov",
  "adam",
  "cg",
  "lbfgs",
];
const descends: readonly Method[] = methods.filter(
  (method) => !["momentum", "nesterov", "adam", "newton"].includes(method),
);

const easy: TestProblem[] = [
  p.quadratic([1, 10]),
  p.quadratic([1, 3, 10, 30, 100], { seed: 1, centre: [1, -2, 3, 0, 5] }),
  p.beale,
  p.logCosh,
];

describe("every method × every easy problem", () => {
  for (const method of methods) {
    for (const problem of easy) {
      // From their published starts pure Newton leaves Beale for a saddle and log cosh for infinity.
      const start = method === "newton" ? nearMinimum(problem) : problem.start;
      it(`${method} minimises ${problem.name}, and its result says so`, async () => {
        const options = { method, ...settings[method] };
        const result = await minimize(problem, start, options);
        expect(result.status, result.message).toBe("converged");
        expect(result.fun - problem.minima[0]!.fun).toBeLessThan(1e-9);
        const g = problem.gradient(result.x);
        expect(result.gradientNorm).toBeCloseTo(norm(g), 14);
        expect(result.fun).toBe(problem.value(result.x));
        expect(result.message).toContain("gradient's norm");
      });
    }
  }
});

function nearMinimum(problem: TestProblem): Float64Array {
  return Float64Array.from(problem.minima[0]!.x!, (entry) => entry + 0.1);
}

describe("every method", () => {
  for (const method of methods) {
    it(`${method} counts its evaluations as the objective sees them, and traces every step`, async () => {
      const seen = { value: 0, gradient: 0, second: 0 };
      const inner = p.rosenbrock;
      const steps: number[] = [];
      const result = await minimize(
        {
          value: (x) => {
            seen.value += 1;
            return inner.value(x);
          },
          gradient: (x) => {
            seen.gradient += 1;
            return inner.gradient(x);
          },
          hessian: (x) => {
            seen.second += 1;
            return inner.hessian(x);
          },
        },
        inner.start,
        {
          method,
          maxIterations: 15,
          stepSize: 1e-4,
          onStep: ({ iteration }) => steps.push(iteration),
        },
      );
      expect([result.nfev, result.njev, result.nhev]).toEqual([
        seen.value,
        seen.gradient,
        seen.second,
      ]);
      expect(steps).toEqual(Array.from({ length: result.nit + 1 }, (_, i) => i));
      expect(result.trace.map(({ iteration }) => iteration)).toEqual(steps);
      const last = result.trace.at(-1)!;
      expect(last.x).toEqual(result.x);
      expect(last.fun).toBe(result.fun);
      if (firstOrder.includes(method)) expect(result.nhev).toBe(0);
      if (descends.includes(method)) {
        for (let i = 1; i < result.trace.length; i++) {
          expect(result.trace[i]!.fun).toBeLessThanOrEqual(result.trace[i - 1]!.fun);
        }
      }
    });

    it(`${method} stops where it starts when that is critical, at the limit, and when told to`, async () => {
      const there = await minimize(p.rosenbrock, [1, 1], { method });
      expect([there.nit, there.status]).toEqual([0, "converged"]);
      const limited = await minimize(p.rosenbrock, p.rosenbrock.start, {
        method,
        maxIterations: 2,
        stepSize: 1e-4,
      });
      expect([limited.nit, limited.status]).toEqual([2, "max-iterations"]);
      const told = await minimize(p.rosenbrock, p.rosenbrock.start, {
        method,
        stepSize: 1e-4,
        onStep: ({ iteration }) => iteration < 1,
      });
      expect([told.nit, told.status]).toEqual([1, "stopped"]);
    });

    it(`${method} rejects with the signal's reason`, async () => {
      const controller = new AbortController();
      const run = minimize(p.rosenbrock, p.rosenbrock.start, {
        method,
        stepSize: 1e-4,
        signal: controller.signal,
        onStep: ({ iteration }) => {
          if (iteration === 1) controller.abort(new Error("halt"));
        },
      });
      await expect(run).rejects.toThrow("halt");
    });
  }

  it("waits for an async onStep, and heeds what it says", async () => {
    const seen: number[] = [];
    const { nit, status } = await minimize(p.rosenbrock, p.rosenbrock.start, {
      onStep: async ({ iteration }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push(iteration);
        return iteration < 2;
      },
    });
    expect([nit, status, seen]).toEqual([2, "stopped", [0, 1, 2]]);
  });

  it("rejects with what an async onStep throws", async () => {
    const run = minimize(p.rosenbrock, p.rosenbrock.start, {
      onStep: async ({ iteration }) => {
        if (iteration === 1) throw new Error("no more");
      },
    });
    await expect(run).rejects.toThrow("no more");
  });

  it("says that it diverged, with the numbers", async () => {
    const result = await minimize(p.quadratic([100]), [1], {
      method: "gradient-descent",
      stepSize: 1,
    });
    expect(result.status).toBe("diverged");
    expect(result.message).toMatch(/^diverged: after \d+ steps/);
  });

  it("leaves a strict saddle when it starts beside it", async () => {
    // ½x² − ½y² + ¼y⁴: a saddle at the origin, minima of −¼ at (0, ±1).
    const saddle = {
      value: ([x = 0, y = 0]: Float64Array) => 0.5 * x * x - 0.5 * y * y + 0.25 * y ** 4,
      gradient: ([x = 0, y = 0]: Float64Array) => [x, y ** 3 - y],
      hessian: ([, y = 0]: Float64Array) => [
        [1, 0],
        [0, 3 * y * y - 1],
      ],
    };
    for (const method of descends) {
      const { fun } = await minimize(saddle, [0.5, 1e-6], { method });
      expect(fun, method).toBeCloseTo(-0.25, 12);
    }
    const exact = await minimize(saddle, [0.5, 0], { method: "trust-exact" });
    expect(exact.fun, "the hard case leaves the saddle's own ridge").toBeCloseTo(-0.25, 12);
    const pure = await minimize(saddle, [0.5, 0.1], { method: "newton" });
    expect(pure.fun).toBeCloseTo(0, 12);
  });

  it("refuses what it cannot use, with its place", async () => {
    const gradientOnly = { value: () => 0, gradient: () => [1, 1] };
    await expect(minimize(gradientOnly, [1, 2], { method: "newton" })).rejects.toThrow(
      '"newton" needs second derivatives',
    );
    await expect(minimize(gradientOnly, [1, 2, 3])).rejects.toThrow(
      "the gradient has 2 entries at a point of 3",
    );
    await expect(minimize(gradientOnly, [1, Number.NaN])).rejects.toThrow(
      "the start x0 has NaN at entry 1",
    );
    await expect(minimize(gradientOnly, [])).rejects.toThrow("x0 is empty");
    const unknown = "bfgs" as Method;
    await expect(minimize(gradientOnly, [1, 2], { method: unknown })).rejects.toThrow(
      'no method "bfgs"; there are',
    );
  });
});

describe("convergence in the end", () => {
  it("is quadratic for Newton's family: digits double", async () => {
    for (const method of [
      "newton",
      "damped-newton",
      "trust-exact",
      "cubic",
      "saddle-free-newton",
    ] as const) {
      const start = addScaled(Float64Array.of(1, 1), 1, Float64Array.of(0.02, -0.01));
      const damping = method === "cubic" ? { damping: 1e-6 } : {};
      const { trace } = await minimize(p.rosenbrock, start, { method, gtol: 1e-13, ...damping });
      const errors = trace.map(({ x }) => Math.hypot(x[0]! - 1, x[1]! - 1)).filter((e) => e > 1e-7);
      for (let i = 2; i < errors.length; i++) {
        expect(errors[i]!, method).toBeLessThan(300 * errors[i - 1]! ** 2 + 1e-7);
      }
      expect(trace.length, method).toBeLessThan(12);
    }
  });

  it("takes conjugate gradients n steps on a quadratic of n variables", async () => {
    const n = 12;
    const problem = p.quadratic(
      Float64Array.from({ length: n }, (_, i) => 1 + i),
      { seed: 3 },
    );
    const { nit } = await minimize(problem, new Random(1).normals(n), {
      method: "cg",
      lineSearch: "exact",
      gtol: 1e-8,
    });
    expect(nit).toBeLessThanOrEqual(n);
  });

  it("does not climb out of a minimum where squares of the gradient underflow", async () => {
    const problem = p.quadratic([1, 3, 10], { seed: 2 });
    for (const method of descends) {
      const run = await minimize(problem, problem.start, { method, gtol: 0, maxIterations: 50 });
      expect(run.status, `${method}: ${run.message}`).not.toBe("diverged");
      expect(run.fun, method).toBeLessThan(1e-6);
    }
  });

  it("trains a small network by products alone, to a gradient of 1e-8", async () => {
    const { hessian, ...network } = p.tanhNetwork({ hidden: 3, samples: 24, seed: 2 });
    expect(hessian).toBeDefined();
    for (const method of ["newton-cg", "trust-steihaug", "trust-krylov"] as const) {
      const run = await minimize(network, network.start, { method, maxIterations: 3000 });
      expect(run.status, `${method}: ${run.message}`).toBe("converged");
      expect(dot(network.gradient(run.x), network.gradient(run.x))).toBeLessThan(1e-16);
    }
    const lanczos = await minimize(network, network.start, {
      method: "saddle-free-newton",
      subspace: 11,
      maxIterations: 3000,
      gtol: 1e-5,
    });
    expect(lanczos.status, lanczos.message).toBe("converged");
  });
});
