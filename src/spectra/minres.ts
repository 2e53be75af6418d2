/**
 * MINRES: min ‖Ax − b‖ over growing Krylov spaces of a symmetric A, definite or not, singular or not.
 *
 * Lanczos gives AVₖ = Vₖ₊₁Tₖ with T tridiagonal, so that the residual of x = Vₖy is that of a small
 * least-squares problem, ‖Tₖy − ‖b‖e₁‖, which one plane rotation a step solves. Where the space turns
 * out to be invariant, T alone is left, and its pseudo-inverse gives A⁺b: the shortest solution.
 * Paige and Saunders, SIAM J. Numer. Anal. 12, 1975; Choi, Paige and Saunders 2011 for singular A.
 */
import type { LinearOperator } from "../operators/linear-operator.js";
import { combine, norm } from "../operators/vectors.js";
import { type LanczosState, lanczosSteps } from "./lanczos.js";
import { tridiagonalEigh } from "./tridiagonal-eigh.js";

export interface Minres {
  readonly x: Float64Array;
  /** ‖Ax − b‖, as the recurrence knows it. */
  readonly residual: number;
  readonly products: number;
}

/** Eigenvalues of T below this share of its largest are zero, and so is such a share of ‖A‖‖r‖. */
const ZERO = 1e-10;

/**
 * Ends when ‖Ax − b‖ ≤ rtol·‖b‖, when no more can be gained because Ar vanishes, or after
 * `maxProducts`, n unless given. b is not zero. One product a step, 8nk bytes after k.
 *
 * @example minres(fromMatrix([[2, 0], [0, 0]]), Float64Array.of(2, 1)).x // [1, 0], residual 1
 */
export function minres(
  op: LinearOperator,
  b: Float64Array,
  { rtol = 1e-10, maxProducts = op.size }: { rtol?: number; maxProducts?: number } = {},
): Minres {
  const size = norm(b);
  const process = lanczosSteps(op, b);
  const triangle = new RotatedTriangle(size);
  for (;;) {
    const state = process.next().value;
    const k = state.alphas.length;
    if (state.residual === 0) return shortest(state, size, k);
    const gain = triangle.append(state.alphas[k - 1]!, state.betas[k - 2] ?? 0, state.residual);
    if (triangle.residual <= rtol * size || gain <= ZERO || k >= maxProducts) {
      // A column that gains nothing has a pivot of rounding, and would be divided by it.
      const used = gain <= ZERO ? k - 1 : k;
      const x = combine(state.basis.slice(0, used), triangle.solve(used), b.length);
      return { x, residual: triangle.residual, products: k };
    }
  }
}

/** A⁺b from an invariant space: T⁺‖b‖e₁ in its basis. */
function shortest(state: LanczosState, size: number, k: number): Minres {
  const { eigenvalues, vectors } = tridiagonalEigh(
    Float64Array.from(state.alphas),
    Float64Array.from(state.betas.slice(0, k - 1)),
  );
  const largest = Math.max(Math.abs(eigenvalues[0]!), Math.abs(eigenvalues[k - 1]!));
  const y = new Float64Array(k);
  let lost = 0;
  eigenvalues.forEach((value, i) => {
    const first = size * vectors[i * k]!;
    if (Math.abs(value) <= ZERO * largest) {
      lost += first * first;
      return;
    }
    for (let j = 0; j < k; j++) y[j]! += (first / value) * vectors[i * k + j]!;
  });
  const x = combine(state.basis.slice(0, k), y, state.basis[0]!.length);
  return { x, residual: Math.sqrt(lost), products: k };
}

/** Tₖ made upper triangular, with three diagonals, by a rotation of rows k and k + 1 at each step. */
class RotatedTriangle {
  /** ‖Tₖy − ‖b‖e₁‖ at the best y. */
  residual: number;
  private readonly columns: (readonly [far: number, near: number, pivot: number])[] = [];
  private readonly right: number[] = [];
  private readonly rotations: (readonly [cosine: number, sine: number])[] = [];
  private largest = 0;
  /** Each rotation turns the sign of the small problem's residual. */
  private sign = 1;

  constructor(size: number) {
    this.residual = size;
  }

  /** Column k of T; returns ‖Ar‖/(‖A‖‖r‖) of the residual before it. */
  append(alpha: number, before: number, beta: number): number {
    const [older, last] = [this.rotations.at(-2), this.rotations.at(-1)];
    const far = older ? older[1] * before : 0;
    const lifted = older ? older[0] * before : before;
    const near = last ? last[0] * lifted + last[1] * alpha : 0;
    const pivot = last ? last[0] * alpha - last[1] * lifted : alpha;
    const length = Math.hypot(pivot, beta);
    this.largest = Math.max(this.largest, Math.abs(alpha) + before + beta);
    this.rotations.push([pivot / length, beta / length]);
    this.columns.push([far, near, length]);
    this.right.push(this.sign * this.residual * (pivot / length));
    this.sign = -this.sign;
    this.residual *= beta / length;
    return length / this.largest;
  }

  /** The best y of k entries, by back substitution. */
  solve(k: number): Float64Array {
    const y = new Float64Array(k);
    for (let j = k - 1; j >= 0; j--) {
      let sum = this.right[j]!;
      if (j + 1 < k) sum -= this.columns[j + 1]![1] * y[j + 1]!;
      if (j + 2 < k) sum -= this.columns[j + 2]![0] * y[j + 2]!;
      y[j] = sum / this.columns[j]![2];
    }
    return y;
  }
}
