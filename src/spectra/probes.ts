/**
 * What every randomised estimator here shares: random probe vectors and the error of a mean.
 *
 * A probe v has independent entries of mean 0 and variance 1, so E[vᵀAv] = tr A. Its variance is
 * 2(‖A‖²_F − Σaᵢᵢ²) for Rademacher entries (±1) and 2‖A‖²_F for normal ones: Rademacher is never
 * worse, and exact on a diagonal matrix.
 */
import type { LongWork } from "../operators/pace.js";
import type { Random } from "../tensor/random.js";

/** Products spent, of at most `of`; `done` says the same to a progress bar. */
export interface ProductProgress {
  readonly done: number;
  readonly products: number;
  readonly of: number;
}

export type ProbeLaw = "rademacher" | "normal";

export interface ProbeOptions extends LongWork<ProductProgress> {
  /** The most products to spend. */
  readonly products?: number;
  readonly probe?: ProbeLaw;
  readonly seed?: number;
}

/** A random estimate with its own error bar. */
export interface Estimate {
  readonly value: number;
  /** The estimated standard deviation of `value` over seeds; 0 when it is exact. */
  readonly standardError: number;
  /** Products with the operator that it took. */
  readonly products: number;
}

/** The names of `ProbeOptions`. */
export const probeOptionNames: readonly (keyof ProbeOptions)[] = [
  "products",
  "probe",
  "seed",
  "onProgress",
  "signal",
];

export function drawProbe(random: Random, probe: ProbeLaw, n: number): Float64Array {
  return probe === "normal" ? random.normals(n) : random.signs(n);
}

/** The mean of samples and its standard error; one sample has an unknown error, infinity. */
export function meanOf(samples: readonly number[]): { value: number; standardError: number } {
  const count = samples.length;
  const value = samples.reduce((sum, x) => sum + x, 0) / count;
  if (count < 2) return { value, standardError: Number.POSITIVE_INFINITY };
  const squares = samples.reduce((sum, x) => sum + (x - value) ** 2, 0);
  return { value, standardError: Math.sqrt(squares / (count - 1) / count) };
}

/** Throws unless an option that counts something is a whole number of at least `least`. */
export function checkBudget(who: string, option: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `${who}: ${option} = ${value}; a whole number of at least ${least} is needed`,
    );
  }
}

export function checkProbe(who: string, probe: ProbeLaw): void {
  if (probe !== "rademacher" && probe !== "normal") {
    throw new RangeError(`${who}: probe = "${probe}"; "rademacher" or "normal" is needed`);
  }
}
