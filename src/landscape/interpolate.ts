/**
 * The loss along the straight line between two points: f((1 − α)a + αb).
 *
 * Between a start and a trained network it usually falls without a bump (Goodfellow, Vinyals and
 * Saxe, ICLR 2015); between two trained networks it usually has one, the barrier. *Deep Learning*,
 * 8.2.3 and 8.2.6.
 */
import { type LongWork, Pace } from "../operators/pace.js";
import { vectorOf } from "../operators/vector-of.js";
import { addScaled, scaled } from "../operators/vectors.js";
import { checkHasValue, type ObjectiveSpec } from "../optimize/objective.js";

export interface InterpolateOptions extends LongWork<{ done: number; of: number }> {
  /** How many values of α; 51. */
  readonly points?: number;
  /** The range of α; [0, 1]. */
  readonly range?: readonly [number, number];
}

export interface Interpolation {
  readonly alphas: Float64Array;
  readonly values: Float64Array;
  /** The most that f rises above the straight line between its two ends; 0 if it never does. */
  readonly barrier: number;
}

/**
 * f on the straight line from a to b, (1 − α)a + αb.
 *
 * @example
 * const { values } = await interpolate(problems.quadratic([1]), [-1], [1], { points: 3 });
 * values; // [0.5, 0, 0.5]
 */
export async function interpolate(
  objective: Pick<ObjectiveSpec, "value">,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: InterpolateOptions = {},
): Promise<Interpolation> {
  const { points = 51, range = [0, 1] } = options;
  checkHasValue("interpolate", objective);
  const [from, to] = [vectorOf("interpolate: a", a), vectorOf("interpolate: b", b)];
  if (a.length !== b.length) {
    throw new RangeError(`interpolate: a has ${a.length} entries and b has ${b.length}`);
  }
  const alphas = linspace("interpolate", range[0], range[1], points);
  return along(
    objective,
    alphas,
    (alpha) => addScaled(scaled(1 - alpha, from), alpha, to),
    options,
  );
}

/** f at each position of a path, and its barrier. */
export async function along(
  objective: Pick<ObjectiveSpec, "value">,
  alphas: Float64Array,
  path: (alpha: number) => Float64Array,
  work: LongWork<{ done: number; of: number }>,
): Promise<Interpolation> {
  const pace = new Pace(work.signal);
  const values = new Float64Array(alphas.length);
  for (let i = 0; i < alphas.length; i++) {
    await pace.step();
    values[i] = objective.value(path(alphas[i]!));
    work.onProgress?.({ done: i + 1, of: alphas.length });
  }
  const [first, last] = [values[0]!, values.at(-1)!];
  const span = alphas.at(-1)! - alphas[0]!;
  const rise = values.map((value, i) => {
    const t = span > 0 ? (alphas[i]! - alphas[0]!) / span : 0;
    return value - ((1 - t) * first + t * last);
  });
  return { alphas, values, barrier: Math.max(0, ...rise) };
}

export function linspace(who: string, low: number, high: number, count: number): Float64Array {
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(`${who}: ${count} points; a whole number of at least 2 is needed`);
  }
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}
