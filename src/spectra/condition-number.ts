/**
 * The condition number and the inertia of a symmetric operator.
 *
 * κ = max|λ| / min|λ|. Up to a few thousand rows the operator is written out, and every eigenvalue is
 * known to n·1e-16·‖A‖. Beyond, Lanczos finds both ends of the spectrum, which settles κ when all
 * eigenvalues have one sign; for a large indefinite operator the smallest |λ| is inside the spectrum,
 * out of Lanczos's reach, and the question is refused.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import type { LongWork } from "../operators/pace.js";
import { checkedOperator } from "./checked-operator.js";
import { eigenvalues } from "./eigh.js";
import { checkTolerance, type Inertia } from "./ldlt.js";
import { topEigenpairs } from "./top-eigenpairs.js";

export interface ConditionOptions extends LongWork<{ products: number }> {
  /** Operators up to this size are written out; 2,000. */
  readonly denseSize?: number;
  readonly rtol?: number;
  readonly seed?: number;
}

const optionNames: readonly (keyof ConditionOptions)[] = [
  "denseSize",
  "rtol",
  "seed",
  "onProgress",
  "signal",
];

export interface ConditionNumber {
  /** max|λ| / min|λ|; infinity when the smallest is zero to rounding. */
  readonly value: number;
  /** How far `value` may be off, relative to itself, from the errors of both eigenvalues. */
  readonly relativeError: number;
  /** max|λ| and min|λ|. */
  readonly largest: number;
  readonly smallest: number;
  readonly products: number;
}

/** @example (await conditionNumber([[2, 0], [0, -8]])).value // 4 */
export async function conditionNumber(
  matrix: LinearOperator | Rows,
  options: ConditionOptions = {},
): Promise<ConditionNumber> {
  const op = checkedOperator("conditionNumber", matrix);
  checkOptionNames("conditionNumber", options, optionNames);
  const { denseSize = 2000 } = options;
  if (op.size <= denseSize) {
    const sizes = eigenvalues(op).map(Math.abs).sort();
    const largest = sizes.at(-1) ?? 0;
    const error = op.size * 2 ** -52 * largest;
    return condition(largest, sizes[0] ?? 0, error, error, op.size);
  }
  const { rtol = 1e-10, seed = 0, signal, onProgress } = options;
  const ends = await topEigenpairs(op, {
    k: 2,
    which: "BE",
    rtol,
    seed,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const [high, low] = [ends.eigenvalues[0]!, ends.eigenvalues[1]!];
  if (high * low < 0) {
    throw new RangeError(
      `conditionNumber: the operator of size ${op.size} has eigenvalues ${low} and ${high}; ` +
        "between signs Lanczos cannot find the smallest. Raise denseSize to write it out",
    );
  }
  const swapped = Math.abs(high) < Math.abs(low);
  const [big, small] = swapped ? [1, 0] : [0, 1];
  return condition(
    Math.abs(ends.eigenvalues[big]!),
    Math.abs(ends.eigenvalues[small]!),
    ends.residuals[big]!,
    ends.residuals[small]!,
    ends.products,
  );
}

function condition(
  largest: number,
  smallest: number,
  largestError: number,
  smallestError: number,
  products: number,
): ConditionNumber {
  const value = smallest > smallestError ? largest / smallest : Number.POSITIVE_INFINITY;
  const relativeError = largestError / largest + smallestError / smallest;
  return {
    value,
    relativeError: Number.isFinite(value) ? relativeError : Number.POSITIVE_INFINITY,
    largest,
    smallest,
    products,
  };
}

export interface InertiaEstimate extends Inertia {
  /** Eigenvalues up to this size count as zero. */
  readonly tolerance: number;
  readonly products: number;
}

/**
 * How many eigenvalues are positive, negative and zero; writes the operator out.
 * `tolerance` is n·2⁻⁵²·‖A‖ unless given: what rounding may turn zero into.
 *
 * @example inertia([[0, 1], [1, 0]]) // { positive: 1, negative: 1, zero: 0, … }
 */
export function inertia(matrix: LinearOperator | Rows, tolerance?: number): InertiaEstimate {
  const op = checkedOperator("inertia", matrix);
  checkTolerance("inertia", tolerance);
  const values = eigenvalues(op);
  const size = Math.max(Math.abs(values[0] ?? 0), Math.abs(values.at(-1) ?? 0));
  const zeroBelow = tolerance ?? op.size * 2 ** -52 * size;
  const positive = values.filter((value) => value > zeroBelow).length;
  const negative = values.filter((value) => value < -zeroBelow).length;
  return {
    positive,
    negative,
    zero: op.size - positive - negative,
    tolerance: zeroBelow,
    products: op.size,
  };
}
