/**
 * Gram–Schmidt against an orthonormal basis, repeated when it removed much.
 *
 * One pass leaves errors of the size of what it removed; a second cleans them: "twice is enough"
 * (Parlett, 6.9). It is skipped when the first left more than 0.7 of the vector's norm (Daniel, Gragg,
 * Kaufman and Stewart 1976). Basis vectors are taken four at a time, so that w is read a quarter as
 * often: at these sizes memory is the cost.
 */
import { axpy, dot, norm } from "./vectors.js";

/** What a pass must leave of the norm for a second to be needless. */
const ENOUGH = Math.SQRT1_2;

/** Removes from w, in place, its part in the span of each basis; returns what is left of its norm. */
export function orthogonalize(
  w: Float64Array,
  ...bases: readonly (readonly Float64Array[])[]
): number {
  let before = norm(w);
  for (let pass = 0; pass < 3; pass++) {
    for (const basis of bases) removeSpan(w, basis);
    const after = norm(w);
    if (after >= ENOUGH * before) return after;
    before = after;
  }
  return before;
}

function removeSpan(w: Float64Array, basis: readonly Float64Array[]): void {
  let j = 0;
  for (; j + 3 < basis.length; j += 4) {
    removeFour(w, basis[j]!, basis[j + 1]!, basis[j + 2]!, basis[j + 3]!);
  }
  for (; j < basis.length; j++) axpy(-dot(basis[j]!, w), basis[j]!, w);
}

function removeFour(
  w: Float64Array,
  v0: Float64Array,
  v1: Float64Array,
  v2: Float64Array,
  v3: Float64Array,
): void {
  let [c0, c1, c2, c3] = [0, 0, 0, 0];
  for (let i = 0; i < w.length; i++) {
    const entry = w[i]!;
    c0 += entry * v0[i]!;
    c1 += entry * v1[i]!;
    c2 += entry * v2[i]!;
    c3 += entry * v3[i]!;
  }
  for (let i = 0; i < w.length; i++) {
    w[i]! -= c0 * v0[i]! + c1 * v1[i]! + (c2 * v2[i]! + c3 * v3[i]!);
  }
}

/**
 * A unit vector orthogonal to the bases, from `draw`, which gives random vectors; undefined when the
 * bases already span the space.
 */
export function freshDirection(
  draw: () => Float64Array,
  ...bases: readonly (readonly Float64Array[])[]
): Float64Array | undefined {
  const spanned = bases.reduce((count, basis) => count + basis.length, 0);
  for (let attempt = 0; attempt < 3; attempt++) {
    const v = draw();
    if (spanned >= v.length) return undefined;
    const before = norm(v);
    const left = orthogonalize(v, ...bases);
    if (left > 1e-8 * before) {
      // Once more at unit length: what rounding left along the bases was relative to `before`.
      for (let i = 0; i < v.length; i++) v[i]! /= left;
      const length = orthogonalize(v, ...bases);
      return v.map((value) => value / length);
    }
  }
  return undefined;
}
