/**
 * How often a method ends where: many random starts, each followed to its end and classified.
 *
 * Start i is drawn from its own fork of the seed, so that more starts do not change the first ones.
 */
import { vectorOf } from "../operators/vector-of.js";
import { type MinimizeOptions, type MinimizeResult, minimize } from "../optimize/minimize.js";
import type { ObjectiveSpec } from "../optimize/objective.js";
import { Random } from "../tensor/random.js";
import { type Classified, classify } from "./classify.js";
import type { ObjectiveSource } from "./objective-source.js";
import { type SpreadOptions, spread } from "./spread.js";

export interface OutcomesOptions
  extends Omit<MinimizeOptions, "trace" | "onStep" | "onProgress">,
    SpreadOptions {
  /** Points, or how many to draw. */
  readonly starts: number | readonly ArrayLike<number>[];
  /** The length of a drawn start; needed with a number of starts. */
  readonly size?: number;
  /** Standard deviation of each entry of a drawn start; 1. */
  readonly deviation?: number;
  readonly seed?: number;
  /** Eigenvalues within this share of the largest are zero; 1e-7. */
  readonly rtol?: number;
}

export interface OutcomeRun {
  readonly start: Float64Array;
  /** How the run ended: the kind of point, "flat" for a minimum with zero eigenvalues, or the status. */
  readonly outcome: string;
  readonly result: MinimizeResult;
  /** What it ended at, when it converged. */
  readonly end: Classified | undefined;
}

export interface Outcomes {
  readonly runs: readonly OutcomeRun[];
  /** How many runs had each outcome. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * @example
 * // Newton's method solves a quadratic in one step, and goes to its saddle as gladly.
 * const options = { starts: 20, size: 2, method: "newton" } as const;
 * (await outcomes(problems.quadratic([1, -2]), options)).counts; // { saddle: 20 }
 */
export async function outcomes(
  objective: ObjectiveSource,
  options: OutcomesOptions,
): Promise<Outcomes> {
  const { starts, size, deviation, seed, rtol, threads, onProgress, signal, ...rest } = options;
  const points =
    typeof starts === "number" ? drawStarts(starts, size, deviation ?? 1, seed ?? 0) : starts;
  const inputs = points.map((point, i): Trial => {
    const start = vectorOf(`outcomes: start ${i}`, point);
    return { start, rtol: rtol ?? 1e-7, minimization: rest };
  });
  const task = { module: import.meta.url, name: "tryFrom", run: tryFrom };
  const work = { threads, onProgress, signal };
  const runs = await spread("outcomes", objective, task, inputs, work);
  const counts: Record<string, number> = {};
  for (const { outcome } of runs) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return { runs, counts };
}

interface Trial {
  readonly start: Float64Array;
  readonly rtol: number;
  readonly minimization: MinimizeOptions;
}

/** One run, on any thread. */
export async function tryFrom(
  objective: ObjectiveSpec,
  { start, rtol, minimization }: Trial,
  signal?: AbortSignal,
): Promise<OutcomeRun> {
  const options = { ...minimization, trace: false, ...(signal && { signal }) };
  const result = await minimize(objective, start, options);
  const end = result.status === "converged" ? classify(objective, result.x, { rtol }) : undefined;
  return { start, outcome: end === undefined ? result.status : outcomeOf(end), result, end };
}

function outcomeOf({ kind, degenerate }: Classified): string {
  return kind === "minimum" && degenerate ? "flat" : kind;
}

function drawStarts(
  count: number,
  size: number | undefined,
  deviation: number,
  seed: number,
): Float64Array[] {
  if (size === undefined) {
    throw new RangeError(
      `outcomes: ${count} starts to draw, but no size; give the number of entries`,
    );
  }
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) =>
    random
      .fork(i)
      .normals(size)
      .map((entry) => deviation * entry),
  );
}
