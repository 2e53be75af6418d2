/**
 * Critical points of any index, from many starts: zeros of the gradient, not minima of f.
 *
 * Three methods. "newton": Newton's step, halved until ‖∇f‖ falls. "gradient-norm": ½‖∇f‖² as a
 * least-squares problem with Jacobian H (Levenberg–Marquardt). "newton-mr": s minimises ‖Hs + g‖, even
 * where H is singular, by MINRES from products alone (Roosta, Liu, Xu and Mahoney 2018). All can end
 * where ‖∇f‖ has a minimum that is not zero, a gradient-flat point: those runs are reported and not
 * returned.
 */
import { fromMatrix } from "../operators/from-matrix.js";
import type { LinearOperator } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { type LongWork, Pace } from "../operators/pace.js";
import { describe, vectorOf } from "../operators/vector-of.js";
import { addScaled, dot, norm, subtract } from "../operators/vectors.js";
import { minimize } from "../optimize/minimize.js";
import { type Objective, type ObjectiveSpec, Oracle, type Point } from "../optimize/objective.js";
import { ldlt } from "../spectra/ldlt.js";
import { minres } from "../spectra/minres.js";
import { Random } from "../tensor/random.js";
import { type Classified, classify } from "./classify.js";
import { loadObjective, type ObjectiveSource } from "./objective-source.js";
import { type SpreadTask, spread } from "./spread.js";

export type CriticalMethod = "newton" | "gradient-norm" | "newton-mr";

export interface CriticalPointsOptions extends LongWork<RunReport> {
  /** Points, or how many to draw uniformly from a box. */
  readonly starts: readonly ArrayLike<number>[] | RandomStarts;
  readonly method?: CriticalMethod;
  /** A run has found a critical point when ‖∇f‖ is at most this; 1e-9. */
  readonly gtol?: number;
  readonly maxIterations?: number;
  /** Points closer than this, relative to their size, are one; 1e-5. */
  readonly distance?: number;
  /** Threads that share the starts; see `SpreadOptions`. */
  readonly threads?: number;
}

const optionNames: readonly (keyof CriticalPointsOptions)[] = [
  "starts",
  "method",
  "gtol",
  "maxIterations",
  "distance",
  "threads",
  "onProgress",
  "signal",
];

export interface RandomStarts {
  readonly count: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly seed?: number;
}

export interface RunReport {
  /** How many runs have ended. */
  readonly done: number;
  readonly run: number;
  readonly of: number;
  readonly outcome: Ending;
  readonly gradientNorm: number;
}

/** "gradient-flat": ‖∇f‖ stopped falling before it was zero. */
export type Ending = "critical" | "gradient-flat" | "not converged";

export interface CriticalPoint extends Classified {
  /** How many runs ended here. */
  readonly hits: number;
}

/**
 * The distinct critical points found, by index and then by value.
 *
 * @example
 * const starts = { count: 200, low: [-5, -5], high: [5, 5] };
 * (await criticalPoints(problems.himmelblau, { starts })).length; // 9
 */
export async function criticalPoints(
  objective: ObjectiveSource,
  options: CriticalPointsOptions,
): Promise<CriticalPoint[]> {
  checkOptionNames("criticalPoints", options, optionNames);
  const { method = "newton", gtol = 1e-9, maxIterations = 200, distance = 1e-5 } = options;
  if (!Object.hasOwn(seek, method)) {
    throw new RangeError(
      `criticalPoints: there is no method "${method}"; there are ${Object.keys(seek).join(", ")}`,
    );
  }
  const starts = startingPoints(options.starts);
  let done = 0;
  const task: SpreadTask<Search, Sought> = {
    module: import.meta.url,
    name: "seekFrom",
    run: seekFrom,
    onResult: (run, { outcome, gradientNorm }) => {
      done += 1;
      options.onProgress?.({ done, run, of: starts.length, outcome, gradientNorm });
    },
  };
  const searches = starts.map((start): Search => ({ method, start, gtol, maxIterations }));
  const { threads, signal } = options;
  const ends = await spread("criticalPoints", objective, task, searches, { threads, signal });
  return distinct(await loadObjective(objective), ends, distance);
}

/** The critical points among the ends, each once; in the order of runs, so that threads do not matter. */
function distinct(
  objective: ObjectiveSpec,
  ends: readonly Sought[],
  distance: number,
): CriticalPoint[] {
  const found: { point: Classified; hits: number }[] = [];
  for (const { x, outcome } of ends) {
    if (outcome !== "critical") continue;
    const known = found.find(({ point }) => near(point.x, x, distance));
    if (known) known.hits += 1;
    else found.push({ point: classify(objective, x), hits: 1 });
  }
  return found
    .map(({ point, hits }) => ({ ...point, hits }))
    .sort((p, q) => p.index - q.index || p.fun - q.fun);
}

function startingPoints(starts: CriticalPointsOptions["starts"]): Float64Array[] {
  const found: unknown = starts;
  if (typeof found !== "object" || found === null) {
    throw new TypeError(
      `criticalPoints: starts is ${describe(found)}; give points, or { count, low, high, seed }`,
    );
  }
  if (!("count" in starts)) {
    return starts.map((start, i) => vectorOf(`criticalPoints: start ${i}`, start));
  }
  const { count, seed = 0 } = starts;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`criticalPoints: count = ${count}; a whole number from 1 is needed`);
  }
  const [low, high] = [
    vectorOf("criticalPoints: low", starts.low),
    vectorOf("criticalPoints: high", starts.high),
  ];
  if (low.length !== high.length) {
    throw new RangeError(
      `criticalPoints: low has ${low.length} entries and high has ${high.length}`,
    );
  }
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    low.map((least, i) => random.uniform(least, high[i]!)),
  );
}

function near(a: Float64Array, b: Float64Array, distance: number): boolean {
  return norm(subtract(a, b)) <= distance * Math.max(1, norm(a));
}

interface Search {
  readonly method: CriticalMethod;
  readonly start: Float64Array;
  readonly gtol: number;
  readonly maxIterations: number;
}

interface Sought {
  readonly x: Float64Array;
  readonly gradientNorm: number;
  readonly outcome: Ending;
}

/** One run, on any thread. */
export async function seekFrom(
  objective: ObjectiveSpec,
  search: Search,
  signal?: AbortSignal,
): Promise<Sought> {
  const { x, gradientNorm, flat } = await seek[search.method](objective, search, signal);
  const critical = gradientNorm <= search.gtol;
  return {
    x,
    gradientNorm,
    outcome: critical ? "critical" : flat ? "gradient-flat" : "not converged",
  };
}

type Seek = (
  objective: ObjectiveSpec,
  search: Search,
  signal: AbortSignal | undefined,
) => Promise<{ x: Float64Array; gradientNorm: number; flat: boolean }>;

const seek: Record<CriticalMethod, Seek> = {
  newton: descendGradientNorm("newton", (oracle, { x, gradient }) => {
    const rows = oracle.hessian(x);
    const factor = ldlt(rows);
    const hessian = fromMatrix(rows);
    const step = factor.inertia.zero > 0 ? minres(hessian, gradient).x : factor.solve(gradient);
    return { step, hessian };
  }),
  "newton-mr": descendGradientNorm("newton-mr", (oracle, { x, gradient, gradientNorm }) => {
    const hessian = oracle.hessianAt(x);
    // As well as the step is worth: the last ones are solved well enough to converge quadratically.
    const rtol = Math.max(1e-12, Math.min(1e-4, gradientNorm));
    return { step: minres(hessian, gradient, { rtol }).x, hessian };
  }),
  "gradient-norm": async (objective, { start, gtol, maxIterations }, signal) => {
    const oracle = new Oracle(objective, start.length, 'criticalPoints: "gradient-norm"');
    const result = await minimize(halfSquaredGradient(oracle), start, {
      method: "levenberg-marquardt",
      maxIterations,
      gtol: 1e-300,
      trace: false,
      ...(signal && { signal }),
    });
    const gradientNorm = Math.sqrt(2 * result.fun);
    return { x: result.x, gradientNorm, flat: gradientNorm > gtol && result.status === "stalled" };
  },
};

/** What a step is, and the Hessian that it was found with. */
type Solve = (
  oracle: Oracle,
  point: Point,
) => { readonly step: Float64Array; readonly hessian: LinearOperator };

/** Steps −s with Hs ≈ g, shortened until ‖∇f‖² falls by Armijo's rule. */
function descendGradientNorm(name: string, solve: Solve): Seek {
  return async (objective, { start, gtol, maxIterations }, signal) => {
    const oracle = new Oracle(objective, start.length, `criticalPoints: "${name}"`);
    const pace = new Pace(signal);
    let point = oracle.at(start);
    for (let nit = 0; nit < maxIterations && point.gradientNorm > gtol; nit++) {
      await pace.step();
      const { step, hessian } = solve(oracle, point);
      const next = shorten(oracle, point, step, hessian);
      if (!next) return { x: point.x, gradientNorm: point.gradientNorm, flat: true };
      point = next;
    }
    return { x: point.x, gradientNorm: point.gradientNorm, flat: false };
  };
}

function shorten(
  oracle: Oracle,
  from: Point,
  step: Float64Array,
  hessian: LinearOperator,
): Point | undefined {
  // Along −step the derivative of ‖∇f‖² is −2gᵀH·step.
  const slope = -2 * dot(from.gradient, hessian.apply(step));
  if (!(slope < -1e-14 * from.gradientNorm ** 2)) return undefined;
  for (let alpha = 1; alpha > 1e-12; alpha /= 2) {
    const point = oracle.at(addScaled(from.x, -alpha, step));
    if (point.gradientNorm ** 2 <= from.gradientNorm ** 2 + 1e-4 * alpha * slope) return point;
  }
  return undefined;
}

function halfSquaredGradient(oracle: Oracle): Objective {
  return {
    value: (x) => 0.5 * norm(oracle.gradient(x)) ** 2,
    gradient: (x) => oracle.hessianAt(x).apply(oracle.gradient(x)),
    leastSquares: {
      residuals: (x) => oracle.gradient(x),
      jacobian: (x) => oracle.hessian(x),
      factor: 0.5,
    },
  };
}
