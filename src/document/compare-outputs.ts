/**
 * Whether two runs gave the same: texts with the same words and numbers that agree to a tolerance.
 *
 * Numbers are compared by |a − b| ≤ rtol·max(|a|, |b|) + atol, wherever they stand in a text or in a
 * figure's data. What depends on the run and not on the result is left out: static pictures, which
 * follow from their figure, execution counts, display ids and durations ("12.3 s", "80 ms").
 */
import { isJsonObject, type JsonValue } from "./json.js";
import { isJsonMime, type MimeBundle, type Output } from "./notebook.js";

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** The first difference, as a place and both values; undefined when the outputs agree. */
export interface OutputDifference {
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

export function compareOutputs(
  before: readonly Output[],
  after: readonly Output[],
  tolerance: Tolerance,
): OutputDifference | undefined {
  if (before.length !== after.length) {
    return difference("outputs", `${before.length} outputs`, `${after.length} outputs`);
  }
  for (const [index, output] of before.entries()) {
    const found = compareOutput(output, after[index] as Output, `outputs[${index}]`, tolerance);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compareOutput(
  before: Output,
  after: Output,
  place: string,
  tolerance: Tolerance,
): OutputDifference | undefined {
  if (before.type === "stream" && after.type === "stream") {
    return compareText(before.text, after.text, `${place}.text`, tolerance);
  }
  if (before.type === "error" && after.type === "error") {
    return compareText(
      `${before.ename}: ${before.evalue}`,
      `${after.ename}: ${after.evalue}`,
      place,
      tolerance,
    );
  }
  if ("data" in before && "data" in after) {
    return compareBundles(before.data, after.data, `${place}.data`, tolerance);
  }
  return before.type === after.type
    ? undefined
    : difference(`${place}.output_type`, before.type, after.type);
}

function compareBundles(
  before: MimeBundle,
  after: MimeBundle,
  place: string,
  tolerance: Tolerance,
): OutputDifference | undefined {
  const types = (bundle: MimeBundle) =>
    Object.keys(bundle)
      .filter((type) => !type.startsWith("image/"))
      .sort();
  const [old, now] = [types(before), types(after)];
  if (old.join() !== now.join()) return difference(place, old.join(", "), now.join(", "));
  for (const type of old) {
    const at = `${place}["${type}"]`;
    const found = isJsonMime(type)
      ? compareJson(before[type] ?? null, after[type] ?? null, at, tolerance)
      : compareText(String(before[type]), String(after[type]), at, tolerance);
    if (found !== undefined) return found;
  }
  return undefined;
}

const duration = /\d+(?:\.\d+)?\s?(?:ms|s|min|µs)\b/g;
const number = /[-+−]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi;

function compareText(
  before: string,
  after: string,
  place: string,
  tolerance: Tolerance,
): OutputDifference | undefined {
  if (before === after) return undefined;
  const [old, now] = [before.replace(duration, "⧖"), after.replace(duration, "⧖")];
  const words = (text: string) => text.replace(number, "#").replace(/\s+/g, " ").trim();
  const numbers = (text: string) =>
    (text.match(number) ?? []).map((token) => Number(token.replace("−", "-")));
  const [a, b] = [numbers(old), numbers(now)];
  const agree =
    words(old) === words(now) &&
    a.length === b.length &&
    a.every((value, i) => close(value, b[i] ?? Number.NaN, tolerance));
  return agree ? undefined : difference(place, before, after);
}

function compareJson(
  before: JsonValue,
  after: JsonValue,
  place: string,
  tolerance: Tolerance,
): OutputDifference | undefined {
  if (typeof before === "number" && typeof after === "number") {
    return close(before, after, tolerance) ? undefined : difference(place, before, after);
  }
  if (typeof before === "string" && typeof after === "string") {
    return compareText(before, after, place, tolerance);
  }
  const isContainer = (value: JsonValue) => Array.isArray(value) || isJsonObject(value);
  if (!isContainer(before) || !isContainer(after)) {
    return before === after ? undefined : difference(place, before, after);
  }
  const [old, now] = [entriesOf(before), entriesOf(after)];
  if (Array.isArray(before) !== Array.isArray(after) || old.size !== now.size) {
    return difference(place, `${old.size} entries`, `${now.size} entries`);
  }
  for (const [key, value] of old) {
    const found = compareJson(value, now.get(key) ?? null, `${place}.${key}`, tolerance);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entriesOf(value: JsonValue): Map<string, JsonValue> {
  return new Map(Object.entries(value as object) as [string, JsonValue][]);
}

function close(a: number, b: number, { rtol, atol }: Tolerance): boolean {
  return a === b || Math.abs(a - b) <= rtol * Math.max(Math.abs(a), Math.abs(b)) + atol;
}

function difference(place: string, before: unknown, after: unknown): OutputDifference {
  const short = (value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  };
  return { place, before: short(before), after: short(after) };
}
