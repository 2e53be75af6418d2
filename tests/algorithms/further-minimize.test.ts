/** Further runs with known ends: rates, limits of stability, failures, and what is refused. */
import { describe, expect, it } from "vitest";
import { type Method, methods } from "../../src/optimize/method-options.js";
import { type MinimizeOptions, minimize } from "../../src/optimize/minimize.js";
import type { ObjectiveSpec } from "../../src/optimize/objective.js";
import { problems } from "../../src/optimize/problems/problems.js";

/** f, f′ and f″ of one variable. */
const scalar = (
  f: (x: number) => number,
  derivative: (x: number) => number,
  second: (x: number) => number,
): ObjectiveSpec => ({
  value: ([x = 0]) => f(x),
  gradient: ([x = 0]) => [derivative(x)],
  hessian: ([x = 0]) => [[second(x)]],
});

const secondOrder = methods.slice(methods.indexOf("newton"));

describe("rates", () => {
  it.each([2, 5, 50, 1000])("exact steps lose ((κ−1)/(κ+1))² at κ = %i", async (kappa) => {
    const { trace } = await minimize(problems.quadratic([1, kappa]), [kappa, 1], {
      method: "gradient-descent",
      lineSearch: "exact",
      maxIterations: 8,
      gtol: 0,
    });
    for (let k = 1; k < trace.length; k++) {
      expect(trace[k]!.fun / trace[k - 1]!.fun).toBeCloseTo(((kappa - 1) / (kappa + 1)) ** 2, 10);
    }
  });

  it.each([3, 4, 6, 8])("Newton shrinks x by (p−2)/(p−1) on |x|^p, p = %i", async (p) => {
    const power = scalar(
      (x) => Math.abs(x) ** p,
      (x) => p * Math.sign(x) * Math.abs(x) ** (p - 1),
      (x) => p * (p - 1) * Math.abs(x) ** (p - 2),
    );
    const { trace } = await minimize(power, [1], { method: "newton", maxIterations: 15, gtol: 0 });
    for (let k = 1; k < trace.length; k++) {
      expect(trace[k]!.x[0]! / trace[k - 1]!.x[0]!).toBeCloseTo((p - 2) / (p - 1), 11);
    }
  });

  const limits = {
    "gradient-descent": (eta: number) => 2 / eta,
    momentum: (eta: number, beta: number) => (2 + 2 * beta) / eta,
    nesterov: (eta: number, beta: number) => (2 + 2 * beta) / (eta * (1 + 2 * beta)),
  };
  it.each(
    [0.5, 0.9].flatMap((beta) =>
      (Object.keys(limits) as (keyof typeof limits)[]).map((method) => ({ method, beta })),
    ),
  )(
    "$method is stable up to its limit in sharpness, and not beyond (β = $beta)",
    async ({ method, beta }) => {
      const stepSize = 0.1;
      const options: MinimizeOptions = {
        method,
        stepSize,
        maxIterations: 4000,
        ...(method === "gradient-descent" ? {} : { momentum: beta }),
      };
      const limit = limits[method](stepSize, beta);
      const below = await minimize(problems.quadratic([0.99 * limit]), [1], options);
      expect(below.status).toBe("converged");
      const above = await minimize(problems.quadratic([1.01 * limit]), [1], options);
      expect(Math.abs(above.x[0]!)).toBeGreaterThan(1);
    },
  );
});

describe("pure Newton runs away where theory says, and the run says so", () => {
  const cubeRoot = scalar(
    (x) => 0.75 * Math.abs(x) ** (4 / 3),
    (x) => Math.cbrt(x),
    (x) => Math.abs(x) ** (-2 / 3) / 3,
  );

  it("doubles x and turns its sign on |x|^{4/3}, whose gradient is the cube root", async () => {
    const run = await minimize(cubeRoot, [0.1], { method: "newton" });
    for (let k = 1; k < 20; k++) {
      expect(run.trace[k]!.x[0]! / run.trace[k - 1]!.x[0]!).toBeCloseTo(-2, 10);
    }
    expect(run.status).toBe("diverged");
    expect(run.message).toMatch(/^diverged: after \d+ steps an entry of x is 1\.\d+e\+100/);
  });

  it.each([
    ["x·arctan x − ½ln(1 + x²)", problems.arctangent, 1.3917452],
    ["√(1 + x²)", problems.hyperbola, 1],
    ["log cosh x", problems.logCosh, 1.0886594925],
  ])("%s: beyond its limit, never called singular", async (_, problem, limit) => {
    const inside = await minimize(problem, [0.999 * limit], { method: "newton" });
    expect(inside.status).toBe("converged");
    for (const factor of [1.001, 1.1, 2, 10]) {
      const outside = await minimize(problem, [factor * limit], { method: "newton" });
      expect(outside.status, `${factor} × the limit: ${outside.message}`).toBe("diverged");
    }
  });
});

describe("objectives without a minimum", () => {
  const slope: ObjectiveSpec = { value: ([x = 0]) => x, gradient: () => [1], hessian: () => [[0]] };
  const saddle: ObjectiveSpec = {
    value: ([x = 0, y = 0]) => x * x - y * y,
    gradient: ([x = 0, y = 0]) => [2 * x, -2 * y],
    hessian: () => [
      [2, 0],
      [0, -2],
    ],
  };
  const cliff = scalar(
    (x) => -Math.exp(x),
    (x) => -Math.exp(x),
    (x) => -Math.exp(x),
  );
  // Newton's step goes to the saddle, to the flat end of the cliff, and nowhere on a slope.
  const others = methods.filter((method) => method !== "newton");
  it.each(others)("%s never says that it has converged", async (method) => {
    for (const [objective, start] of [
      [slope, [0]],
      [saddle, [1, 0.1]],
      [cliff, [0]],
    ] as const) {
      const run = await minimize(objective, start, { method, maxIterations: 400 });
      expect(["diverged", "max-iterations"], run.message).toContain(run.status);
      expect(run.fun).toBeLessThan(objective.value(Float64Array.from(start)));
    }
  });

  it.each(methods)("%s: an f that is nowhere a number has diverged at once", async (method) => {
    const nowhere = scalar(
      () => Number.NaN,
      () => Number.NaN,
      () => Number.NaN,
    );
    const run = await minimize(nowhere, [0], { method });
    expect([run.status, run.nit]).toEqual(["diverged", 0]);
    expect(run.message).toContain("f = NaN");
  });

  it.each(secondOrder)(
    "%s: a Hessian that is not a number ends the run, not the program",
    async (method) => {
      const spoilt = scalar(
        (x) => x * x,
        (x) => 2 * x,
        () => Number.NaN,
      );
      const run = await minimize(spoilt, [3], { method });
      expect(run.status).toBe("diverged");
      expect(run.message).toContain("entry (0, 0) of the Hessian is NaN");
    },
  );

  it("finds the minimum of x − log x, defined for x > 0 alone, with every method that may step back", async () => {
    const barrier = scalar(
      (x) => (x > 0 ? x - Math.log(x) : Number.NaN),
      (x) => (x > 0 ? 1 - 1 / x : Number.NaN),
      (x) => (x > 0 ? 1 / (x * x) : Number.NaN),
    );
    for (const method of methods.filter((name) => name !== "newton" && name !== "adam")) {
      const run = await minimize(barrier, [5], { method });
      expect(run.x[0], `${method}: ${run.message}`).toBeCloseTo(1, 7);
    }
    expect((await minimize(barrier, [5], { method: "newton" })).status).toBe("diverged");
  });
});

describe("minimize refuses, with what was found and what is needed", () => {
  const bowl = scalar(
    (x) => x * x,
    (x) => 2 * x,
    () => 2,
  );
  const options = (given: Record<string, unknown>) => given as MinimizeOptions;
  it.each([
    [{ method: "bfgs" }, 'there is no method "bfgs"; there are gradient-descent, momentum'],
    [{ maxiter: 10 }, 'there is no option "maxiter"; "lbfgs" takes memory, method, maxIterations'],
    [{ method: "momentum", stepSize: -1 }, "stepSize = -1; a positive number is needed"],
    [{ method: "momentum", stepSize: Number.NaN }, "stepSize = NaN; a positive number is needed"],
    [{ method: "momentum", momentum: 1 }, "momentum = 1; a number from 0 to below 1 is needed"],
    [{ method: "cg", lineSearch: "armijo" }, 'lineSearch = armijo; "fixed", "exact" or "wolfe"'],
    [{ memory: 0 }, "memory = 0; a whole number from 1 is needed"],
    [{ method: "trust-exact", radius: 0 }, "radius = 0; a positive number is needed"],
    [{ method: "saddle-free-newton", subspace: 1.5 }, "subspace = 1.5; a whole number"],
    [{ maxIterations: 1.5 }, "maxIterations = 1.5; a whole number from 0 is needed"],
    [{ gtol: -1 }, "gtol = -1; 0 or more is needed"],
  ])("%o", async (given, message) => {
    await expect(minimize(bowl, [1], options(given))).rejects.toThrow(message);
  });

  it("says which options a method has not used", async () => {
    const options: MinimizeOptions = { method: "gradient-descent", stepSize: 0.1, momentum: 0.9 };
    expect((await minimize(bowl, [1], options)).message).toMatch(
      / \(momentum not used: "gradient-descent" does not take it\)$/,
    );
    const own = await minimize(bowl, [1], { ...options, method: "momentum" });
    expect(own.message).not.toContain("not used");
  });

  const asObjective = (given: unknown) => given as ObjectiveSpec;
  it.each([
    ["a function", asObjective(() => 0), "found of type function"],
    ["no gradient", asObjective({ value: () => 0 }), "found one without gradient"],
    ["nothing", asObjective(undefined), "found undefined"],
    [
      "a value that is an array",
      asObjective({ ...bowl, value: () => [1] }),
      "value(x) returned an array",
    ],
    ["a promise", asObjective({ ...bowl, gradient: async () => [1] }), "the gradient is a promise"],
    [
      "a long gradient",
      { ...bowl, gradient: () => [1, 2] },
      "the gradient has 2 entries at a point of 1",
    ],
  ])("%s for an objective", async (_, objective, message) => {
    await expect(minimize(objective, [1])).rejects.toThrow(message);
  });

  it.each(secondOrder)("a Hessian of another size (%s)", async (method) => {
    const wide: ObjectiveSpec = {
      ...bowl,
      hessian: () => [
        [1, 0],
        [0, 1],
      ],
    };
    await expect(minimize(wide, [1], { method })).rejects.toThrow("1 rows of 1 numbers are needed");
  });

  it.each([
    ["a number", 3 as unknown as number[], "the start x0 is 3; an array of numbers is needed"],
    ["NaN", [Number.NaN], "the start x0 has NaN at entry 0"],
    ["nothing", [], "the start x0 is empty"],
  ])("%s for a start", async (_, start, message) => {
    await expect(minimize(bowl, start)).rejects.toThrow(message);
  });
});

describe("a run can be watched and stopped", () => {
  it("passes on what onStep throws, and hears a signal between steps of a long run", async () => {
    const throwing = minimize(problems.rosenbrock, [-1.2, 1], {
      onStep: () => {
        throw new Error("mine");
      },
    });
    await expect(throwing).rejects.toThrow("mine");
    const endless = minimize(problems.rosenbrock, [-1.2, 1], {
      method: "gradient-descent",
      stepSize: 1e-6,
      maxIterations: Number.POSITIVE_INFINITY,
      trace: false,
      signal: AbortSignal.timeout(60),
    });
    await expect(endless).rejects.toThrow("aborted due to timeout");
  });

  it("counts its steps for a progress bar", async () => {
    const seen: string[] = [];
    const { nit } = await minimize(problems.rosenbrock, [-1.2, 1], {
      maxIterations: 5,
      onProgress: ({ done, of }) => seen.push(`${done}/${of}`),
    });
    expect(nit).toBe(5);
    expect(seen).toEqual(["0/5", "1/5", "2/5", "3/5", "4/5", "5/5"]);
  });

  it.each(methods)("%s does not mind an objective that always fills one array", async (method) => {
    const shared = new Float64Array(2);
    const { value, gradient, hessian } = problems.rosenbrock;
    const thrifty: ObjectiveSpec = {
      value,
      hessian,
      gradient: (x) => {
        shared.set(gradient(x));
        return shared;
      },
    };
    const options = { method, maxIterations: 40 };
    const fresh = await minimize({ value, gradient, hessian }, [-1.2, 1], options);
    expect((await minimize(thrifty, [-1.2, 1], options)).x).toEqual(fresh.x);
  });
});

describe("Moré, Garbow and Hillstrom from ten and a hundred times the published start", () => {
  /** The paper's own multiples; Beale's from ten times leads down a valley without end, SciPy too. */
  const far: readonly (readonly [keyof typeof problems & string, number])[] = [
    ["rosenbrock", 10],
    ["rosenbrock", 100],
    ["freudensteinRoth", 10],
    ["freudensteinRoth", 100],
    ["helicalValley", 10],
    ["helicalValley", 100],
    ["powellSingular", 10],
    ["powellSingular", 100],
    ["wood", 10],
    ["brownDennis", 10],
    ["brownDennis", 100],
    ["bard", 10],
    ["kowalikOsborne", 10],
  ];
  const robust: readonly Method[] = ["lbfgs", "trust-exact", "cubic", "levenberg-marquardt"];
  it.each(far)("%s × %i", async (name, factor) => {
    const problem = problems[name] as (typeof problems)["rosenbrock"];
    const start = problem.start.map((entry) => factor * entry);
    for (const method of robust) {
      const run = await minimize(problem, start, { method, maxIterations: 5000, gtol: 1e-5 });
      expect(run.gradientNorm, `${method}: ${run.message}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(run.fun)),
      );
    }
  });
});
