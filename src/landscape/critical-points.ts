/**
 * Critical points of any index, from many starts: zeros of the gradient, not minima of f.
 *
 * Three methods. "newton": Newton's step, halved until ‖∇f‖ falls. "gradient-norm": ½‖∇f‖² as a
 * least-squares problem with Jacobian H (Levenberg–Marquardt). "newton-mr": s = −H⁺g, which minimises
 * ‖Hs + g‖ even where H is singular (Roosta, Liu, Xu and Mahoney 2018). All can end where ‖∇f‖ has a
 * minimum that is not zero, a gradient-flat point: those runs are reported and not returned.
 */
import { type LongWork, Pace } from "../operators/pace.js";
import { addScaled, combine, dot, norm, subtract } from "../operators/vectors.js";
import { minimize } from "../optimize/minimize.js";
import { type Objective, type ObjectiveSpec, Oracle, type Point } from "../optimize/objective.js";
import { eigh } from "../spectra/eigh.js";
import { ldlt } from "../spectra/ldlt.js";
import { Random } from "../tensor/random.js";
import { type Classified, classify } from "./classify.js";

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
}

export interface RandomStarts {
  readonly count: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly seed?: number;
}

export interface RunReport {
  readonly run: number;
  readonly of: number;
  readonly outcome: "critical" | "gradient-flat" | "not converged";
  readonly gradientNorm: number;
}

export interface CriticalPoint extends Classified {
  /** How many runs ended here. */
  readonly hits: number;
}

/**
 * The distinct critical points found, by index and then by value.
 *
 * @example
 * const starts = { count: 200, low: [-5, -5], high: [5, 5] };
 * (await criticalPoints(problems.himmelblau, { starts })).length // 9
 */
export async function criticalPoints(
  objective: ObjectiveSpec,
  options: CriticalPointsOptions,
): Promise<CriticalPoint[]> {
  const { method = "newton", gtol = 1e-9, maxIterations = 200, distance = 1e-5 } = options;
  const starts = startingPoints(options.starts);
  const pace = new Pace(options.signal);
  const found: { point: Classified; hits: number }[] = [];
  for (const [run, start] of starts.entries()) {
    await pace.step();
    const { x, gradientNorm, flat } = await seek[method](objective, start, gtol, maxIterations);
    const critical = gradientNorm <= gtol;
    if (critical) {
      const known = found.find(({ point }) => near(point.x, x, distance));
      if (known) known.hits += 1;
      else found.push({ point: classify(objective, x), hits: 1 });
    }
    const outcome = critical ? "critical" : flat ? "gradient-flat" : "not converged";
    options.onProgress?.({ run, of: starts.length, outcome, gradientNorm });
  }
  return found
    .map(({ point, hits }) => ({ ...point, hits }))
    .sort((p, q) => p.index - q.index || p.fun - q.fun);
}

function startingPoints(starts: CriticalPointsOptions["starts"]): Float64Array[] {
  if (!("count" in starts)) return starts.map((start) => Float64Array.from(start));
  const { count, low, high, seed = 0 } = starts;
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: low.length }, (_, i) => random.uniform(low[i]!, high[i]!)),
  );
}

function near(a: Float64Array, b: Float64Array, distance: number): boolean {
  return norm(subtract(a, b)) <= distance * Math.max(1, norm(a));
}

interface Sought {
  readonly x: Float64Array;
  readonly gradientNorm: number;
  /** The search ended where ‖∇f‖ stopped falling. */
  readonly flat: boolean;
}

type Seek = (
  objective: ObjectiveSpec,
  start: Float64Array,
  gtol: number,
  maxIterations: number,
) => Promise<Sought>;

const seek: Record<CriticalMethod, Seek> = {
  newton: descendGradientNorm("newton", (hessian, gradient) => {
    const factor = ldlt(hessian);
    return factor.inertia.zero > 0 ? undefined : factor.solve(gradient);
  }),
  "newton-mr": descendGradientNorm("newton-mr", () => undefined),
  "gradient-norm": async (objective, start, gtol, maxIterations) => {
    const oracle = new Oracle(objective, start.length, "gradient-norm");
    const result = await minimize(halfSquaredGradient(oracle), start, {
      method: "levenberg-marquardt",
      maxIterations,
      gtol: 1e-300,
      trace: false,
    });
    const gradientNorm = Math.sqrt(2 * result.fun);
    return { x: result.x, gradientNorm, flat: gradientNorm > gtol && result.status === "stalled" };
  },
};

/** Steps −H⁻¹g, or −H⁺g where `solve` has none, shortened until ‖∇f‖² falls by Armijo's rule. */
function descendGradientNorm(
  name: string,
  solve: (
    hessian: ReturnType<Oracle["hessian"]>,
    gradient: Float64Array,
  ) => Float64Array | undefined,
): Seek {
  return async (objective, start, gtol, maxIterations) => {
    const oracle = new Oracle(objective, start.length, name);
    let point = oracle.at(start);
    for (let nit = 0; nit < maxIterations && point.gradientNorm > gtol; nit++) {
      const hessian = oracle.hessian(point.x);
      const step = solve(hessian, point.gradient) ?? pseudoInverse(hessian, point.gradient);
      const next = shorten(oracle, point, step, hessian);
      if (!next) return { x: point.x, gradientNorm: point.gradientNorm, flat: true };
      point = next;
    }
    return { x: point.x, gradientNorm: point.gradientNorm, flat: false };
  };
}

/** H⁺g: eigenvalues below 1e-10 of the largest count as zero. */
function pseudoInverse(
  hessian: ReturnType<Oracle["hessian"]>,
  gradient: Float64Array,
): Float64Array {
  const { eigenvalues, eigenvectors } = eigh(hessian);
  const size = Math.max(Math.abs(eigenvalues[0]!), Math.abs(eigenvalues.at(-1)!));
  const coordinates = eigenvectors.map((v, i) => {
    const value = eigenvalues[i]!;
    return Math.abs(value) > 1e-10 * size ? dot(v, gradient) / value : 0;
  });
  return combine(eigenvectors, coordinates, gradient.length);
}

function shorten(
  oracle: Oracle,
  from: Point,
  step: Float64Array,
  hessian: ReturnType<Oracle["hessian"]>,
): Point | undefined {
  const image = Float64Array.from(hessian, (row) => dot(Float64Array.from(row), step));
  // Along −step the derivative of ‖∇f‖² is −2gᵀH·step.
  const slope = -2 * dot(from.gradient, image);
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
