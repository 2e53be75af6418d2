import { shapes } from "./shapes.js";

export type { ShapeKind } from "./render.js";
export type { ShapesOptions, ShapesSample, ShapesTask } from "./shapes.js";
export type { Examples, Task } from "./task.js";

/** Tasks to train on, each seeded. */
export const data = { shapes } as const;
