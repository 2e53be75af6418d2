/**
 * s(λ) = −(H + λI)⁻¹g on the branch where H + λI is positive semidefinite, with its length prescribed.
 *
 * Trust regions want ‖s‖ = Δ, cubic regularisation ‖s‖ = λ/σ; in the eigenbasis both are a root of one
 * increasing function of μ = λ + λ₁ > 0. When g has no part along the lowest eigenvectors, s stays
 * short even at μ = 0 (the "hard case"), and a multiple of an eigenvector makes up the length.
 * Moré and Sorensen 1983; Conn, Gould and Toint, *Trust-Region Methods*, 7.3.
 */
import { combine, dot, norm } from "../operators/vectors.js";
import type { Eigh } from "../spectra/eigh.js";

export interface ShiftedStep {
  readonly step: Float64Array;
  /** λ: H + λI is positive semidefinite and (H + λI)·step = −g. */
  readonly multiplier: number;
  readonly hardCase: boolean;
}

/** The wanted length as a function of λ, as its inverse and the slope of that, and when λ = 0 will do. */
export interface WantedLength {
  inverse(multiplier: number): number;
  slope(multiplier: number): number;
  /** An upper bound of λ + min(0, λ₁) for a right side of this norm, from ‖s‖ ≤ ‖g‖/μ. */
  bound(gradientNorm: number): number;
  /** Whether the unconstrained minimiser of that length is the answer. */
  allowsNewton(length: number): boolean;
}

const ROUNDING = 2 ** -52;

export function shiftedStep(eigen: Eigh, g: Float64Array, wanted: WantedLength): ShiftedStep {
  const { eigenvalues, eigenvectors } = eigen;
  const n = g.length;
  const lowest = eigenvalues[0]!;
  const size = Math.max(Math.abs(lowest), Math.abs(eigenvalues[n - 1]!));
  const gamma = withoutNoise(eigen, g, size);
  const gaps = eigenvalues.map((value) => value - lowest);
  const assemble = (mu: number) =>
    combine(
      eigenvectors,
      gamma.map((c, i) => (c === 0 ? 0 : -c / (gaps[i]! + mu))),
      n,
    );
  const lengthAt = (mu: number) => norm(gamma.map((c, i) => (c === 0 ? 0 : c / (gaps[i]! + mu))));

  if (lowest > n * ROUNDING * size) {
    const newtonLength = lengthAt(lowest);
    if (wanted.allowsNewton(newtonLength)) {
      return { step: assemble(lowest), multiplier: 0, hardCase: false };
    }
  }
  const muLow = Math.max(0, lowest);
  const atEdge = lengthAt(muLow);
  const target = 1 / wanted.inverse(muLow - lowest);
  if (muLow === 0 && Number.isFinite(atEdge) && atEdge < target) {
    const step = assemble(0);
    const alongLowest = Math.sqrt(target * target - atEdge * atEdge);
    const sign = dot(eigenvectors[0]!, g) > 0 ? -1 : 1;
    eigenvectors[0]!.forEach((entry, i) => {
      step[i]! += sign * alongLowest * entry;
    });
    return { step, multiplier: -lowest, hardCase: true };
  }
  const mu = rootOf(gamma, gaps, lowest, muLow, wanted, lengthAt);
  return { step: assemble(mu), multiplier: mu - lowest, hardCase: false };
}

/** The coordinates of g, those in the lowest eigenspace that are rounding alone set to zero. */
function withoutNoise(eigen: Eigh, g: Float64Array, size: number): Float64Array {
  const { eigenvalues, eigenvectors } = eigen;
  const noise = 8 * g.length * ROUNDING * norm(g);
  const near = eigenvalues[0]! + 8 * g.length * ROUNDING * size;
  return Float64Array.from(eigenvectors, (v, i) => {
    const coordinate = dot(v, g);
    return eigenvalues[i]! <= near && Math.abs(coordinate) <= noise ? 0 : coordinate;
  });
}

/** The μ at which 1/‖s‖ meets the wanted inverse, by Newton's method inside a shrinking bracket. */
function rootOf(
  gamma: Float64Array,
  gaps: Float64Array,
  lowest: number,
  muLow: number,
  wanted: WantedLength,
  lengthAt: (mu: number) => number,
): number {
  const excess = (mu: number) => 1 / lengthAt(mu) - wanted.inverse(mu - lowest);
  let low = muLow;
  let high = Math.max(2 * muLow, muLow + wanted.bound(norm(gamma)), 1e-300);
  while (excess(high) < 0) {
    low = high;
    high *= 4;
  }
  let mu = low > muLow ? (low + high) / 2 : high;
  for (let count = 0; count < 200 && high - low > 4 * ROUNDING * high; count++) {
    const value = excess(mu);
    if (value === 0) break;
    if (value < 0) low = mu;
    else high = mu;
    const length = lengthAt(mu);
    let cubes = 0;
    gamma.forEach((c, i) => {
      if (c !== 0) cubes += (c * c) / (gaps[i]! + mu) ** 3;
    });
    const slope = cubes / length ** 3 - wanted.slope(mu - lowest);
    const next = mu - value / slope;
    if (next > low && next < high) {
      if (Math.abs(next - mu) <= ROUNDING * mu) break;
      mu = next;
    } else {
      mu = low > 0 ? Math.sqrt(low * high) : high * 1e-3;
    }
  }
  return mu;
}
