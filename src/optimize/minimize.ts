/**
 * minimize: one driver for every method.
 *
 * The driver owns what methods share: the start, the test on the gradient, the limit, the trace, the
 * progress and the counts; a method (see solver.ts) only turns a point into the next.
 */
import { Pace } from "../operators/pace.js";
import { vectorOf } from "../operators/vector-of.js";
import { norm, subtract } from "../operators/vectors.js";
import { adam } from "./adam.js";
import { conjugateGradient } from "./cg.js";
import { cubic } from "./cubic.js";
import { dampedNewton } from "./damped-newton.js";
import { gradientDescent } from "./gradient-descent.js";
import { lbfgs } from "./lbfgs.js";
import { levenbergMarquardt } from "./levenberg-marquardt.js";
import { checkMethodOptions, type Method } from "./method-options.js";
import { momentum, nesterov } from "./momentum.js";
import { newton } from "./newton.js";
import { newtonCg } from "./newton-cg.js";
import { NotFiniteError, type ObjectiveSpec, Oracle, type Point } from "./objective.js";
import { saddleFreeNewton } from "./saddle-free-newton.js";
import {
  isStop,
  type Solver,
  type SolverOptions,
  type Status,
  type Step,
  type Stepper,
  type Stop,
} from "./solver.js";
import { diverged, methodsReason, reasonToStop } from "./stopping.js";
import { trustExact, trustKrylov, trustSteihaug } from "./trust-region.js";

const solvers: Record<Method, Solver> = {
  "gradient-descent": gradientDescent,
  momentum,
  nesterov,
  adam,
  cg: conjugateGradient,
  lbfgs,
  newton,
  "damped-newton": dampedNewton,
  "newton-cg": newtonCg,
  "levenberg-marquardt": levenbergMarquardt,
  "trust-exact": trustExact,
  "trust-steihaug": trustSteihaug,
  "trust-krylov": trustKrylov,
  "saddle-free-newton": saddleFreeNewton,
  cubic,
};

export interface MinimizeOptions extends SolverOptions {
  /** "lbfgs" unless said otherwise. */
  readonly method?: Method;
  /** 1,000 unless said otherwise. */
  readonly maxIterations?: number;
  /** Done when ‖∇f‖₂ is at most this; 1e-8 unless said otherwise. */
  readonly gtol?: number;
  /** Keep every step in the result; by default for up to 1,000 parameters. */
  readonly trace?: boolean;
  /**
   * Sees the start (iteration 0) and every step; returning false ends the run. It may be async: the next
   * step waits for it, and what it throws rejects the run.
   */
  readonly onStep?: (step: TraceStep) => unknown;
  /** Called after every step, for a progress bar. */
  readonly onProgress?: (progress: MinimizeProgress) => void;
  readonly signal?: AbortSignal;
}

export interface MinimizeProgress {
  /** Steps taken, of at most `of`. */
  readonly done: number;
  readonly of: number;
  readonly fun: number;
  readonly gradientNorm: number;
}

export interface TraceStep {
  readonly iteration: number;
  readonly x: Float64Array;
  readonly fun: number;
  readonly gradientNorm: number;
  /** ‖x − previous x‖; 0 at the start. */
  readonly stepNorm: number;
  /** What the method tells of its step, such as `stepSize`, `damping`, `radius`. */
  readonly details: Readonly<Record<string, number>>;
}

export interface MinimizeResult {
  readonly x: Float64Array;
  readonly fun: number;
  /** ‖∇f(x)‖₂. */
  readonly gradientNorm: number;
  readonly nit: number;
  /** Values, gradients, and Hessians and products with them, that were computed. */
  readonly nfev: number;
  readonly njev: number;
  readonly nhev: number;
  readonly status: Status;
  /** The reason for stopping, as a sentence. */
  readonly message: string;
  /** Every step from the start on, or nothing (see the option `trace`). */
  readonly trace: readonly TraceStep[];
}

/**
 * A local minimum of f from x0, by the method of one's choice.
 *
 * @example
 * const { x } = await minimize(problems.rosenbrock, [-1.2, 1], { method: "trust-exact" });
 * x; // [1, 1]
 */
export async function minimize(
  objective: ObjectiveSpec,
  x0: ArrayLike<number>,
  options: MinimizeOptions = {},
): Promise<MinimizeResult> {
  const { method = "lbfgs", maxIterations = 1000, gtol = 1e-8 } = options;
  const unused = checkMethodOptions(method, options);
  const start = checkStart(x0, maxIterations, gtol);
  const oracle = new Oracle(objective, start.length, `minimize: "${method}"`);
  const pace = new Pace(options.signal);
  const stepper = solvers[method](oracle, options);
  const trace: TraceStep[] = [];
  const record = recorder(trace, options.trace ?? start.length <= 1000, maxIterations, options);
  const first = oracle.at(start);
  let current = first;
  let nit = 0;
  let wanted = (await record(traceStep(0, current, 0, {}))) !== false;
  let reason: Stop | undefined;
  for (;;) {
    reason = reasonToStop(first, current, nit, wanted, { gtol, maxIterations });
    if (reason) break;
    await pace.step();
    const outcome = await guarded(stepper, current, nit);
    if (isStop(outcome)) {
      reason = methodsReason(first, current, nit, outcome);
      break;
    }
    nit += 1;
    const stepNorm = norm(subtract(outcome.point.x, current.x));
    current = outcome.point;
    const step = traceStep(nit, current, stepNorm, outcome.details ?? {});
    wanted = (await record(step)) !== false;
  }
  const { x, fun, gradientNorm } = current;
  const { nfev, njev, nhev } = oracle;
  const message = withUnused(reason.message, method, unused);
  return { x, fun, gradientNorm, nit, nfev, njev, nhev, status: reason.status, message, trace };
}

function withUnused(message: string, method: Method, unused: readonly string[]): string {
  if (unused.length === 0) return message;
  return `${message} (${unused.join(" and ")} not used: "${method}" does not take it)`;
}

/** Keeps a step and shows it to whoever watches; returns onStep's word, or its promise of one. */
function recorder(
  trace: TraceStep[],
  keep: boolean,
  of: number,
  { onStep, onProgress }: MinimizeOptions,
): (step: TraceStep) => unknown {
  return (step) => {
    if (keep) trace.push(step);
    const { iteration, fun, gradientNorm } = step;
    onProgress?.({ done: iteration, of, fun, gradientNorm });
    return onStep?.(step);
  };
}

/** The method's step; second derivatives that are not finite end the run and keep its trace. */
async function guarded(stepper: Stepper, from: Point, nit: number): Promise<Step | Stop> {
  try {
    return await stepper(from);
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error;
    return diverged(nit, error.message);
  }
}

function checkStart(x0: ArrayLike<number>, maxIterations: number, gtol: number): Float64Array {
  const start = vectorOf("minimize: the start x0", x0);
  if (start.length === 0) throw new RangeError("minimize: the start x0 is empty");
  if (!(maxIterations >= 0 && (Number.isInteger(maxIterations) || maxIterations === Infinity))) {
    throw new RangeError(
      `minimize: maxIterations = ${maxIterations}; a whole number from 0 is needed`,
    );
  }
  if (!(gtol >= 0)) throw new RangeError(`minimize: gtol = ${gtol}; 0 or more is needed`);
  return start;
}

function traceStep(
  iteration: number,
  point: Point,
  stepNorm: number,
  details: Readonly<Record<string, number>>,
): TraceStep {
  const { x, fun, gradientNorm } = point;
  return { iteration, x, fun, gradientNorm, stepNorm, details };
}
