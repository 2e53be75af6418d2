/**
 * An objective that another thread can have: not the closure, but how to make it.
 *
 * A closure cannot be sent to a worker thread. A module can be imported there, and the objectives of
 * `problems` know their own names; anything else stays on the thread that it was made on.
 */
import type { ObjectiveSpec } from "../optimize/objective.js";
import { recipeOf } from "../optimize/problems/problems.js";

/** What a module exports: an objective, or a function that makes one, perhaps asynchronously. */
export interface ObjectiveModule {
  /** A file URL, such as `new URL("./loss.js", import.meta.url)`, or a package. */
  readonly module: string | URL;
  /** The name of the export; "default" unless given. */
  readonly name?: string;
  /** What the function is called with; it is copied to other threads. */
  readonly args?: readonly unknown[];
}

export type ObjectiveSource = ObjectiveSpec | ObjectiveModule;

/** How another thread makes this objective; undefined when it cannot. */
export function portable(source: ObjectiveSource): ObjectiveModule | undefined {
  if (isModule(source)) return { ...source, module: String(source.module) };
  const recipe = recipeOf(source);
  if (!recipe) return undefined;
  const module = new URL("../optimize/problems/problems.js", import.meta.url).href;
  return { module, name: "problemNamed", args: [recipe.name, ...recipe.args] };
}

export async function loadObjective(source: ObjectiveSource): Promise<ObjectiveSpec> {
  if (!isModule(source)) return source;
  const { module, name = "default", args = [] } = source;
  const exports: Record<string, unknown> = await import(String(module));
  const found = exports[name];
  const made: unknown = typeof found === "function" ? await found(...args) : found;
  if (typeof made === "object" && made !== null && "value" in made && "gradient" in made) {
    return made as ObjectiveSpec; // `Oracle` checks what its functions return
  }
  throw new TypeError(
    `${String(module)} exports no objective "${name}"; it exports ${Object.keys(exports).join(", ") || "nothing"}`,
  );
}

function isModule(source: ObjectiveSource): source is ObjectiveModule {
  return typeof source === "object" && source !== null && "module" in source;
}
