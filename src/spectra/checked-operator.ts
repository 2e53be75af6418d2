/**
 * The operator under a spectral algorithm, with what it returns checked at the boundary.
 *
 * A product of the wrong length, or with NaN in it, would come out far from its cause: as a strange
 * eigenvalue, or as a trace of 0. And these algorithms hold for symmetric operators only; Lanczos sees
 * vⱼᵀAvₖ and vₖᵀAvⱼ both, so that it can tell.
 */
import { asOperator } from "../operators/from-matrix.js";
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { isFiniteVector } from "../operators/vectors.js";

/** Products that differ by this share of ‖A‖ are no rounding, not even that of float32. */
const ASYMMETRY = 1e-3;

/** Each product is a fresh vector of finite numbers, or an error that names the algorithm. */
export function checkedOperator(who: string, matrix: LinearOperator | Rows): LinearOperator {
  const op = asOperator(matrix);
  const n = op.size;
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`${who}: the operator's size is ${n}; a whole number from 1 is needed`);
  }
  let products = 0;
  const checked = (image: ArrayLike<number>): Float64Array => {
    products += 1;
    if (image.length !== n) {
      throw new RangeError(
        `${who}: a product with the operator has ${image.length} entries, its size is ${n}`,
      );
    }
    const own = image instanceof Float64Array ? image.slice() : Float64Array.from(image);
    if (!isFiniteVector(own)) {
      const at = own.findIndex((entry) => !Number.isFinite(entry));
      throw new RangeError(
        `${who}: product ${products} with the operator is not finite: entry ${at} is ${own[at]}`,
      );
    }
    return own;
  };
  return {
    size: n,
    apply: (v) => checked(op.apply(v)),
    ...(op.applyBlock && { applyBlock: (vs) => op.applyBlock!(vs).map(checked) }),
  };
}

/** Throws where uᵀAv and vᵀAu differ by more than any rounding; `size` is about ‖A‖. */
export function checkSymmetry(who: string, uAv: number, vAu: number, size: number): void {
  if (Math.abs(uAv - vAu) <= ASYMMETRY * size) return;
  throw new RangeError(
    `${who}: the operator is not symmetric: uᵀAv is ${uAv} and vᵀAu is ${vAu}; ` +
      "for a matrix A that is not, take AᵀA or (A + Aᵀ)/2; a loss must be the same at each call, " +
      "without dropout or fresh batches",
  );
}
