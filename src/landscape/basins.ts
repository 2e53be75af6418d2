/**
 * Basins of attraction: where a method ends from each start of a grid in the plane.
 *
 * A run that does not converge within its limit is unsettled. Runs that end at one point, to
 * `distance`, share a label; the labels order the points found by index, then by value, then by place,
 * so that the minima come first and the same picture has the same labels on every run.
 */
import { norm, subtract } from "../operators/vectors.js";
import { type MinimizeOptions, minimize } from "../optimize/minimize.js";
import type { ObjectiveSpec } from "../optimize/objective.js";
import { type Classified, classify } from "./classify.js";
import { loadObjective, type ObjectiveSource } from "./objective-source.js";
import { type SpreadOptions, spread } from "./spread.js";

export interface BasinsOptions
  extends Omit<MinimizeOptions, "trace" | "onStep" | "onProgress">,
    SpreadOptions {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Starts along each axis; 121. */
  readonly resolution?: number;
  /** Points closer than this are one; 1e-4. */
  readonly distance?: number;
}

export interface Attractor extends Classified {
  /** How many of the starts end here. */
  readonly starts: number;
}

export interface Basins {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** labels[row of y][column of x]: an index into `attractors`, or −1 for an unsettled run. */
  readonly labels: readonly (readonly number[])[];
  /** How many steps each run took. */
  readonly steps: readonly (readonly number[])[];
  readonly attractors: readonly Attractor[];
  readonly unsettled: number;
}

/**
 * @example
 * const square = { x: [-6, 6], y: [-6, 6], resolution: 31 } as const;
 * const { attractors } = await basins(problems.himmelblau, { ...square, method: "newton" });
 * attractors.length; // 9, four minima, four saddles, one maximum
 */
export async function basins(objective: ObjectiveSource, options: BasinsOptions): Promise<Basins> {
  const { x, y, resolution = 121, distance = 1e-4, threads, onProgress, signal, ...rest } = options;
  if (!(Number.isInteger(resolution) && resolution >= 2)) {
    throw new RangeError(`basins: resolution = ${resolution}; a whole number from 2 is needed`);
  }
  const [xs, ys] = [spaced(x, resolution), spaced(y, resolution)];
  const minimization = { maxIterations: 100, ...rest };
  const inputs = ys.flatMap((v) => xs.map((u): Descent => ({ start: [u, v], minimization })));
  const task = { module: import.meta.url, name: "endOf", run: endOf };
  const work = { threads, onProgress, signal };
  const runs = await spread("basins", objective, task, inputs, work);
  const ends: Float64Array[] = [];
  const found = runs.map((run) => (run.x ? labelOf(ends, run.x, distance) : -1));
  const rows = <T>(list: readonly T[]) =>
    ys.map((_, row) => list.slice(row * resolution, (row + 1) * resolution));
  const steps = rows(runs.map(({ nit }) => nit));
  return { xs, ys, steps, ...ordered(await loadObjective(objective), ends, rows(found)) };
}

interface Descent {
  readonly start: readonly [number, number];
  readonly minimization: MinimizeOptions;
}

interface End {
  /** Absent when the run did not converge. */
  readonly x?: Float64Array;
  readonly nit: number;
}

/** One run, on any thread. */
export async function endOf(
  objective: ObjectiveSpec,
  { start, minimization }: Descent,
  signal?: AbortSignal,
): Promise<End> {
  const options = { ...minimization, trace: false, ...(signal && { signal }) };
  const { status, x, nit } = await minimize(objective, start, options);
  return status === "converged" ? { x, nit } : { nit };
}

function spaced([low, high]: readonly [number, number], count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** The index of the known end that x is, or of a new one. */
function labelOf(ends: Float64Array[], x: Float64Array, distance: number): number {
  const known = ends.findIndex((end) => norm(subtract(end, x)) <= distance);
  return known >= 0 ? known : ends.push(x) - 1;
}

function ordered(
  objective: ObjectiveSpec,
  ends: readonly Float64Array[],
  found: readonly (readonly number[])[],
): Pick<Basins, "labels" | "attractors" | "unsettled"> {
  const counts = ends.map(() => 0);
  let unsettled = 0;
  for (const label of found.flat()) {
    if (label < 0) unsettled += 1;
    else counts[label]! += 1;
  }
  const points = ends.map((x, label) => ({
    label,
    ...classify(objective, x),
    starts: counts[label]!,
  }));
  // Minima that are equal differ in value by rounding, which must not decide.
  points.sort(
    (p, q) =>
      p.index - q.index ||
      (Math.abs(p.fun - q.fun) > 1e-9 ? p.fun - q.fun : q.x[0]! - p.x[0]! || q.x[1]! - p.x[1]!),
  );
  const renamed = new Map(points.map(({ label }, place) => [label, place]));
  return {
    labels: found.map((row) => row.map((label) => renamed.get(label) ?? -1)),
    attractors: points.map(({ label: _, ...point }) => point),
    unsettled,
  };
}
