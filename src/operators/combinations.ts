/**
 * Operators made of operators: sums, multiples, shifts, and restrictions to some coordinates.
 *
 * Each is as lazy as its parts: a product with A + cI is a product with A and one axpy, and a block
 * product passes through as a block.
 */
import {
  applyToBlock,
  checkLength,
  checkOperator,
  type LinearOperator,
} from "./linear-operator.js";
import { addScaled, axpy, scaled } from "./vectors.js";

/** Builds an operator from what it does to a block; its `apply` is a block of one. */
function fromBlocks(
  who: string,
  size: number,
  applyBlock: (vs: readonly Float64Array[]) => Float64Array[],
): LinearOperator {
  const checked = (vs: readonly Float64Array[]) => {
    for (const v of vs) checkLength(who, size, v);
    return applyBlock(vs);
  };
  return { size, apply: (v) => checked([v])[0]!, applyBlock: checked };
}

/**
 * A₁ + A₂ + …, all of one size; the minibatch Hessians of a sum of losses, for example.
 *
 * @example
 * toMatrix(sum(fromMatrix([[2, 1], [1, 2]]), diagonalOperator([10, 20])));
 * // [[12, 1], [1, 22]]
 */
export function sum(...terms: readonly LinearOperator[]): LinearOperator {
  const first = terms[0];
  if (!first) throw new RangeError("sum: no operators were given; at least one is needed");
  for (const term of terms) checkOperator("sum", term);
  const odd = terms.find((term) => term.size !== first.size);
  if (odd) {
    throw new RangeError(`sum: operators of sizes ${first.size} and ${odd.size} do not add`);
  }
  return fromBlocks("sum", first.size, (vs) => {
    const totals = vs.map(() => new Float64Array(first.size));
    for (const term of terms) {
      applyToBlock(term, vs).forEach((product, i) => {
        axpy(1, product, totals[i]!);
      });
    }
    return totals;
  });
}

/**
 * cA.
 *
 * @example
 * toMatrix(scale(3, fromMatrix([[2, 1], [1, 2]]))); // [[6, 3], [3, 6]]
 */
export function scale(factor: number, op: LinearOperator): LinearOperator {
  checkOperator("scale", op);
  return fromBlocks("scale", op.size, (vs) => applyToBlock(op, vs).map((p) => scaled(factor, p)));
}

/**
 * A + cI: damping, or a spectrum moved by c.
 *
 * @example
 * toMatrix(shift(fromMatrix([[2, 1], [1, 2]]), 10)); // [[12, 1], [1, 12]]
 */
export function shift(op: LinearOperator, amount: number): LinearOperator {
  checkOperator("shift", op);
  return fromBlocks("shift", op.size, (vs) =>
    applyToBlock(op, vs).map((product, i) => addScaled(product, amount, vs[i]!)),
  );
}

/**
 * PAPᵀ: the block of A on the given coordinates, in the order given; a layer's own Hessian.
 *
 * @example toMatrix(restrict(fromMatrix([[1, 2, 3], [2, 4, 5], [3, 5, 6]]), [0, 2]))
 * // [[1, 3], [3, 6]]
 */
export function restrict(op: LinearOperator, indices: ArrayLike<number>): LinearOperator {
  checkOperator("restrict", op);
  const kept = Uint32Array.from(indices);
  for (const [place, index] of Array.from(indices).entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= op.size) {
      throw new RangeError(
        `restrict: index ${place} is ${index}; an operator of size ${op.size} has 0 to ${op.size - 1}`,
      );
    }
  }
  if (new Set(kept).size !== kept.length) {
    throw new RangeError("restrict: an index is given twice; each coordinate can be kept once");
  }
  return fromBlocks("restrict", kept.length, (vs) => {
    const embedded = vs.map((v) => {
      const full = new Float64Array(op.size);
      kept.forEach((index, i) => {
        full[index] = v[i]!;
      });
      return full;
    });
    return applyToBlock(op, embedded).map((p) => Float64Array.from(kept, (index) => p[index]!));
  });
}

/**
 * v ↦ 0 on vectors of a length, the neutral element of `sum`.
 *
 * @example
 * zero(2).apply(Float64Array.of(1, 2)); // [0, 0]
 */
export function zero(size: number): LinearOperator {
  return fromBlocks("zero", size, (vs) => vs.map(() => new Float64Array(size)));
}

/**
 * diag(d).
 *
 * @example
 * diagonalOperator([2, 3]).apply(Float64Array.of(1, -1)); // [2, -3]
 */
export function diagonalOperator(entries: ArrayLike<number>): LinearOperator {
  const d = Float64Array.from(entries);
  return fromBlocks("diagonalOperator", d.length, (vs) =>
    vs.map((v) => v.map((value, i) => value * d[i]!)),
  );
}
