/**
 * Thick-restart Lanczos: wanted eigenpairs of a symmetric operator within a bounded basis.
 *
 * The basis grows as in Lanczos; when it is full, the best Ritz vectors are kept together with the
 * residual vector, to which all of them are coupled by the last row of their coordinates, and growth
 * goes on. This is implicit restarting with exact shifts, without its delicate bulge chasing.
 * `locked` vectors are projected out, so that the same code searches what is left.
 * Wu and Simon, SIAM J. Matrix Anal. Appl. 22:2, 2000.
 */
import type { LinearOperator } from "../operators/linear-operator.js";
import { freshDirection } from "../operators/orthogonalize.js";
import { axpy, combine, dot, norm } from "../operators/vectors.js";
import { checkSymmetry } from "./checked-operator.js";
import { type Eigh, eigh } from "./eigh.js";
import { KrylovBasis } from "./krylov-basis.js";
import { divide } from "./lanczos.js";

export interface RitzPair {
  readonly value: number;
  readonly vector: Float64Array;
  /** The estimate β|sₘ| of ‖Av − θv‖. */
  readonly residual: number;
}

/** How far a search has come. */
export interface SearchState {
  /** The largest norm of a product so far, about ‖A‖. */
  readonly scale: number;
  /** The highest Ritz value less the lowest. */
  readonly spread: number;
  /** Products of this search. */
  readonly steps: number;
}

export interface Search {
  readonly op: LinearOperator;
  /** Orthonormal vectors to stay orthogonal to. */
  readonly locked: Float64Array[];
  /** How many pairs are wanted. */
  readonly count: number;
  /** Basis vectors before the first restart; every restart allows half as many more. */
  readonly dimension: number;
  /** The most basis vectors. */
  readonly maxDimension: number;
  /** Orders indices of ascending Ritz values, most wanted first. */
  readonly order: (values: Float64Array) => Uint32Array;
  /** Whether a wanted pair needs no more work. */
  readonly settled: (value: number, residual: number, state: SearchState) => boolean;
  readonly draw: () => Float64Array;
  /** Called before each product; false ends the search with what it has. */
  readonly spend: () => Promise<boolean>;
}

/** Looks at the Ritz values are this many steps apart, and an eighth of a large basis. */
const LOOK_EVERY = 4;
const VANISHED = 1e-14;

/** The wanted Ritz pairs, most wanted first, and the largest |Ritz value| seen. */
export async function thickRestart(search: Search): Promise<{ pairs: RitzPair[]; scale: number }> {
  const { locked, count, order } = search;
  const available = search.op.size - locked.length;
  let dimension = Math.min(search.dimension, search.maxDimension, available);
  let projected = squareZeros(dimension);
  // The locked vectors first: what is orthogonal to all of them is what the search sees.
  const held = new KrylovBasis(search.op.size);
  held.replaceFrom(0, locked);
  let basis: Float64Array[] = [];
  let next = freshDirection(search.draw, locked);
  let scale = 0;
  let steps = 0;
  let nextLook = LOOK_EVERY;
  while (next) {
    basis.push(next);
    held.push(next);
    const j = basis.length - 1;
    if (!(await search.spend())) {
      basis.pop();
      break;
    }
    steps++;
    const grown = expand(search, held, basis, projected, scale);
    scale = grown.scale;
    const { w, beta } = grown;
    const full = basis.length === dimension;
    if (full || beta === 0 || basis.length >= nextLook) {
      nextLook = basis.length + Math.max(LOOK_EVERY, basis.length >> 3);
      const ritz = eigh(leading(projected, basis.length));
      const wanted = order(ritz.eigenvalues).subarray(0, count);
      const residuals = ritz.eigenvectors.map((s) => beta * Math.abs(s[j]!));
      const spread = ritz.eigenvalues.at(-1)! - ritz.eigenvalues[0]!;
      const state = { scale, spread, steps };
      const done =
        basis.length >= Math.min(count, available) &&
        wanted.every((i) => search.settled(ritz.eigenvalues[i]!, residuals[i]!, state));
      if (done || (full && dimension === available)) {
        return { pairs: ritzPairs(basis, ritz, residuals, wanted), scale };
      }
      if (full) {
        dimension = Math.min(dimension + (dimension >> 1), search.maxDimension, available);
        projected = squareZeros(dimension);
        basis = compress(projected, basis, ritz, order, count, beta);
        held.replaceFrom(locked.length, basis);
        nextLook = basis.length + LOOK_EVERY;
      }
    }
    if (beta > 0) {
      next = divide(w, beta);
      // After a restart `compress` has coupled all that it kept.
      const at = basis.length;
      if (at === j + 1) projected[j]![at] = projected[at]![j] = beta;
    } else {
      next = freshDirection(search.draw, locked, basis);
    }
  }
  return { pairs: lastPairs(projected, basis, order, count), scale };
}

/** The image of the last vector, its entry in `projected`, and what lies outside the bases of it. */
function expand(
  { op }: Search,
  held: KrylovBasis,
  basis: readonly Float64Array[],
  projected: readonly Float64Array[],
  before: number,
): { w: Float64Array; beta: number; scale: number } {
  const j = basis.length - 1;
  const v = basis[j]!;
  const w = op.apply(v);
  const own = dot(v, w);
  const scale = Math.max(before, norm(w));
  projected[j]![j] = own;
  axpy(-own, v, w);
  if (j > 0) {
    const coupling = projected[j]![j - 1]!;
    checkSymmetry("topEigenpairs", dot(basis[j - 1]!, w), coupling, scale);
    axpy(-coupling, basis[j - 1]!, w);
  }
  const beta = held.orthogonalize(w);
  return { w, beta: beta <= VANISHED * scale ? 0 : beta, scale };
}

function squareZeros(size: number): Float64Array[] {
  return Array.from({ length: size }, () => new Float64Array(size));
}

function leading(matrix: readonly Float64Array[], size: number): Float64Array[] {
  return matrix.slice(0, size).map((row) => row.subarray(0, size));
}

function ritzPairs(
  basis: readonly Float64Array[],
  ritz: Eigh,
  residuals: readonly number[],
  wanted: Uint32Array,
): RitzPair[] {
  return Array.from(wanted, (i) => ({
    value: ritz.eigenvalues[i]!,
    vector: combine(basis, ritz.eigenvectors[i]!, basis[0]!.length),
    residual: residuals[i]!,
  }));
}

/** Keeps the best Ritz vectors and writes their arrowhead into the empty projected matrix. */
function compress(
  projected: readonly Float64Array[],
  basis: readonly Float64Array[],
  ritz: Eigh,
  order: Search["order"],
  count: number,
  beta: number,
): Float64Array[] {
  const size = basis.length;
  const keep = Math.min(size - 1, count + ((size - count) >> 1));
  const kept = order(ritz.eigenvalues).subarray(0, keep);
  return Array.from(kept, (i, p) => {
    const s = ritz.eigenvectors[i]!;
    projected[p]![p] = ritz.eigenvalues[i]!;
    projected[p]![keep] = projected[keep]![p] = beta * s[size - 1]!;
    return combine(basis, s, basis[0]!.length);
  });
}

/** What an interrupted search knows: Ritz pairs without residuals. */
function lastPairs(
  projected: readonly Float64Array[],
  basis: readonly Float64Array[],
  order: Search["order"],
  count: number,
): RitzPair[] {
  if (basis.length === 0) return [];
  const ritz = eigh(leading(projected, basis.length));
  const unknown = ritz.eigenvectors.map(() => Number.POSITIVE_INFINITY);
  return ritzPairs(basis, ritz, unknown, order(ritz.eigenvalues).subarray(0, count));
}
