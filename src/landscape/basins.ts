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

export interface BasinsOptions extends Omit<MinimizeOptions, "trace" | "onStep"> {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Starts along each axis; 121. */
  readonly resolution?: number;
  /** Points closer than this are one; 1e-4. */
  readonly distance?: number;
  /** Called after each row of starts with how many are done. */
  readonly onProgress?: (done: number) => void;
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
 * const { attractors } = await basins(problems.himmelblau, { x: [-6, 6], y: [-6, 6], method: "newton" });
 * attractors.length // 9: four minima, four saddles, one maximum
 */
export async function basins(objective: ObjectiveSpec, options: BasinsOptions): Promise<Basins> {
  const { x, y, resolution = 121, distance = 1e-4, onProgress, ...rest } = options;
  if (!(Number.isInteger(resolution) && resolution >= 2)) {
    throw new RangeError(`basins: resolution = ${resolution}; a whole number from 2 is needed`);
  }
  const [xs, ys] = [spaced(x, resolution), spaced(y, resolution)];
  const ends: Float64Array[] = [];
  const labels: number[][] = [];
  const steps: number[][] = [];
  for (const [row, v] of ys.entries()) {
    labels.push([]);
    steps.push([]);
    for (const u of xs) {
      const run = await minimize(objective, [u, v], { maxIterations: 100, ...rest, trace: false });
      steps[row]!.push(run.nit);
      labels[row]!.push(run.status === "converged" ? labelOf(ends, run.x, distance) : -1);
    }
    onProgress?.((row + 1) * resolution);
  }
  return { xs, ys, steps, ...ordered(objective, ends, labels) };
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
