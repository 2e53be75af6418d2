/**
 * Nonlinear conjugate gradients with the direction of Hager and Zhang (CG_DESCENT).
 *
 * d ← −g + βd with β = (y − 2d‖y‖²/dᵀy)ᵀg / dᵀy, y the change of the gradient: always a descent
 * direction, gᵀd ≤ −⅞‖g‖², and on quadratics with exact steps the linear method, done after as many
 * steps as there are distinct eigenvalues. Hager and Zhang, SIAM J. Optim. 16:1, 2005.
 */
import { addScaled, dot, norm, scaled, subtract } from "../operators/vectors.js";
import { exact, wolfe } from "./line-search.js";
import type { Point } from "./objective.js";
import { type Solver, stalled } from "./solver.js";

export const conjugateGradient: Solver = (oracle, { lineSearch }) => {
  let before: { point: Point; direction: Float64Array; stepSize: number } | undefined;
  return (from) => {
    for (const restart of before ? [false, true] : [true]) {
      const direction =
        before && !restart ? nextDirection(from, before) : scaled(-1, from.gradient);
      const first = firstStep(from, direction, before);
      const searched =
        lineSearch === "exact"
          ? exact(oracle, from, direction, first)
          : wolfe(oracle, from, direction, first, 0.1);
      if (searched) {
        before = { point: from, direction, stepSize: searched.stepSize };
        return { point: searched.point, details: { stepSize: searched.stepSize } };
      }
    }
    return stalled("cg");
  };
};

function nextDirection(
  from: Point,
  before: { point: Point; direction: Float64Array },
): Float64Array {
  const { direction: d } = before;
  const y = subtract(from.gradient, before.point.gradient);
  const dy = dot(d, y);
  const beta = (dot(y, from.gradient) - (2 * dot(y, y) * dot(d, from.gradient)) / dy) / dy;
  // Bounded below, so that a step across a valley cannot turn the direction back for good.
  const least = -1 / (norm(d) * Math.min(0.01, before.point.gradientNorm));
  return addScaled(scaled(-1, from.gradient), Math.max(beta, least), d);
}

/** The step that promises the same first-order decrease as the last one did. */
function firstStep(
  from: Point,
  direction: Float64Array,
  before: { point: Point; direction: Float64Array; stepSize: number } | undefined,
): number {
  if (!before) return 1 / Math.max(1, from.gradientNorm);
  const promised = before.stepSize * dot(before.point.gradient, before.direction);
  const slope = dot(from.gradient, direction);
  return slope < 0 ? promised / slope : before.stepSize;
}
