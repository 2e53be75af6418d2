/**
 * A figure in Plotly's schema, read from untrusted JSON as far as drawing it needs.
 */
import type { PartialJSONObject, PartialJSONValue } from "@lumino/coreutils";

export interface Figure {
  readonly data: readonly PartialJSONObject[];
  readonly layout: PartialJSONObject;
  readonly frames: readonly PartialJSONObject[];
  readonly config: PartialJSONObject;
}

/** @throws an Error that says which part is not as Plotly has it. */
export function readFigure(value: unknown): Figure {
  if (!isObject(value)) throw new Error("the figure is not an object");
  return {
    data: objects(value.data, "data"),
    layout: value.layout === undefined ? {} : object(value.layout, "layout"),
    frames: objects(value.frames, "frames"),
    config: value.config === undefined ? {} : object(value.config, "config"),
  };
}

export function isObject(value: unknown): value is { [key: string]: PartialJSONValue | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function object(value: unknown, name: string): PartialJSONObject {
  if (!isObject(value)) throw new Error(`the figure's ${name} is not an object`);
  return value;
}

function objects(value: unknown, name: string): PartialJSONObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`the figure's ${name} is not a list`);
  return value.map((item, index) => object(item, `${name}[${index}]`));
}
