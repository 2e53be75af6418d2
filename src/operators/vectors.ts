/**
 * The vector arithmetic under every algorithm here, on Float64Array.
 *
 * Names and argument order follow the level-1 BLAS (Lawson and others, 1979). Sums run over four
 * accumulators: four times fewer roundings in a row, and the processor can overlap the additions.
 */

/** xᵀy. */
export function dot(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += x[i]! * y[i]!;
    s1 += x[i + 1]! * y[i + 1]!;
    s2 += x[i + 2]! * y[i + 2]!;
    s3 += x[i + 3]! * y[i + 3]!;
  }
  for (; i < n; i++) s0 += x[i]! * y[i]!;
  return s0 + s1 + (s2 + s3);
}

/** ‖x‖₂, without overflow or underflow of the squares. */
export function norm(x: Float64Array): number {
  const plain = Math.sqrt(dot(x, x));
  if (plain > 1e-140 && plain < 1e140) return plain;
  const largest = maxAbs(x);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  const scaled = x.map((value) => value / largest);
  return largest * Math.sqrt(dot(scaled, scaled));
}

/** ‖x‖∞; NaN when an entry is. */
export function maxAbs(x: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]!);
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return Number.NaN;
  }
  return largest;
}

/** y ← y + a·x, in place. */
export function axpy(a: number, x: Float64Array, y: Float64Array): Float64Array {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!;
  return y;
}

/** x + a·y, a fresh vector: a step of length a along y. */
export function addScaled(x: Float64Array, a: number, y: Float64Array): Float64Array {
  const sum = new Float64Array(x.length);
  for (let i = 0; i < sum.length; i++) sum[i] = x[i]! + a * y[i]!;
  return sum;
}

/** a·x, a fresh vector. */
export function scaled(a: number, x: Float64Array): Float64Array {
  return x.map((value) => a * value);
}

/** x − y, a fresh vector. */
export function subtract(x: Float64Array, y: Float64Array): Float64Array {
  return addScaled(x, -1, y);
}

export function isFiniteVector(x: ArrayLike<number>): boolean {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) return false;
  return true;
}

/** Σ coefficients[j]·basis[j], a fresh vector of length n; four at a time, as memory is the cost. */
export function combine(
  basis: readonly Float64Array[],
  coefficients: ArrayLike<number>,
  n: number,
): Float64Array {
  const sum = new Float64Array(n);
  let j = 0;
  for (; j + 3 < basis.length; j += 4) {
    const [v0, v1, v2, v3] = [basis[j]!, basis[j + 1]!, basis[j + 2]!, basis[j + 3]!];
    const [c0, c1] = [coefficients[j]!, coefficients[j + 1]!];
    const [c2, c3] = [coefficients[j + 2]!, coefficients[j + 3]!];
    for (let i = 0; i < n; i++) {
      sum[i]! += c0 * v0[i]! + c1 * v1[i]! + (c2 * v2[i]! + c3 * v3[i]!);
    }
  }
  for (; j < basis.length; j++) axpy(coefficients[j]!, basis[j]!, sum);
  return sum;
}
