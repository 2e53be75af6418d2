/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by divide and conquer.
 *
 * Cut in the middle, T is two smaller matrices plus a rank-one term: solved apart, they leave
 * diag(d) + ρzzᵀ, whose eigenvalues are roots of a secular equation. Entries of z that are negligible
 * and poles that nearly coincide are deflated, so that clusters cost less, not more; the eigenvectors
 * are made orthogonal by computing them for the z that the computed roots are exact for.
 * Cuppen 1981; Gu and Eisenstat, SIAM J. Matrix Anal. Appl. 16:1, 1995; Demmel, *Applied Numerical
 * Linear Algebra*, 5.3.3.
 */
import { gemm, rowMajor } from "./gemm.js";
import { secularRoot } from "./secular.js";
import { tridiagonalQl } from "./tridiagonal-ql.js";

const EPSILON = 2 ** -53;
/** Below this size plain QL is faster than another cut. */
const SMALLEST_CUT = 32;

export interface TridiagonalEigen {
  /** Ascending. */
  readonly eigenvalues: Float64Array;
  /** Row-major n × n; row i belongs to eigenvalue i. */
  readonly vectors: Float64Array;
}

/** Of the matrix with `diagonal` (n entries) and `offDiagonal` (n − 1); at most ⁴⁄₃n³ operations. */
export function tridiagonalEigh(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): TridiagonalEigen {
  const n = diagonal.length;
  if (offDiagonal.length !== Math.max(0, n - 1)) {
    throw new RangeError(
      `tridiagonalEigh: ${offDiagonal.length} entries beside a diagonal of ${n}; ${n - 1} are needed`,
    );
  }
  if (n <= SMALLEST_CUT) return solveSmall(diagonal, offDiagonal);
  const half = n >> 1;
  const rho = Math.abs(offDiagonal[half - 1]!);
  const sign = offDiagonal[half - 1]! < 0 ? -1 : 1;
  const upper = diagonal.slice(0, half);
  const lower = diagonal.slice(half);
  upper[half - 1]! -= rho;
  lower[0]! -= rho;
  const first = tridiagonalEigh(upper, offDiagonal.slice(0, half - 1));
  const second = tridiagonalEigh(lower, offDiagonal.slice(half));
  return merge(first, second, rho, sign);
}

function solveSmall(diagonal: Float64Array, offDiagonal: Float64Array): TridiagonalEigen {
  const n = diagonal.length;
  const d = diagonal.slice();
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  tridiagonalQl(d, offDiagonal.slice(), rows, n);
  const order = ascending(d);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(rows.subarray(from * n, (from + 1) * n), to * n);
  });
  return { eigenvalues: Float64Array.from(order, (i) => d[i]!), vectors };
}

/** One eigenpair of the two halves: its vector lives in the left half, the right half, or both. */
interface Pole {
  value: number;
  weight: number;
  readonly row: Float64Array;
  left: boolean;
  right: boolean;
}

/** Eigenpairs of diag(first, second) + ρvvᵀ, v = (0 … 0, 1, sign, 0 … 0). */
function merge(
  first: TridiagonalEigen,
  second: TridiagonalEigen,
  rho: number,
  sign: number,
): TridiagonalEigen {
  const n1 = first.eigenvalues.length;
  const n = n1 + second.eigenvalues.length;
  const poles = mergedPoles(first, second, sign);
  const { kept, deflated } = deflate(poles, 2 * rho);
  const k = kept.length;
  const d = Float64Array.from(kept, (pole) => pole.value);
  const z = Float64Array.from(kept, (pole) => pole.weight);
  const gaps = new Float64Array(k * k);
  const roots = new Float64Array(k);
  for (let i = 0; i < k; i++) roots[i] = secularRoot(d, z, 2 * rho, i, gaps, i * k);
  const coefficients = secularVectors(d, z, gaps);
  const rows = new Float64Array(k * n);
  const isLeft = kept.map((pole) => pole.left);
  const isRight = kept.map((pole) => pole.right);
  combineRows(coefficients, kept, isLeft, 0, n1, rows, n);
  combineRows(coefficients, kept, isRight, n1, n, rows, n);

  const values = Float64Array.from([...roots, ...deflated.map((pole) => pole.value)]);
  const order = ascending(values);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const row = from < k ? rows.subarray(from * n, (from + 1) * n) : deflated[from - k]!.row;
    vectors.set(row, to * n);
  });
  return { eigenvalues: Float64Array.from(order, (i) => values[i]!), vectors };
}

/** The poles of both halves, ascending, with z/√2: a unit vector, so that ρ becomes 2ρ. */
function mergedPoles(first: TridiagonalEigen, second: TridiagonalEigen, sign: number): Pole[] {
  const n1 = first.eigenvalues.length;
  const n2 = second.eigenvalues.length;
  const n = n1 + n2;
  const poles: Pole[] = [];
  for (let i = 0; i < n1; i++) {
    const row = new Float64Array(n);
    row.set(first.vectors.subarray(i * n1, (i + 1) * n1));
    const weight = row[n1 - 1]! * Math.SQRT1_2;
    poles.push({ value: first.eigenvalues[i]!, weight, row, left: true, right: false });
  }
  for (let i = 0; i < n2; i++) {
    const row = new Float64Array(n);
    row.set(second.vectors.subarray(i * n2, (i + 1) * n2), n1);
    const weight = sign * row[n1]! * Math.SQRT1_2;
    poles.push({ value: second.eigenvalues[i]!, weight, row, left: false, right: true });
  }
  return poles.sort((p, q) => p.value - q.value);
}

/** Sets aside the poles that the rank-one term moves by no more than rounding. */
function deflate(poles: readonly Pole[], rho: number): { kept: Pole[]; deflated: Pole[] } {
  let largest = 0;
  for (const pole of poles) {
    largest = Math.max(largest, Math.abs(pole.value), Math.abs(pole.weight));
  }
  const tolerance = 8 * EPSILON * largest;
  const kept: Pole[] = [];
  const deflated: Pole[] = [];
  for (const pole of poles) {
    if (rho * Math.abs(pole.weight) <= tolerance) {
      deflated.push(pole);
      continue;
    }
    const previous = kept.at(-1);
    if (previous && rotateTogether(previous, pole, tolerance)) {
      kept.pop();
      deflated.push(previous);
    }
    kept.push(pole);
  }
  return { kept, deflated };
}

/** When two poles nearly coincide, turns their vectors so that the first has no weight. */
function rotateTogether(low: Pole, high: Pole, tolerance: number): boolean {
  const length = Math.hypot(low.weight, high.weight);
  const c = high.weight / length;
  const s = -low.weight / length;
  const gap = high.value - low.value;
  if (Math.abs(gap * c * s) > tolerance) return false;
  for (let i = 0; i < low.row.length; i++) {
    const x = low.row[i]!;
    const y = high.row[i]!;
    low.row[i] = c * x + s * y;
    high.row[i] = c * y - s * x;
  }
  const lowValue = low.value;
  low.value = lowValue * c * c + high.value * s * s;
  high.value = lowValue * s * s + high.value * c * c;
  low.weight = 0;
  high.weight = length;
  low.left = high.left = low.left || high.left;
  low.right = high.right = low.right || high.right;
  return true;
}

/**
 * Row i: the unit eigenvector i of diag(d) + ρẑẑᵀ, for the ẑ that has the computed roots exactly
 * (Löwner's formula): ẑⱼ² ∝ Πᵢ(λᵢ − dⱼ) / Πᵢ≠ⱼ(dᵢ − dⱼ).
 */
function secularVectors(d: Float64Array, z: Float64Array, gaps: Float64Array): Float64Array {
  const k = d.length;
  const squares = new Float64Array(k);
  for (let j = 0; j < k; j++) squares[j] = -gaps[j * k + j]!;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (j !== i) squares[j]! *= gaps[i * k + j]! / (d[j]! - d[i]!);
    }
  }
  const weights = squares.map((square, j) => Math.sign(z[j]!) * Math.sqrt(Math.abs(square)));
  const rows = gaps;
  for (let i = 0; i < k; i++) {
    let total = 0;
    for (let j = i * k; j < (i + 1) * k; j++) {
      const entry = weights[j - i * k]! / gaps[j]!;
      rows[j] = entry;
      total += entry * entry;
    }
    const scale = 1 / Math.sqrt(total);
    for (let j = i * k; j < (i + 1) * k; j++) rows[j]! *= scale;
  }
  return rows;
}

/** rows[:, from … to) ← coefficients × pole rows, over the poles that live in that half. */
function combineRows(
  coefficients: Float64Array,
  poles: readonly Pole[],
  lives: readonly boolean[],
  from: number,
  to: number,
  rows: Float64Array,
  n: number,
): void {
  const k = poles.length;
  const members = poles.flatMap((_, j) => (lives[j] ? [j] : []));
  const count = members.length;
  const width = to - from;
  const left = new Float64Array(k * count);
  const right = new Float64Array(count * width);
  members.forEach((pole, q) => {
    right.set(poles[pole]!.row.subarray(from, to), q * width);
    for (let i = 0; i < k; i++) left[i * count + q] = coefficients[i * k + pole]!;
  });
  gemm(k, width, count, 1, rowMajor(left, count), rowMajor(right, width), rowMajor(rows, n, from));
}

/** The indices that sort `values` upwards. */
export function ascending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
}
