/**
 * Mode connectivity: a curve between two minima along which the loss stays low.
 *
 * A Bézier curve or a polygonal chain φ(t) runs from a to b through bends θ₁ … θ_m; the bends are moved
 * to lower the mean loss over t, whose gradient by a bend is the mean of B_j(t)∇f(φ(t)). The mean is a
 * fixed midpoint rule, so the search is deterministic. Garipov, Izmailov, Podoprikhin, Vetrov and
 * Wilson, NeurIPS 2018; Draxler and others, ICML 2018.
 */
import type { LongWork } from "../operators/pace.js";
import { vectorOf } from "../operators/vector-of.js";
import { addScaled, axpy, combine, scaled } from "../operators/vectors.js";
import { type MinimizeResult, minimize } from "../optimize/minimize.js";
import { type Objective, type ObjectiveSpec, Oracle } from "../optimize/objective.js";
import { Random } from "../tensor/random.js";
import { along, type Interpolation, linspace } from "./interpolate.js";

export interface ConnectOptions extends LongWork<{ iteration: number; meanLoss: number }> {
  readonly curve?: "bezier" | "polygonal";
  /** Points between the ends that may move; 1. */
  readonly bends?: number;
  /** Points of the midpoint rule; 20. */
  readonly samples?: number;
  readonly maxIterations?: number;
  /** Bends start on the line, displaced by this share of its length; 0.1. */
  readonly spread?: number;
  readonly seed?: number;
  /** Points at which the two paths are compared; 101. */
  readonly points?: number;
}

export interface Connection {
  /** φ(t), t from 0 (a) to 1 (b). */
  at(t: number): Float64Array;
  readonly bends: Float64Array[];
  /** The loss and the barrier along the curve, and along the straight line. */
  readonly curve: Interpolation;
  readonly line: Interpolation;
  readonly search: MinimizeResult;
}

/** The weights of the m + 2 control points at t; they sum to 1. */
type Basis = (t: number, controls: number) => Float64Array;

const bases: Record<"bezier" | "polygonal", Basis> = {
  /** Bernstein's polynomials. */
  bezier: (t, controls) => {
    const degree = controls - 1;
    let binomial = 1;
    return Float64Array.from({ length: controls }, (_, j) => {
      if (j > 0) binomial *= (degree - j + 1) / j;
      return binomial * t ** j * (1 - t) ** (degree - j);
    });
  },
  /** Hats: linear between neighbours. */
  polygonal: (t, controls) =>
    Float64Array.from({ length: controls }, (_, j) =>
      Math.max(0, 1 - Math.abs(t * (controls - 1) - j)),
    ),
};

/**
 * A curve from a to b whose mean loss is low, and the straight line beside it.
 *
 * @example
 * // The minima of (x² + y² − 1)² are a circle; the line between two opposite ones leaves it.
 * const ring = {
 *   value: ([x, y]: Float64Array) => (x! ** 2 + y! ** 2 - 1) ** 2,
 *   gradient: (p: Float64Array) => p.map((entry) => 4 * (p[0]! ** 2 + p[1]! ** 2 - 1) * entry),
 * };
 * const { line, curve } = await connect(ring, [-1, 0], [1, 0], { points: 21 });
 * line.barrier; // 1
 * curve.barrier < 0.1; // true
 */
export async function connect(
  objective: ObjectiveSpec,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: ConnectOptions = {},
): Promise<Connection> {
  const { curve = "bezier", bends = 1, samples = 20, points = 101, signal } = options;
  if (!Object.hasOwn(bases, curve)) {
    throw new RangeError(`connect: curve = "${curve}"; "bezier" or "polygonal" is needed`);
  }
  for (const [name, count] of Object.entries({ bends, samples })) {
    if (Number.isInteger(count) && count >= 1) continue;
    throw new RangeError(`connect: ${name} = ${count}; a whole number from 1 is needed`);
  }
  if (a.length !== b.length) {
    throw new RangeError(`connect: a has ${a.length} entries and b has ${b.length}`);
  }
  const ends = [vectorOf("connect: a", a), vectorOf("connect: b", b)] as const;
  const n = a.length;
  const path = (moved: Float64Array, t: number) => {
    const inner = Array.from({ length: bends }, (_, j) => moved.subarray(j * n, (j + 1) * n));
    return combine([ends[0], ...inner, ends[1]], bases[curve](t, bends + 2), n);
  };
  const mean = meanLoss(objective, path, bases[curve], n, bends, samples);
  const search = await minimize(mean, startingBends(ends, bends, options), {
    method: "lbfgs",
    maxIterations: options.maxIterations ?? 200,
    trace: false,
    onStep: ({ iteration, fun }) => options.onProgress?.({ iteration, meanLoss: fun }),
    ...(signal && { signal }),
  });
  const grid = linspace("connect", 0, 1, points);
  const work = signal ? { signal } : {};
  const straight = (t: number) => addScaled(scaled(1 - t, ends[0]), t, ends[1]);
  return {
    at: (t) => path(search.x, t),
    bends: Array.from({ length: bends }, (_, j) => search.x.slice(j * n, (j + 1) * n)),
    curve: await along(objective, grid, (t) => path(search.x, t), work),
    line: await along(objective, grid, straight, work),
    search,
  };
}

function meanLoss(
  objective: ObjectiveSpec,
  path: (moved: Float64Array, t: number) => Float64Array,
  basis: Basis,
  n: number,
  bends: number,
  samples: number,
): Objective {
  const oracle = new Oracle(objective, n, "connect");
  const valueAndGradient = (moved: Float64Array) => {
    let value = 0;
    const gradient = new Float64Array(moved.length);
    for (let i = 0; i < samples; i++) {
      const t = (i + 0.5) / samples;
      const point = oracle.at(path(moved, t));
      const weights = basis(t, bends + 2);
      value += point.fun / samples;
      for (let j = 0; j < bends; j++) {
        const part = gradient.subarray(j * n, (j + 1) * n);
        axpy(weights[j + 1]! / samples, point.gradient, part);
      }
    }
    return { value, gradient };
  };
  return {
    value: (moved) => valueAndGradient(moved).value,
    gradient: (moved) => valueAndGradient(moved).gradient,
    valueAndGradient,
  };
}

/** Bends evenly on the line, each displaced at random so that a symmetric barrier can be left. */
function startingBends(
  [a, b]: readonly [Float64Array, Float64Array],
  bends: number,
  { spread = 0.1, seed = 0 }: ConnectOptions,
): Float64Array {
  const random = new Random(seed);
  const n = a.length;
  const length = Math.sqrt(a.reduce((sum, entry, i) => sum + (entry - b[i]!) ** 2, 0));
  const start = new Float64Array(bends * n);
  for (let j = 0; j < bends; j++) {
    const t = (j + 1) / (bends + 1);
    for (let i = 0; i < n; i++) {
      const noise = (spread * length * random.normal()) / Math.sqrt(n);
      start[j * n + i] = (1 - t) * a[i]! + t * b[i]! + noise;
    }
  }
  return start;
}
