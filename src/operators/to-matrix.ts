/**
 * An operator written out as a dense matrix: column j is the product with the j-th unit vector.
 *
 * It costs n products and 8n² bytes, which it states before it refuses.
 */
import { applyToBlock, checkOperator, type LinearOperator } from "./linear-operator.js";

export interface ToMatrixOptions {
  /** The most bytes that the matrix may take; 1 GiB (n = 11,585) unless said otherwise. */
  readonly maxBytes?: number;
}

/** Columns per block: enough to amortise a block product, few enough to stay in cache. */
const BLOCK = 32;

/**
 * The rows of A, as Float64Arrays of length n. Exact up to the operator's own rounding; the result
 * is not symmetrised, so its asymmetry measures that rounding.
 *
 * @example toMatrix(fromMatrix([[2, 1], [1, 2]])) // [[2, 1], [1, 2]]
 */
export function toMatrix(op: LinearOperator, options: ToMatrixOptions = {}): Float64Array[] {
  const { maxBytes = 2 ** 30 } = options;
  checkOperator("toMatrix", op);
  const n = op.size;
  const bytes = 8 * n * n;
  if (bytes > maxBytes) {
    throw new RangeError(
      `toMatrix: an operator of size ${n} needs ${bytes.toLocaleString("en")} bytes as a dense ` +
        `float64 matrix, more than maxBytes = ${maxBytes.toLocaleString("en")}; ` +
        "use topEigenpairs or spectralDensity, restrict the operator, or raise maxBytes",
    );
  }
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let start = 0; start < n; start += BLOCK) {
    const width = Math.min(BLOCK, n - start);
    const units = Array.from({ length: width }, (_, k) => unitVector(n, start + k));
    applyToBlock(op, units).forEach((column, k) => {
      for (let i = 0; i < n; i++) rows[i]![start + k] = column[i]!;
    });
  }
  return rows;
}

function unitVector(n: number, index: number): Float64Array {
  const unit = new Float64Array(n);
  unit[index] = 1;
  return unit;
}
