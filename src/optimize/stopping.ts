/**
 * When a run ends that no method ended: found, lost, told to stop, or out of steps.
 *
 * A run is lost when f is not a number any more, or when x has gone so far that nothing can be said:
 * there f falls for ever, or the steps grow for ever. A method that ends such a run for a reason of its
 * own, because far out the Hessian vanishes or rounding hides every decrease, has not found that reason:
 * it has diverged.
 */
import { isFiniteVector, maxAbs } from "../operators/vectors.js";
import type { Point } from "./objective.js";
import type { Stop } from "./solver.js";

/** Beyond this times the size of the start nothing is expected any more; its square is finite yet. */
const LOST = 1e100;
/** A method's own reason to stop counts for nothing beyond this times the size of the start. */
const FAR = 100;

export interface Limits {
  readonly gtol: number;
  readonly maxIterations: number;
}

/** The reason to stop after `nit` steps from `start`, if there is one; `wanted` is onStep's word. */
export function reasonToStop(
  start: Point,
  point: Point,
  nit: number,
  wanted: boolean,
  { gtol, maxIterations }: Limits,
): Stop | undefined {
  const size = point.gradientNorm.toExponential(2);
  if (!Number.isFinite(point.fun) || !Number.isFinite(point.gradientNorm)) {
    return diverged(nit, `f = ${point.fun} and the gradient's norm is ${size}`);
  }
  if (!isFiniteVector(point.x) || distance(point) > LOST * Math.max(1, distance(start))) {
    return diverged(nit, runaway(start, point));
  }
  if (point.gradientNorm <= gtol) {
    return {
      status: "converged",
      message: `the gradient's norm ${size} is at most gtol = ${gtol}`,
    };
  }
  if (!wanted) return { status: "stopped", message: `onStep ended the run after ${nit} steps` };
  if (nit >= maxIterations) {
    return {
      status: "max-iterations",
      message: `maxIterations = ${maxIterations} reached; the gradient's norm is ${size}`,
    };
  }
  return undefined;
}

/** The method's reason, unless the run has run away. */
export function methodsReason(start: Point, point: Point, nit: number, reason: Stop): Stop {
  const far = distance(point) > FAR * Math.max(1, distance(start));
  const lost = reason.status === "singular" ? far && point.gradientNorm > 0 : point.fun < -1e150;
  return lost ? diverged(nit, `${runaway(start, point)} (${reason.message})`) : reason;
}

export function diverged(nit: number, what: string): Stop {
  return { status: "diverged", message: `diverged: after ${nit} steps ${what}` };
}

function runaway(start: Point, point: Point): string {
  const where = `an entry of x is ${distance(point).toExponential(2)}`;
  const falls = point.fun < start.fun;
  return falls
    ? `${where} and f = ${point.fun.toExponential(2)}: f seems to have no minimum that way`
    : `${where}: the steps grow`;
}

function distance({ x }: Point): number {
  return maxAbs(x);
}
