/**
 * Tables of numbers to fit: features in their natural units, and two classes that overlap.
 *
 * They are drawn, not collected, so that what a fit should find is known.
 */
import { Random } from "../tensor/random.js";

export interface Features {
  readonly names: readonly string[];
  /** One row an example, one column a feature. */
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

export interface FeatureOptions {
  readonly count?: number;
  readonly seed?: number;
}

/**
 * Flats and their prices in thousands: floor area in square metres, rooms, distance to the centre
 * in metres. The price is linear in the three, with some noise; rooms go with the area.
 *
 * @example
 * data.flats().names; // ["area (m²)", "rooms", "distance (m)"]
 * data.flats({ count: 3 }).targets.length; // 3
 */
export function flats({ count = 200, seed = 0 }: FeatureOptions = {}): Features {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => {
    const area = Math.max(20, random.normal(80, 25));
    const rooms = Math.max(1, Math.round(area / 25 + random.normal(0, 0.6)));
    return [area, rooms, random.uniform(200, 9000)];
  });
  const targets = rows.map(
    ([area, rooms, distance]) =>
      40 + 3.2 * area! + 9 * rooms! - 0.012 * distance! + random.normal(0, 12),
  );
  return { names: ["area (m²)", "rooms", "distance (m)"], rows, targets };
}

/**
 * Two Gaussian clouds that overlap: class 0 around −m and class 1 around +m along the diagonal,
 * `separation` apart.
 *
 * @example
 * data.clouds({ count: 4 }).targets; // [0, 1, 0, 1]
 */
export function clouds({
  count = 200,
  features = 2,
  separation = 2,
  seed = 0,
}: FeatureOptions & { readonly features?: number; readonly separation?: number } = {}): Features {
  const random = new Random(seed);
  const shift = separation / (2 * Math.sqrt(features));
  const targets = Array.from({ length: count }, (_, i) => i % 2);
  const rows = targets.map((label) =>
    Array.from({ length: features }, () => random.normal(label === 1 ? shift : -shift)),
  );
  return { names: Array.from({ length: features }, (_, j) => `x${j + 1}`), rows, targets };
}

export interface Standardized extends Features {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/**
 * Every feature less its mean, over its standard deviation: mean 0, variance 1.
 *
 * @example
 * data.standardize({ names: ["x"], rows: [[1], [3]], targets: [0, 1] });
 * // { rows: [[-1], [1]], means: [2], deviations: [1], … }
 */
export function standardize(features: Features): Standardized {
  const { rows, names } = features;
  const column = (j: number) => rows.map((row) => row[j]!);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = names.map((_, j) => mean(column(j)));
  const deviations = names.map((name, j) => {
    const deviation = Math.sqrt(mean(column(j).map((value) => (value - means[j]!) ** 2)));
    if (deviation > 0) return deviation;
    throw new RangeError(`standardize: the feature "${name}" is the same in every row`);
  });
  const scaled = rows.map((row) => row.map((value, j) => (value - means[j]!) / deviations[j]!));
  return { ...features, rows: scaled, means, deviations };
}
