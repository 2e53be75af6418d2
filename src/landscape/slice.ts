/**
 * The loss on a plane through a point: f(c + s·d₁ + t·d₂).
 *
 * Random directions are meaningless across layers of different scale, unless each filter of the
 * direction is given the norm of the same filter of c ("filter normalisation": Li, Xu, Taylor, Studer
 * and Goldstein, NeurIPS 2018). Directions can also be the Hessian's top and bottom eigenvectors, or
 * the principal directions of a trajectory.
 */
import { type LongWork, Pace } from "../operators/pace.js";
import { describe, vectorOf } from "../operators/vector-of.js";
import { addScaled, combine, dot, norm, scaled, subtract } from "../operators/vectors.js";
import { checkHasValue, type ObjectiveSpec, Oracle } from "../optimize/objective.js";
import { eigh } from "../spectra/eigh.js";
import { topEigenpairs } from "../spectra/top-eigenpairs.js";
import { Random } from "../tensor/random.js";
import { linspace } from "./interpolate.js";

/** Two directions whose angle has a smaller sine than this span no plane, to rounding. */
const PARALLEL = 1e-7;

/** The indices of one filter's entries in the parameter vector. */
export type Filter = Uint32Array;

export type Directions =
  | "random"
  | "eigenvectors"
  | readonly [ArrayLike<number>, ArrayLike<number>];

export interface SliceOptions extends LongWork<{ done: number; of: number }> {
  readonly directions?: Directions;
  /** Groups of entries to normalise random directions by; see `filtersOf`. */
  readonly filters?: readonly Filter[];
  /** How far to go each way, in units of the directions; 1. */
  readonly extent?: number;
  /** Points a side; 25. */
  readonly points?: number;
  readonly seed?: number;
}

export interface Slice {
  readonly s: Float64Array;
  readonly t: Float64Array;
  /** values[j][i] = f(c + s[i]·d₁ + t[j]·d₂). */
  readonly values: Float64Array[];
  readonly directions: readonly [Float64Array, Float64Array];
}

/**
 * f on a square grid of the plane, `extent` each way in units of the directions.
 *
 * @example
 * const directions = [[1, 0], [0, 1]] as const;
 * (await slice(problems.quadratic([1, 3]), [0, 0], { directions, points: 3 })).values;
 * // [[2, 1.5, 2], [0.5, 0, 0.5], [2, 1.5, 2]]
 */
export async function slice(
  objective: ObjectiveSpec,
  centre: ArrayLike<number>,
  options: SliceOptions = {},
): Promise<Slice> {
  const { extent = 1, points = 25 } = options;
  checkHasValue("slice", objective);
  const c = vectorOf("slice: the centre", centre);
  const [d1, d2] = await chooseDirections(objective, c, options);
  const axis = linspace("slice", -extent, extent, points);
  const pace = new Pace(options.signal);
  const values: Float64Array[] = [];
  for (const t of axis) {
    const row = new Float64Array(points);
    const base = addScaled(c, t, d2);
    for (let i = 0; i < points; i++) {
      await pace.step();
      row[i] = objective.value(addScaled(base, axis[i]!, d1));
    }
    values.push(row);
    options.onProgress?.({ done: values.length * points, of: points * points });
  }
  return { s: axis, t: axis, values, directions: [d1, d2] };
}

async function chooseDirections(
  objective: ObjectiveSpec,
  c: Float64Array,
  { directions = "random", filters, seed = 0 }: SliceOptions,
): Promise<[Float64Array, Float64Array]> {
  if (directions === "eigenvectors") {
    const hessian = new Oracle(objective, c.length, "slice").hessianAt(c);
    const { eigenvectors } = await topEigenpairs(hessian, { k: 2, which: "BE", seed, rtol: 1e-6 });
    return [eigenvectors[0]!, eigenvectors[1]!];
  }
  if (directions === "random") {
    const random = new Random(seed);
    const draw = () => filterNormalised(random.normals(c.length), c, filters);
    return [draw(), draw()];
  }
  if (!Array.isArray(directions) || directions.length !== 2) {
    throw new TypeError(
      `slice: directions is ${describe(directions)}; "random", "eigenvectors" or two vectors are needed`,
    );
  }
  const given = directions.map((direction) => vectorOf("slice: a direction", direction));
  for (const direction of given) {
    if (direction.length !== c.length) {
      throw new RangeError(
        `slice: a direction has ${direction.length} entries at a point of ${c.length}`,
      );
    }
  }
  return [given[0]!, given[1]!];
}

/**
 * The direction with each filter scaled to the norm of the same filter of c; one filter by default.
 *
 * @example
 * filterNormalised(Float64Array.of(3, 4), Float64Array.of(0, 10)); // [6, 8]
 */
export function filterNormalised(
  direction: Float64Array,
  c: Float64Array,
  filters: readonly Filter[] = [Uint32Array.from(c, (_, i) => i)],
): Float64Array {
  const normalised = new Float64Array(c.length);
  for (const filter of filters) {
    const part = Float64Array.from(filter, (i) => direction[i]!);
    const size = norm(part);
    const wanted = norm(Float64Array.from(filter, (i) => c[i]!));
    filter.forEach((i, k) => {
      normalised[i] = size > 0 ? (part[k]! * wanted) / size : 0;
    });
  }
  return normalised;
}

/**
 * The filters of named parameters in the order of `flatten`: what feeds one output unit of a dense
 * kernel [in, out] or one channel of a convolution […, in, out]. Biases, of one axis, are left out,
 * so that their entries of a normalised direction are 0.
 *
 * @example
 * filtersOf({ kernel: { shape: [2, 2] }, bias: { shape: [2] } }); // [[0, 2], [1, 3]]
 */
export function filtersOf(
  params: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): Filter[] {
  const filters: Filter[] = [];
  let offset = 0;
  for (const { shape } of Object.values(params)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const outputs = shape.at(-1) ?? 1;
    if (shape.length > 1) {
      for (let unit = 0; unit < outputs; unit++) {
        const start = offset + unit;
        filters.push(Uint32Array.from({ length: size / outputs }, (_, i) => start + i * outputs));
      }
    }
    offset += size;
  }
  return filters;
}

/**
 * Coordinates of points in the plane c + s·d₁ + t·d₂, by least squares where d₁ and d₂ are oblique.
 *
 * @example
 * const axes = [Float64Array.of(1, 0), Float64Array.of(0, 1)] as const;
 * project([Float64Array.of(3, 4)], Float64Array.of(1, 1), axes); // { s: [2], t: [3] }
 */
export function project(
  points: readonly Float64Array[],
  centre: Float64Array,
  [d1, d2]: readonly [Float64Array, Float64Array],
): { s: Float64Array; t: Float64Array } {
  const [a, b, c] = [dot(d1, d1), dot(d1, d2), dot(d2, d2)];
  const determinant = a * c - b * b;
  if (!(determinant > PARALLEL ** 2 * a * c)) {
    throw new RangeError(
      `project: the directions, of lengths ${Math.sqrt(a)} and ${Math.sqrt(c)}, span no plane: one is a ` +
        "multiple of the other, or zero; two that are not are needed",
    );
  }
  const coordinates = points.map((point) => {
    const away = subtract(point, centre);
    const [u, v] = [dot(d1, away), dot(d2, away)];
    return [(c * u - b * v) / determinant, (a * v - b * u) / determinant] as const;
  });
  return {
    s: Float64Array.from(coordinates, ([s]) => s),
    t: Float64Array.from(coordinates, ([, t]) => t),
  };
}

/**
 * The two principal directions of a trajectory about its last point, of length 1, and the share of
 * the squared distance that they hold (Li and others, 2018, section 7).
 *
 * Points on a line have no second one: it is then the part orthogonal to the first of the coordinate axis
 * that has the least of it. Points that are all one, or of one entry, lie in no plane and are refused.
 *
 * @example
 * const points = [[3, 0, 0], [0, 2, 0], [0, 0, 1], [0, 0, 0]];
 * trajectoryPlane(points.map((point) => Float64Array.from(point))).explained;
 * // 0.928571…, 13/14
 */
export function trajectoryPlane(points: readonly Float64Array[]): {
  directions: [Float64Array, Float64Array];
  explained: number;
} {
  const last = points.at(-1);
  if (!last || points.length < 3) {
    throw new RangeError(`trajectoryPlane: ${points.length} points; at least 3 are needed`);
  }
  const away = points.slice(0, -1).map((point) => subtract(point, last));
  const gram = away.map((u) => away.map((v) => dot(u, v)));
  const { eigenvalues, eigenvectors } = eigh(gram);
  const [longest, second] = [1, 2].map((rank) =>
    combine(away, eigenvectors.at(-rank)!, last.length),
  ) as [Float64Array, Float64Array];
  const size = norm(longest);
  if (last.length < 2 || !(size > 0)) {
    const found = last.length < 2 ? `of ${last.length} entries` : "all the same";
    throw new RangeError(`trajectoryPlane: the ${points.length} points are ${found}; no plane`);
  }
  const along = scaled(1 / size, longest);
  const isLine = !(norm(orthogonalPart(second, along)) > PARALLEL * size);
  const across = isLine ? orthogonalPart(leastAxis(along), along) : second;
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  const explained = (eigenvalues.at(-1)! + eigenvalues.at(-2)!) / total;
  return { directions: [along, scaled(1 / norm(across), across)], explained };
}

function orthogonalPart(v: Float64Array, unit: Float64Array): Float64Array {
  return addScaled(v, -dot(v, unit), unit);
}

/** The coordinate axis most nearly orthogonal to v. */
function leastAxis(v: Float64Array): Float64Array {
  const axis = new Float64Array(v.length);
  const least = v.reduce((best, entry, i) => (Math.abs(entry) < Math.abs(v[best]!) ? i : best), 0);
  axis[least] = 1;
  return axis;
}
