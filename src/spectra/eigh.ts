/**
 * All eigenvalues and eigenvectors of a dense symmetric matrix, in float64.
 *
 * Three stages, each a file: Householder reduction to a tridiagonal matrix, divide and conquer on
 * that, and the reflections applied to its eigenvectors. Every stage is orthogonal, so the error is a
 * modest multiple of rounding times ‖A‖, whatever the spectrum. The matrix is scaled first, so that
 * its squares neither overflow nor vanish.
 */
import { flattenRows, isOperator } from "../operators/from-matrix.js";
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { toMatrix } from "../operators/to-matrix.js";
import { maxAbs } from "../operators/vectors.js";
import { tridiagonalEigh } from "./tridiagonal-eigh.js";
import { tridiagonalQl } from "./tridiagonal-ql.js";
import { tridiagonalize } from "./tridiagonalize.js";

export interface Eigh {
  /** Ascending. */
  readonly eigenvalues: Float64Array;
  /** `eigenvectors[i]` is the unit eigenvector of `eigenvalues[i]`; together they are orthonormal. */
  readonly eigenvectors: Float64Array[];
}

/** Entries (i, j) and (j, i) may differ by this fraction of the largest entry; they are averaged. */
const ASYMMETRY = 1e-4;

/**
 * A = Σ λᵢ vᵢvᵢᵀ. A is n × n, symmetric, finite, given by rows or as an operator (n products); some
 * 5n³ operations and 32n² bytes. ‖AV − VΛ‖ and ‖VᵀV − I‖ stay near n·1e-16·‖A‖.
 *
 * Entries (i, j) and (j, i) that differ by up to 1e-4 of the largest entry, as in float32 Hessians, are
 * averaged; a larger difference is refused.
 *
 * @example eigh([[2, 1], [1, 2]]).eigenvalues // [1, 3]
 */
export function eigh(matrix: Rows | LinearOperator): Eigh {
  const rows = isOperator(matrix) ? toMatrix(matrix) : matrix;
  const { entries, scale } = symmetricEntries("eigh", rows);
  const n = rows.length;
  const reduced = tridiagonalize(entries, n);
  const { eigenvalues, vectors } = tridiagonalEigh(reduced.diagonal, reduced.offDiagonal);
  reduced.applyQ(vectors, n);
  return {
    // Adding 0 turns −0 into 0.
    eigenvalues: eigenvalues.map((value) => value * scale + 0),
    eigenvectors: Array.from({ length: n }, (_, i) => vectors.slice(i * n, (i + 1) * n)),
  };
}

/**
 * The eigenvalues alone, ascending: ⁴⁄₃n³ operations, a quarter of `eigh`.
 *
 * @example eigenvalues([[0, 1], [1, 0]]) // [-1, 1]
 */
export function eigenvalues(matrix: Rows | LinearOperator): Float64Array {
  const rows = isOperator(matrix) ? toMatrix(matrix) : matrix;
  const { entries, scale } = symmetricEntries("eigenvalues", rows);
  const { diagonal, offDiagonal } = tridiagonalize(entries, rows.length);
  tridiagonalQl(diagonal, offDiagonal);
  return diagonal.sort().map((value) => value * scale + 0);
}

/** The symmetric part of the matrix over a power of two that brings its entries near 1. */
function symmetricEntries(who: string, rows: Rows): { entries: Float64Array; scale: number } {
  const entries = flattenRows(who, rows);
  const n = rows.length;
  const largest = maxAbs(entries);
  const scale =
    largest > 0 ? 2 ** Math.max(-1000, Math.min(1000, Math.round(Math.log2(largest)))) : 1;
  for (let i = 0; i < n; i++) {
    entries[i * n + i]! /= scale;
    for (let j = 0; j < i; j++) {
      const low = entries[i * n + j]!;
      const high = entries[j * n + i]!;
      if (Math.abs(low - high) > ASYMMETRY * largest) {
        throw new RangeError(
          `${who}: entry (${i}, ${j}) is ${low} but (${j}, ${i}) is ${high}; ` +
            "a symmetric matrix is needed",
        );
      }
      entries[i * n + j] = entries[j * n + i] = (low / scale + high / scale) / 2;
    }
  }
  return { entries, scale };
}
