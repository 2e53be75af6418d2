/**
 * A linear map known by its products with vectors: all that the spectral algorithms ever see.
 *
 * A Hessian of a million parameters fits in no memory, but its product with a vector costs a few
 * gradients. An operator is square and, wherever a spectrum is asked for, symmetric. `apply`
 * returns a fresh vector, leaves its argument alone, and refuses a wrong length.
 */

export interface LinearOperator {
  /** n: the length of the vectors that go in and come out. */
  readonly size: number;
  /** v ↦ Av. */
  apply(v: Float64Array): Float64Array;
  /** Many products at once, for operators that serve a block cheaper than vector by vector. */
  applyBlock?(vs: readonly Float64Array[]): Float64Array[];
}

/** A matrix as its rows; arrays of numbers and Float64Arrays both do. */
export type Rows = readonly ArrayLike<number>[];

/** Av for each v of a block, through `applyBlock` where the operator has one. */
export function applyToBlock(op: LinearOperator, vs: readonly Float64Array[]): Float64Array[] {
  return op.applyBlock ? op.applyBlock(vs) : vs.map((v) => op.apply(v));
}

/** Throws unless v has the operator's size; `who` is the operator's name in the message. */
export function checkLength(who: string, size: number, v: ArrayLike<number>): void {
  if (v.length !== size) {
    throw new RangeError(`${who}: a vector of ${v.length} entries was applied to size ${size}`);
  }
}

/** Throws unless `op` is an operator: rows of a matrix become one by `fromMatrix`. */
export function checkOperator(who: string, op: LinearOperator): void {
  const given: unknown = op;
  if (typeof given === "object" && given !== null && "apply" in given && "size" in given) return;
  const found = Array.isArray(given) ? "an array" : given === null ? "null" : typeof given;
  throw new TypeError(
    `${who}: ${found} is no operator; give one of hessian(…) or fromMatrix(rows), for example`,
  );
}
