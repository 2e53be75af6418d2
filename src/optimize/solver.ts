/**
 * The contract between `minimize` and its methods.
 *
 * A method is a factory: from an oracle and the options it makes a stepper, which holds the method's
 * own state (momentum, radius, pairs) and turns one point into the next, or into a reason to stop.
 * Tests of convergence, the trace and the counts are the driver's, so that all methods share them.
 */
import type { Oracle, Point } from "./objective.js";

export type Status =
  | "converged"
  | "max-iterations"
  | "stalled"
  | "diverged"
  | "singular"
  | "stopped";

export interface Stop {
  readonly status: Status;
  readonly message: string;
}

export interface Step {
  readonly point: Point;
  /** What the method tells of itself: step size, damping, radius, curvature. */
  readonly details?: Readonly<Record<string, number>>;
}

export type Stepper = (from: Point) => Step | Stop | Promise<Step | Stop>;

export type Solver = (oracle: Oracle, options: SolverOptions) => Stepper;

export interface SolverOptions {
  /** The step of gradient descent, momentum, Nesterov and Adam. */
  readonly stepSize?: number;
  /** How gradient descent chooses its step: "fixed" when a stepSize is given, else "wolfe". */
  readonly lineSearch?: "fixed" | "exact" | "wolfe";
  /** β of momentum and Nesterov; 0.9. */
  readonly momentum?: number;
  /** Decay of Adam's two averages; 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Pairs that L-BFGS remembers; 10. */
  readonly memory?: number;
  /** First trust radius; 1. */
  readonly radius?: number;
  /** First damping of Levenberg–Marquardt (relative) and first weight of the cubic term. */
  readonly damping?: number;
  /** Lanczos vectors of saddle-free Newton; without it the Hessian is written out. */
  readonly subspace?: number;
}

export function isStop(outcome: Step | Stop): outcome is Stop {
  return "status" in outcome;
}

/** The reason when no step lowers the objective: rounding hides what is left. */
export function stalled(what: string): Stop {
  return { status: "stalled", message: `${what}: rounding hides any further decrease` };
}
