/**
 * Reading untrusted JSON with the place of every complaint: `cells[3].outputs[0].name: …`.
 *
 * Each reader takes a value and where it stands, and returns it typed or throws a `NotebookError`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "./json.js";

/** A document that is JSON but not a notebook that curvlab can read. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

export function refuse(place: string, found: string): never {
  throw new NotebookError(place === "" ? found : `${place}: ${found}`);
}

export function readObject(value: JsonValue | undefined, place: string): JsonObject {
  return isJsonObject(value) ? value : refuse(place, `expected an object, found ${kind(value)}`);
}

export function readArray(value: JsonValue | undefined, place: string): JsonValue[] {
  return Array.isArray(value) ? value : refuse(place, `expected an array, found ${kind(value)}`);
}

export function readString(value: JsonValue | undefined, place: string): string {
  return typeof value === "string"
    ? value
    : refuse(place, `expected a string, found ${kind(value)}`);
}

/** A text that the file may hold as one string or as a list of lines. */
export function readText(value: JsonValue | undefined, place: string): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value))
    refuse(place, `expected a string or a list of lines, found ${kind(value)}`);
  return value.map((line, index) => readString(line, `${place}[${index}]`)).join("");
}

export function readCount(value: JsonValue | undefined, place: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return refuse(place, `expected null or a whole number from 0, found ${kind(value)}`);
}

/** What a value is, for a message: its type, and itself where it is short. */
export function kind(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return `the ${typeof value} ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`;
}

/** Refuses a field that the format does not have, since dropping it would lose the reader's data. */
export function onlyFields(object: JsonObject, fields: readonly string[], place: string): void {
  const unknown = Object.keys(object).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    refuse(
      place === "" ? unknown : `${place}.${unknown}`,
      `nbformat 4.5 has no such field here (it has ${fields.join(", ")})`,
    );
  }
}
