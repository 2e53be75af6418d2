/**
 * Lanczos: an orthonormal basis V of a Krylov space in which a symmetric A is tridiagonal, VᵀAV = T.
 *
 * Eigenvalues of T approximate those of A, the extreme ones first. In exact arithmetic three terms
 * keep V orthogonal; in floating point that fails as soon as an eigenvalue converges and ghosts of it
 * appear, so each vector is orthogonalised against all earlier ones. When the next vector vanishes the
 * space is invariant: the process stops ("breakdown") and the eigenvalues of T are eigenvalues of A.
 * Golub and Van Loan, 10.1 and 10.3; Paige 1971.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { type LongWork, Pace } from "../operators/pace.js";
import { vectorOf } from "../operators/vector-of.js";
import { axpy, dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { checkedOperator, checkSymmetry } from "./checked-operator.js";
import { KrylovBasis } from "./krylov-basis.js";
import type { ProductProgress } from "./probes.js";
import { tridiagonalQl } from "./tridiagonal-ql.js";

export interface LanczosOptions extends LongWork<ProductProgress> {
  /** The number of steps, at most the operator's size, which is also the default. */
  readonly k?: number;
  /** The first vector, of any length but zero; otherwise drawn from `seed`. */
  readonly start?: ArrayLike<number>;
  readonly seed?: number;
}

export interface Lanczos {
  /** αⱼ = vⱼᵀAvⱼ: the diagonal of T, one entry a step. */
  readonly diagonal: Float64Array;
  /** βⱼ = vⱼ₊₁ᵀAvⱼ: the entries beside it, one fewer. */
  readonly offDiagonal: Float64Array;
  /** v₁ … vₘ, orthonormal. */
  readonly basis: Float64Array[];
  /** The eigenvalues of T (Ritz values), ascending. */
  readonly eigenvalues: Float64Array;
  /** ‖AV − VT‖: the length of the vector that would come next, 0 after a breakdown. */
  readonly residual: number;
  /** Whether an invariant space was found before k steps were taken. */
  readonly breakdown: boolean;
  readonly products: number;
}

/**
 * A next vector this short, relative to ‖A‖, counts as none. Rounding that leaves the Krylov space is
 * amplified step by step, so what should vanish after a dozen steps is far above 1e-16.
 */
const VANISHED = 1e-10;

/**
 * At most k steps on a symmetric operator; k products and 4nk² operations, 8nk bytes.
 *
 * @example
 * // Two distinct eigenvalues, so two steps:
 * (await lanczos(fromMatrix([[2, 0, 0], [0, 2, 0], [0, 0, 5]]))).eigenvalues // [2, 5]
 */
export async function lanczos(
  matrix: LinearOperator | Rows,
  options: LanczosOptions = {},
): Promise<Lanczos> {
  const op = checkedOperator("lanczos", matrix);
  checkOptionNames("lanczos", options, ["k", "start", "seed", "onProgress", "signal"]);
  const n = op.size;
  const { k = n, seed = 0, onProgress } = options;
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`lanczos: k = ${k}; a whole number of at least 1 is needed`);
  }
  if (k > n) throw new RangeError(`lanczos: k = ${k} is more than the operator's size ${n}`);
  const pace = new Pace(options.signal);
  const start = options.start ? vectorOf("lanczos: the start", options.start) : undefined;
  const process = lanczosSteps(op, start ?? new Random(seed).normals(n));
  await pace.step();
  let state = process.next().value;
  onProgress?.({ done: 1, products: 1, of: k });
  while (state.residual > 0 && state.alphas.length < k) {
    await pace.step();
    state = process.next().value;
    const products = state.alphas.length;
    onProgress?.({ done: products, products, of: k });
  }
  const { alphas, betas, basis, residual } = state;
  const diagonal = Float64Array.from(alphas);
  const offDiagonal = Float64Array.from(betas.slice(0, alphas.length - 1));
  const eigenvalues = diagonal.slice();
  tridiagonalQl(eigenvalues, offDiagonal.slice());
  return {
    diagonal,
    offDiagonal,
    basis: basis.slice(0, alphas.length),
    eigenvalues: eigenvalues.sort(),
    residual,
    breakdown: residual === 0 && alphas.length < k,
    products: alphas.length,
  };
}

export interface LanczosState {
  readonly alphas: readonly number[];
  /** One fewer than `alphas`, but for the last residual, which is there when it is not 0. */
  readonly betas: readonly number[];
  readonly basis: readonly Float64Array[];
  readonly residual: number;
}

/**
 * The process step by step, one product each; after a breakdown it stays where it is. `op` returns
 * fresh vectors, which the process keeps.
 */
export function* lanczosSteps(
  op: LinearOperator,
  start: Float64Array,
): Generator<LanczosState, never> {
  const alphas: number[] = [];
  const betas: number[] = [];
  let v = unit(start, op.size);
  const krylov = new KrylovBasis(op.size);
  const basis: readonly Float64Array[] = krylov.vectors;
  krylov.push(v);
  let scale = 0;
  for (;;) {
    const w = op.apply(v);
    alphas.push(dot(v, w));
    scale = Math.max(scale, norm(w));
    if (!Number.isFinite(scale)) {
      throw new RangeError(`lanczos: product ${alphas.length} with the operator is not finite`);
    }
    // The two terms that theory knows first: what is left to remove is then rounding, in one pass.
    axpy(-alphas.at(-1)!, v, w);
    if (basis.length > 1) {
      const [before, beta] = [basis.at(-2)!, betas.at(-1)!];
      checkSymmetry("lanczos", dot(before, w), beta, scale);
      axpy(-beta, before, w);
    }
    let residual = krylov.orthogonalize(w);
    if (residual <= VANISHED * scale || alphas.length === op.size) residual = 0;
    if (residual > 0) {
      betas.push(residual);
      v = divide(w, residual);
    }
    yield { alphas, betas, basis, residual };
    while (residual === 0) yield { alphas, betas, basis, residual };
    krylov.push(v);
  }
}

/** w / length, in place: it is ours. */
export function divide(w: Float64Array, length: number): Float64Array {
  for (let i = 0; i < w.length; i++) w[i]! /= length;
  return w;
}

function unit(start: Float64Array, n: number): Float64Array {
  if (start.length !== n) {
    throw new RangeError(`lanczos: the start has ${start.length} entries, the operator size ${n}`);
  }
  const length = norm(start);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new RangeError(`lanczos: the start has norm ${length}; a finite non-zero one is needed`);
  }
  return start.map((value) => value / length);
}
