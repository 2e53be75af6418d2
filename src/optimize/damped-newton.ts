/**
 * Damped Newton: (H + αI)d = −g with the least α of a doubling sequence that makes H + αI positive
 * definite, then a backtracking line search along d.
 *
 * Near a minimum α = 0 and the step is Newton's, so convergence is quadratic; elsewhere d is a descent
 * direction. Nocedal and Wright, algorithm 3.3; *Deep Learning*, equation 8.28.
 */
import type { Rows } from "../operators/linear-operator.js";
import { scaled } from "../operators/vectors.js";
import { type Cholesky, cholesky } from "../spectra/cholesky.js";
import { backtrack } from "./line-search.js";
import { type Solver, stalled } from "./solver.js";

export const dampedNewton: Solver = (oracle) => (from) => {
  const { factor, damping } = positiveDefinite(oracle.hessian(from.x));
  const direction = scaled(-1, factor.solve(from.gradient));
  const searched = backtrack(oracle, from, direction);
  if (!searched) return stalled("damped-newton");
  return { point: searched.point, details: { stepSize: searched.stepSize, damping } };
};

/** The factor of H + αI for the first α that allows one. */
function positiveDefinite(hessian: Rows): { factor: Cholesky; damping: number } {
  let size = 0;
  let least = Number.POSITIVE_INFINITY;
  hessian.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) size = Math.max(size, Math.abs(row[j]!));
    least = Math.min(least, row[i]!);
  });
  const unit = 1e-3 * (size > 0 ? size : 1);
  for (let damping = least > 0 ? 0 : unit - least; ; damping = Math.max(2 * damping, 1e-3 * unit)) {
    const factor = cholesky(hessian.map((row, i) => shifted(row, i, damping)));
    if (factor && wellPosed(factor)) return { factor, damping };
  }
}

/** Pivots that differ by more than rounding can tell make a direction of noise. */
function wellPosed(factor: Cholesky): boolean {
  const pivots = factor.lower.map((row, i) => row[i]! ** 2);
  return Math.min(...pivots) > 1e-15 * Math.max(...pivots);
}

function shifted(row: ArrayLike<number>, i: number, damping: number): Float64Array {
  const moved = Float64Array.from(row);
  moved[i]! += damping;
  return moved;
}
