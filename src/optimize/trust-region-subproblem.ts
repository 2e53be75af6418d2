/**
 * min gᵀs + ½sᵀHs subject to ‖s‖ ≤ Δ, exactly, the hard case included.
 *
 * The solution is known by (H + λI)s = −g, λ ≥ 0, H + λI positive semidefinite and λ(Δ − ‖s‖) = 0.
 * One eigendecomposition serves every radius. Conn, Gould and Toint, *Trust-Region Methods*, 7.2–7.3.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { vectorOf } from "../operators/vector-of.js";
import { maxAbs } from "../operators/vectors.js";
import { type Eigh, eigh } from "../spectra/eigh.js";
import { type ShiftedStep, shiftedStep } from "./shifted-step.js";

/**
 * H is n × n symmetric, g has n entries, radius > 0; an eigendecomposition, 5n³ operations.
 *
 * @example
 * trustRegionSubproblem([[1, 0, 4], [0, 2, 0], [4, 0, 3]], [5, 0, 4], 1).step // [-1, 0, 0]
 */
export function trustRegionSubproblem(
  H: Rows | LinearOperator,
  g: ArrayLike<number>,
  radius: number,
): ShiftedStep {
  const gradient = vectorOf("trustRegionSubproblem: g", g);
  if (gradient.length === 0) throw new RangeError("trustRegionSubproblem: g is empty");
  if (!(radius > 0 && Number.isFinite(radius))) {
    throw new RangeError(
      `trustRegionSubproblem: the radius is ${radius}; a positive, finite number is needed`,
    );
  }
  const eigen = eigh(H);
  if (gradient.length !== eigen.eigenvalues.length) {
    throw new RangeError(
      `trustRegionSubproblem: g has ${gradient.length} entries, H has size ${eigen.eigenvalues.length}`,
    );
  }
  return solveInEigenbasis(eigen, gradient, radius);
}

/**
 * The same, for a Hessian that is already decomposed. With s = Δt and both g and ΔH divided by the
 * larger of their sizes, the radius is 1 and no square can overflow or vanish.
 */
export function solveInEigenbasis(eigen: Eigh, g: Float64Array, radius: number): ShiftedStep {
  const size = Math.max(maxAbs(g), radius * maxAbs(eigen.eigenvalues));
  const unit = size > 0 && Number.isFinite(size) ? size : 1;
  const scaledEigen = {
    eigenvalues: eigen.eigenvalues.map((value) => (value * radius) / unit),
    eigenvectors: eigen.eigenvectors,
  };
  const solved = shiftedStep(
    scaledEigen,
    g.map((entry) => entry / unit),
    {
      inverse: () => 1,
      slope: () => 0,
      bound: (length) => length,
      allowsNewton: (length) => length <= 1,
    },
  );
  return {
    ...solved,
    step: solved.step.map((entry) => entry * radius),
    multiplier: (solved.multiplier * unit) / radius,
  };
}
