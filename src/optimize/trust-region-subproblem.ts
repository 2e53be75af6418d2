/**
 * min gᵀs + ½sᵀHs subject to ‖s‖ ≤ Δ, exactly, the hard case included.
 *
 * The solution is known by (H + λI)s = −g, λ ≥ 0, H + λI positive semidefinite and λ(Δ − ‖s‖) = 0.
 * One eigendecomposition serves every radius. Conn, Gould and Toint, *Trust-Region Methods*, 7.2–7.3.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
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
  const eigen = eigh(H);
  if (g.length !== eigen.eigenvalues.length) {
    throw new RangeError(
      `trustRegionSubproblem: g has ${g.length} entries, H has size ${eigen.eigenvalues.length}`,
    );
  }
  if (!(radius > 0)) {
    throw new RangeError(`trustRegionSubproblem: the radius is ${radius}; it must be positive`);
  }
  return solveInEigenbasis(eigen, Float64Array.from(g), radius);
}

/** The same, for a Hessian that is already decomposed. */
export function solveInEigenbasis(eigen: Eigh, g: Float64Array, radius: number): ShiftedStep {
  return shiftedStep(eigen, g, {
    inverse: () => 1 / radius,
    slope: () => 0,
    bound: (size) => size / radius,
    allowsNewton: (length) => length <= radius,
  });
}
