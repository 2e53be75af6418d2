/**
 * Gram–Schmidt against an orthonormal basis, twice: "twice is enough" (Parlett, 6.9) for
 * orthogonality to rounding, however much of the vector the first pass removes.
 */
import { axpy, dot, norm } from "./vectors.js";

/** Removes from w, in place, its part in the span of each basis; returns what is left of its norm. */
export function orthogonalize(w: Float64Array, ...bases: readonly Float64Array[][]): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const basis of bases) {
      for (const v of basis) axpy(-dot(v, w), v, w);
    }
  }
  return norm(w);
}

/**
 * A unit vector orthogonal to the bases, from `draw`, which gives random vectors; undefined when the
 * bases already span the space.
 */
export function freshDirection(
  draw: () => Float64Array,
  ...bases: readonly Float64Array[][]
): Float64Array | undefined {
  for (let attempt = 0; attempt < 3; attempt++) {
    const v = draw();
    const spanned = bases.reduce((count, basis) => count + basis.length, 0);
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
