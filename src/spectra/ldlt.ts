/**
 * PAPᵀ = LDLᵀ for any symmetric matrix, D with blocks of size one and two (Bunch and Kaufman).
 *
 * Where no diagonal pivot is safe, a 2 × 2 block is, so indefinite matrices factor as stably as
 * definite ones; by Sylvester's law D has as many positive, negative and zero eigenvalues as A.
 * Bunch and Kaufman, Math. Comp. 31, 1977; Golub and Van Loan, 4.4.
 */
import { flattenRows } from "../operators/from-matrix.js";
import type { Rows } from "../operators/linear-operator.js";
import { describe } from "../operators/vector-of.js";
import { maxAbs } from "../operators/vectors.js";

export interface Inertia {
  readonly positive: number;
  readonly negative: number;
  readonly zero: number;
}

export interface Ldlt {
  readonly inertia: Inertia;
  /** x with Ax = b; throws when A is singular to rounding. */
  solve(b: ArrayLike<number>): Float64Array;
}

/** The ratio that balances the growth of one 2 × 2 and two 1 × 1 steps. */
const BALANCE = (1 + Math.sqrt(17)) / 8;

/**
 * n³/3 operations; uses the lower triangle. Pivots up to `tolerance` count as zero: n·2⁻⁵² of the
 * largest entry unless given.
 *
 * @example ldlt([[0, 1], [1, 0]]).inertia // { positive: 1, negative: 1, zero: 0 }
 */
export function ldlt(matrix: Rows, tolerance?: number): Ldlt {
  const flat = flattenRows("ldlt", matrix);
  checkTolerance("ldlt", tolerance);
  const n = matrix.length;
  const a = Array.from({ length: n }, (_, i) => flat.subarray(i * n, (i + 1) * n));
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const blocks: number[] = [];
  const tiny = tolerance ?? n * 2 ** -52 * maxAbs(flat);
  for (let k = 0; k < n; ) {
    const { size, pivot } = choosePivot(a, k);
    swap(a, order, k + size - 1, pivot);
    eliminate(a, k, size, tiny);
    blocks.push(size);
    k += size;
  }
  return {
    inertia: countSigns(a, blocks, tiny),
    solve: (b) => solveFactors(a, order, blocks, tiny, b),
  };
}

/** Throws unless the size up to which a number counts as zero is one, or left to be chosen. */
export function checkTolerance(who: string, tolerance: number | undefined): void {
  if (tolerance === undefined || (typeof tolerance === "number" && tolerance >= 0)) return;
  throw new RangeError(
    `${who}: the tolerance is ${describe(tolerance)}; a number from 0 is needed, not an object of options`,
  );
}

/** Whether step k takes a block of one or two, and which row becomes its last. */
function choosePivot(a: readonly Float64Array[], k: number): { size: 1 | 2; pivot: number } {
  const diagonal = Math.abs(a[k]![k]!);
  const { value: largest, row: r } = largestBelow(a, k, k);
  if (largest === 0 || diagonal >= BALANCE * largest) return { size: 1, pivot: k };
  let across = 0;
  for (let j = k; j < r; j++) across = Math.max(across, Math.abs(a[r]![j]!));
  for (let i = r + 1; i < a.length; i++) across = Math.max(across, Math.abs(a[i]![r]!));
  if (diagonal * across >= BALANCE * largest * largest) return { size: 1, pivot: k };
  if (Math.abs(a[r]![r]!) >= BALANCE * across) return { size: 1, pivot: r };
  return { size: 2, pivot: r };
}

function largestBelow(
  a: readonly Float64Array[],
  column: number,
  after: number,
): { value: number; row: number } {
  let value = 0;
  let row = after;
  for (let i = after + 1; i < a.length; i++) {
    const size = Math.abs(a[i]![column]!);
    if (size > value) [value, row] = [size, i];
  }
  return { value, row };
}

/** Exchanges rows and columns i < j of the lower triangle, multipliers of earlier steps included. */
function swap(a: readonly Float64Array[], order: Uint32Array, i: number, j: number): void {
  if (i === j) return;
  [order[i], order[j]] = [order[j]!, order[i]!];
  for (let c = 0; c < i; c++) [a[i]![c], a[j]![c]] = [a[j]![c]!, a[i]![c]!];
  [a[i]![i], a[j]![j]] = [a[j]![j]!, a[i]![i]!];
  for (let m = i + 1; m < j; m++) [a[m]![i], a[j]![m]] = [a[j]![m]!, a[m]![i]!];
  for (let m = j + 1; m < a.length; m++) [a[m]![i], a[m]![j]] = [a[m]![j]!, a[m]![i]!];
}

/** One step: multipliers replace the block's columns, the rest loses its part. */
function eliminate(a: readonly Float64Array[], k: number, size: 1 | 2, tiny: number): void {
  const n = a.length;
  if (size === 1) {
    const pivot = a[k]![k]!;
    if (Math.abs(pivot) <= tiny) {
      for (let i = k + 1; i < n; i++) a[i]![k] = 0;
      return;
    }
    for (let i = n - 1; i > k; i--) {
      const multiplier = a[i]![k]! / pivot;
      for (let j = k + 1; j <= i; j++) a[i]![j]! -= multiplier * a[j]![k]!;
    }
    for (let i = k + 1; i < n; i++) a[i]![k]! /= pivot;
    return;
  }
  const [p, q, r] = [a[k]![k]!, a[k + 1]![k]!, a[k + 1]![k + 1]!];
  const determinant = p * r - q * q;
  for (let i = n - 1; i > k + 1; i--) {
    const [x, y] = [a[i]![k]!, a[i]![k + 1]!];
    const first = (r * x - q * y) / determinant;
    const second = (p * y - q * x) / determinant;
    for (let j = k + 2; j <= i; j++) {
      a[i]![j]! -= first * a[j]![k]! + second * a[j]![k + 1]!;
    }
  }
  for (let i = k + 2; i < n; i++) {
    const [x, y] = [a[i]![k]!, a[i]![k + 1]!];
    a[i]![k] = (r * x - q * y) / determinant;
    a[i]![k + 1] = (p * y - q * x) / determinant;
  }
}

function countSigns(a: readonly Float64Array[], blocks: readonly number[], tiny: number): Inertia {
  let [positive, negative, zero] = [0, 0, 0];
  let k = 0;
  for (const size of blocks) {
    const pivot = a[k]![k]!;
    if (size === 2) {
      // The pivoting rule takes a 2 × 2 block only when it is indefinite.
      positive += 1;
      negative += 1;
    } else if (Math.abs(pivot) <= tiny) zero += 1;
    else if (pivot > 0) positive += 1;
    else negative += 1;
    k += size;
  }
  return { positive, negative, zero };
}

function solveFactors(
  a: readonly Float64Array[],
  order: Uint32Array,
  blocks: readonly number[],
  tiny: number,
  b: ArrayLike<number>,
): Float64Array {
  const n = a.length;
  if (b.length !== n) {
    throw new RangeError(`ldlt: a right side of ${b.length} entries for a matrix of size ${n}`);
  }
  const x = Float64Array.from(order, (i) => b[i]!);
  const starts: number[] = [];
  let k = 0;
  for (const size of blocks) {
    starts.push(k);
    for (let i = k + size; i < n; i++) {
      for (let c = k; c < k + size; c++) x[i]! -= a[i]![c]! * x[c]!;
    }
    solveBlock(a, x, k, size, tiny);
    k += size;
  }
  for (let at = blocks.length - 1; at >= 0; at--) {
    const [start, size] = [starts[at]!, blocks[at]!];
    for (let c = start; c < start + size; c++) {
      for (let i = start + size; i < n; i++) x[c]! -= a[i]![c]! * x[i]!;
    }
  }
  const solution = new Float64Array(n);
  order.forEach((original, i) => {
    solution[original] = x[i]!;
  });
  return solution;
}

function solveBlock(
  a: readonly Float64Array[],
  x: Float64Array,
  k: number,
  size: number,
  tiny: number,
): void {
  const p = a[k]![k]!;
  if (size === 1) {
    if (Math.abs(p) <= tiny) {
      throw new RangeError(`ldlt: the matrix is singular; pivot ${k} is ${p}`);
    }
    x[k]! /= p;
    return;
  }
  const [q, r] = [a[k + 1]![k]!, a[k + 1]![k + 1]!];
  const determinant = p * r - q * q;
  const [u, v] = [x[k]!, x[k + 1]!];
  x[k] = (r * u - q * v) / determinant;
  x[k + 1] = (p * v - q * u) / determinant;
}
