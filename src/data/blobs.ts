/**
 * Several classes, each a round Gaussian cloud, every two of them equally far apart.
 *
 * Class c lies around separation/√2 on the c-th axis, so that the means are the corners of a regular
 * simplex. With separation 0 it is noise without classes: a sample of a standard normal.
 */
import { Random } from "../tensor/random.js";
import type { FeatureOptions, Features } from "./features.js";

export interface BlobsOptions extends FeatureOptions {
  readonly classes?: number;
  /** At least as many as classes, unless the separation is 0. */
  readonly features?: number;
  /** The distance between the means of any two classes, in standard deviations. */
  readonly separation?: number;
}

/**
 * Rows of independent normals of variance 1 around their class's mean; targets 0, 1, … in turn.
 *
 * @example
 * data.blobs({ classes: 3, count: 6 }).targets; // [0, 1, 2, 0, 1, 2]
 */
export function blobs(options: BlobsOptions = {}): Features {
  const { classes = 3, features = 10, separation = 4, count = 200, seed = 0 } = options;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(`blobs: classes = ${classes}; a whole number of at least 1 is needed`);
  }
  if (separation !== 0 && classes > features) {
    throw new RangeError(
      `blobs: ${classes} classes in ${features} features; each class needs an axis of its own`,
    );
  }
  const random = new Random(seed);
  const away = separation / Math.SQRT2;
  const targets = Array.from({ length: count }, (_, i) => i % classes);
  const rows = targets.map((label) =>
    Array.from({ length: features }, (_, j) => random.normal(j === label ? away : 0)),
  );
  return { names: Array.from({ length: features }, (_, j) => `x${j + 1}`), rows, targets };
}
