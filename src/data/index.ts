import { blobs } from "./blobs.js";
import { clouds, flats, standardize } from "./features.js";
import { shapes } from "./shapes.js";

export type { BlobsOptions } from "./blobs.js";
export type { FeatureOptions, Features, Standardized } from "./features.js";
export type { ShapeKind } from "./render.js";
export type { ShapesOptions, ShapesSample, ShapesTask } from "./shapes.js";
export type { Examples, Task } from "./task.js";

/** Tasks to train on and tables to fit, each seeded. */
export const data = { shapes, flats, clouds, blobs, standardize } as const;
