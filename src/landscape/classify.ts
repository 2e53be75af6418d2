/**
 * What kind of point this is: the signs of the Hessian's eigenvalues, and how sure one may be.
 *
 * The index is the number of negative eigenvalues. Eigenvalues within `rtol` of zero decide nothing:
 * the point is then marked degenerate, and its kind is what the others say. A point can pass for
 * critical because its gradient is small, and yet only be flat: there g nearly lies in the kernel of
 * H, ‖Hg‖/‖g‖ is small, and Newton's method crawls (Frye and others, "Critical point-finding methods
 * reveal gradient-flat regions", Neural Computation 33, 2021). *Deep Learning*, 4.3.1 and 8.2.3.
 */
import { fromMatrix } from "../operators/from-matrix.js";
import { vectorOf } from "../operators/vector-of.js";
import { norm } from "../operators/vectors.js";
import { type ObjectiveSpec, Oracle } from "../optimize/objective.js";
import { eigenvalues as eigenvaluesOf } from "../spectra/eigh.js";

export type Kind = "minimum" | "maximum" | "saddle" | "degenerate";

export interface Classified {
  readonly x: Float64Array;
  readonly fun: number;
  readonly gradientNorm: number;
  /** From the eigenvalues that are not zero; "degenerate" when all are. */
  readonly kind: Kind;
  /** How many eigenvalues are negative. */
  readonly index: number;
  /** How many are zero to within the tolerance. */
  readonly nullity: number;
  /** nullity > 0: the second-order test alone does not prove the kind. */
  readonly degenerate: boolean;
  /** Ascending. */
  readonly eigenvalues: Float64Array;
  /** ‖Hg‖/‖g‖, 0 where g = 0; far below the eigenvalues, it betrays a flat region. */
  readonly flatness: number;
}

/**
 * x as a critical point of f; the Hessian is written out, 4n³/3 operations.
 *
 * @example
 * const { kind, index, eigenvalues } = classify(problems.quadratic([3, -2]), [0, 0]);
 * kind; // "saddle"
 * index; // 1
 * eigenvalues; // [-2, 3]
 */
export function classify(
  objective: ObjectiveSpec,
  x: ArrayLike<number>,
  options: { readonly rtol?: number } = {},
): Classified {
  const { rtol = 1e-8 } = options;
  if (!(rtol >= 0 && rtol < 1)) {
    throw new RangeError(`classify: rtol = ${rtol}; a number from 0 to below 1 is needed`);
  }
  const at = vectorOf("classify: x", x);
  const oracle = new Oracle(objective, at.length, "classify");
  const { fun, gradient, gradientNorm } = oracle.at(at);
  const hessian = oracle.hessian(at);
  const eigenvalues = eigenvaluesOf(hessian);
  const size = Math.max(Math.abs(eigenvalues[0]!), Math.abs(eigenvalues.at(-1)!));
  const index = eigenvalues.filter((value) => value < -rtol * size).length;
  const positive = eigenvalues.filter((value) => value > rtol * size).length;
  const nullity = eigenvalues.length - index - positive;
  const flatness = gradientNorm > 0 ? norm(fromMatrix(hessian).apply(gradient)) / gradientNorm : 0;
  const kind = kindOf(index, positive);
  const degenerate = nullity > 0;
  return { x: at, fun, gradientNorm, kind, index, nullity, degenerate, eigenvalues, flatness };
}

function kindOf(negative: number, positive: number): Kind {
  if (negative > 0 && positive > 0) return "saddle";
  if (positive > 0) return "minimum";
  return negative > 0 ? "maximum" : "degenerate";
}
