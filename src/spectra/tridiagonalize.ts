/**
 * A = QTQᵀ: a symmetric matrix reduced to tridiagonal form by Householder reflections.
 *
 * Reflection j maps row j right of its diagonal to a single entry. Reflections are gathered in
 * panels of 32: within a panel the matrix is left alone and corrected as it is read, afterwards one
 * rank-64 update does the arithmetic at cache speed. Only the upper triangle is used, by rows, and
 * reflector j ends up in row j. The loops over the matrix are WebAssembly
 * (tridiagonal-kernels.as). Dongarra, Sorensen and Hammarling, J. Comput. Appl. Math. 27, 1989;
 * Golub and Van Loan, 8.3.
 */
import { gemm, rowMajor, transposed } from "./gemm.js";
import { workspace } from "./tridiagonal-kernels.js";

export interface Tridiagonalization {
  /** The diagonal of T, n entries. */
  readonly diagonal: Float64Array;
  /** The entries beside it, n − 1. */
  readonly offDiagonal: Float64Array;
  /** Overwrites each row z (an eigenvector of T) of a row-major m × n array by Qz. */
  applyQ(vectors: Float64Array, m: number): void;
}

const DOUBLE = 8;
const PANEL = 32;
/** Reflections applied together to the eigenvectors: more of them make better use of the cache. */
const APPLIED = 96;
/** Rows per strip of the rank-64 update; the triangle left of the diagonal is skipped by strips. */
const STRIP = 48;

/** Reduces the symmetric row-major n × n array, which is left alone; ⁴⁄₃n³ operations. */
export function tridiagonalize(matrix: Float64Array, n: number): Tridiagonalization {
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const taus = new Float64Array(n);
  const { kernels, memory } = workspace(DOUBLE * n * (n + PANEL));
  const a = new Float64Array(memory.buffer, 0, n * n);
  const w = new Float64Array(memory.buffer, DOUBLE * n * n, n * PANEL);
  a.set(matrix);
  for (let start = 0; start < n - 1; start += PANEL) {
    const end = Math.min(start + PANEL, n - 1);
    for (let j = start; j < end; j++) {
      kernels.refreshRow(a.byteOffset, w.byteOffset, n, start, j);
      const { beta, tau } = reflector(a, j * n + j + 1, n - j - 1);
      offDiagonal[j] = beta;
      taus[j] = tau;
      kernels.panelVector(a.byteOffset, w.byteOffset, n, start, j, tau);
    }
    updateTrailing(a, w, n, start, end);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
  const reflectors = a.slice();
  return {
    diagonal,
    offDiagonal,
    applyQ: (vectors, m) => applyReflections(reflectors, taus, n, vectors, m),
  };
}

/**
 * Overwrites x by v with v₀ = 1 such that (I − τvvᵀ)x = (β, 0, …, 0).
 * x is scaled by its largest entry, so that its squares neither overflow nor vanish.
 */
function reflector(x: Float64Array, at: number, length: number): { beta: number; tau: number } {
  const alpha = x[at]!;
  let largest = 0;
  for (let i = 1; i < length; i++) largest = Math.max(largest, Math.abs(x[at + i]!));
  x[at] = 1;
  if (largest === 0) return { beta: alpha, tau: 0 };
  largest = Math.max(largest, Math.abs(alpha));
  let squares = (alpha / largest) ** 2;
  for (let i = 1; i < length; i++) squares += (x[at + i]! / largest) ** 2;
  const beta = (alpha > 0 ? -largest : largest) * Math.sqrt(squares);
  const divisor = alpha - beta;
  for (let i = 1; i < length; i++) x[at + i]! /= divisor;
  return { beta, tau: (beta - alpha) / beta };
}

/** A ← A − VᵀW − WᵀV on the upper triangle right of the panel. */
function updateTrailing(
  a: Float64Array,
  w: Float64Array,
  n: number,
  start: number,
  end: number,
): void {
  const width = end - start;
  // Reflectors hold 1 at their head and nothing before it: entries left of the head are of T.
  const left = new Float64Array(2 * width * n);
  const right = new Float64Array(2 * width * n);
  for (let p = 0; p < width; p++) {
    const v = a.subarray((start + p) * n, (start + p + 1) * n);
    const wp = w.subarray(p * n, (p + 1) * n);
    left.set(v, p * n);
    left.set(wp, (width + p) * n);
    right.set(wp, p * n);
    right.set(v, (width + p) * n);
  }
  for (let i = end; i < n; i += STRIP) {
    gemm(
      Math.min(STRIP, n - i),
      n - i,
      2 * width,
      -1,
      transposed(rowMajor(left, n, i)),
      rowMajor(right, n, i),
      rowMajor(a, n, i * n + i),
    );
  }
}

/** Z ← Z(I − VᵀTV)ᵀ panel by panel from the last, the compact form of Schreiber and Van Loan. */
function applyReflections(
  a: Float64Array,
  taus: Float64Array,
  n: number,
  z: Float64Array,
  m: number,
): void {
  const reflections = n - 1;
  const lastStart = Math.floor(Math.max(0, reflections - 1) / APPLIED) * APPLIED;
  for (let start = lastStart; start >= 0; start -= APPLIED) {
    const width = Math.min(start + APPLIED, reflections) - start;
    if (width <= 0) continue;
    const span = n - start - 1;
    const v = new Float64Array(width * span);
    for (let p = 0; p < width; p++) {
      const row = (start + p) * n;
      v.set(a.subarray(row + start + p + 1, row + n), p * span + p);
    }
    const t = triangularFactor(v, span, taus.subarray(start, start + width));
    const zv = new Float64Array(m * width);
    const zSpan = rowMajor(z, n, start + 1);
    gemm(m, width, span, 1, zSpan, transposed(rowMajor(v, span)), rowMajor(zv, width));
    const zvt = new Float64Array(m * width);
    gemm(
      m,
      width,
      width,
      1,
      rowMajor(zv, width),
      transposed(rowMajor(t, width)),
      rowMajor(zvt, width),
    );
    gemm(m, span, width, -1, rowMajor(zvt, width), rowMajor(v, span), zSpan);
  }
}

/** The upper triangular T with (I − τ₀v₀v₀ᵀ)(I − τ₁v₁v₁ᵀ)… = I − VᵀTV, v_p the rows of V. */
function triangularFactor(v: Float64Array, span: number, taus: Float64Array): Float64Array {
  const width = taus.length;
  const t = new Float64Array(width * width);
  const products = new Float64Array(width * width);
  const rows = rowMajor(v, span);
  gemm(width, width, span, 1, rows, transposed(rows), rowMajor(products, width));
  for (let j = 0; j < width; j++) {
    t[j * width + j] = taus[j]!;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let s = i; s < j; s++) sum += t[i * width + s]! * products[s * width + j]!;
      t[i * width + j] = -taus[j]! * sum;
    }
  }
  return t;
}
