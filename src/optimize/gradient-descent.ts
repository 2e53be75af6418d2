/**
 * Gradient descent: x ← x − η∇f(x), with η fixed, exact along the line, or by the Wolfe conditions.
 *
 * With a fixed step it is stable where the sharpness λmax stays below 2/η. With exact steps on a
 * quadratic of condition number κ, f falls each step by ((κ−1)/(κ+1))² at worst (Kantorovich).
 * Goodfellow, Bengio and Courville, *Deep Learning*, 4.3 and 8.2.1.
 */
import { addScaled, scaled } from "../operators/vectors.js";
import { exact, wolfe } from "./line-search.js";
import { type Solver, stalled } from "./solver.js";

export const gradientDescent: Solver = (oracle, options) => {
  const { stepSize } = options;
  const lineSearch = options.lineSearch ?? (stepSize === undefined ? "wolfe" : "fixed");
  const fixed = stepSize ?? 0.01;
  let last = 0;
  return (from) => {
    if (lineSearch === "fixed") {
      const point = oracle.at(addScaled(from.x, -fixed, from.gradient));
      return { point, details: { stepSize: fixed } };
    }
    const direction = scaled(-1, from.gradient);
    const first = last > 0 ? last : (stepSize ?? 1 / Math.max(1, from.gradientNorm));
    const searched =
      lineSearch === "exact"
        ? exact(oracle, from, direction, first)
        : wolfe(oracle, from, direction, first, 0.5);
    if (!searched) return stalled(`gradient-descent with ${lineSearch} steps`);
    last = searched.stepSize;
    return { point: searched.point, details: { stepSize: last } };
  };
};
