/**
 * Levenberg–Marquardt: a damped step whose damping rises when f does and falls when it falls.
 *
 * For a sum of squares with residuals r and Jacobian J it is min ‖Js + r‖² + μ‖Ds‖² by QR, with D the
 * largest column norms of J so far, so that the units of x do not matter: Gauss–Newton near a
 * solution, gradient descent far away. For any other objective it is (H + μI)s = −g, with μ raised
 * until H + μI is positive definite. Levenberg 1944; Marquardt 1963; Moré 1978; *Deep Learning*, 8.6.1.
 */
import { addScaled, dot, norm, scaled } from "../operators/vectors.js";
import { cholesky } from "../spectra/cholesky.js";
import { leastSquares } from "../spectra/least-squares.js";
import {
  agreement,
  type LeastSquaresParts,
  modelChange,
  type Oracle,
  type Point,
} from "./objective.js";
import { type Solver, stalled } from "./solver.js";

/** A step for a damping, with the decrease of f that the model predicts; undefined if indefinite. */
type Damped = (mu: number) => { step: Float64Array; predicted: number } | undefined;

export const levenbergMarquardt: Solver = (oracle, { damping = 1e-3 }) => {
  let mu = damping;
  let growth = 2;
  const scales = new Float64Array(oracle.size);
  return (from) => {
    const parts = oracle.objective.leastSquares;
    const solve = parts ? gaussNewton(oracle, parts, from, scales) : shiftedHessian(oracle, from);
    for (;;) {
      const solved = solve(mu);
      if (solved) {
        const point = oracle.at(addScaled(from.x, 1, solved.step));
        const gain = agreement(from, point, solved.predicted);
        if (gain > 1e-4) {
          const used = mu;
          // Nielsen's rule (1999): smooth in the gain, down to a third.
          mu = Math.max(1e-20, mu * Math.max(1 / 3, 1 - (2 * gain - 1) ** 3));
          growth = 2;
          return { point, details: { damping: used, gain } };
        }
        if (norm(solved.step) <= 2 ** -54 * norm(from.x)) return stalled("levenberg-marquardt");
      }
      if (mu > 1e50) return stalled("levenberg-marquardt");
      mu = Math.max(mu, 1e-16) * growth;
      growth *= 2;
    }
  };
};

function gaussNewton(
  oracle: Oracle,
  { residuals, jacobian, factor }: LeastSquaresParts,
  from: Point,
  scales: Float64Array,
): Damped {
  const r = residuals(from.x);
  const rows = jacobian(from.x);
  oracle.njev += 1;
  const n = from.x.length;
  const columnNorms = Float64Array.from({ length: n }, (_, j) =>
    norm(Float64Array.from(rows, (row) => row[j]!)),
  );
  columnNorms.forEach((size, j) => {
    scales[j] = Math.max(scales[j]!, size);
  });
  const right = Float64Array.from({ length: r.length + n }, (_, i) => (i < r.length ? -r[i]! : 0));
  return (mu) => {
    const extra = Array.from(scales, (scale, j) => {
      const row = new Float64Array(n);
      row[j] = Math.sqrt(mu) * (scale > 0 ? scale : 1);
      return row;
    });
    const { x: step } = leastSquares([...rows, ...extra], right);
    const linear = Float64Array.from(rows, (row, i) => {
      let sum = r[i]!;
      for (let j = 0; j < n; j++) sum += row[j]! * step[j]!;
      return sum;
    });
    return { step, predicted: factor * (dot(r, r) - dot(linear, linear)) };
  };
}

function shiftedHessian(oracle: Oracle, from: Point): Damped {
  const hessian = oracle.hessian(from.x);
  const rows = hessian.map((row) => Float64Array.from(row));
  let size = 0;
  for (const row of rows) for (const entry of row) size = Math.max(size, Math.abs(entry));
  const unit = size > 0 ? size : 1;
  return (mu) => {
    const shift = mu * unit;
    if (!Number.isFinite(size + shift)) return undefined;
    const moved = rows.map((row, i) => row.map((entry, j) => (i === j ? entry + shift : entry)));
    const factor = cholesky(moved);
    if (!factor) return undefined;
    const step = scaled(-1, factor.solve(from.gradient));
    const image = Float64Array.from(rows, (row) => dot(row, step));
    return { step, predicted: -modelChange(from.gradient, step, image) };
  };
}
