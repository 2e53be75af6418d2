/**
 * The numbers that a notebook's outputs show, cell by cell, for comparing two runs of it.
 *
 * A figure counts by its data; its layout is not a result. Text counts by the numbers in it, except
 * for how long something took.
 */
import { toleranceOf } from "../../src/document/chapter.js";
import type { JsonValue } from "../../src/document/json.js";
import type { Notebook, Output } from "../../src/document/notebook.js";

export interface CellNumbers {
  readonly id: string;
  readonly numbers: readonly number[];
  /** How far they may be off in another run, as the chapter or the cell states. */
  readonly rtol: number;
  readonly atol: number;
}

export function numbersOf(notebook: Notebook): CellNumbers[] {
  return notebook.cells.flatMap((cell, index) =>
    cell.type === "code"
      ? [{ id: cell.id, numbers: cell.outputs.flatMap(inOutput), ...toleranceOf(notebook, index) }]
      : [],
  );
}

const plotly = "application/vnd.plotly.v1+json";

function inOutput(output: Output): number[] {
  if (output.type === "stream") return inText(output.text);
  if (output.type === "error") throw new Error(`${output.ename}: ${output.evalue}`);
  const figure = output.data[plotly];
  if (figure !== undefined) return inJson((figure as { data: JsonValue }).data);
  const text = output.data["text/plain"];
  return typeof text === "string" ? inText(text) : [];
}

function inText(text: string): number[] {
  const withoutTimes = text.replace(/\b[\d.]+ (ms|s|min)\b/g, "");
  return (withoutTimes.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? []).map(Number);
}

function inJson(value: JsonValue): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((part) => inJson(part as JsonValue));
}

/** Where two runs differ by more than the committed one allows; nothing when nowhere. */
export function differences(
  found: readonly CellNumbers[],
  committed: readonly CellNumbers[],
): string[] {
  return committed.flatMap(({ id, numbers, rtol, atol }, cell) => {
    const now = found[cell]?.numbers ?? [];
    if (now.length !== numbers.length) {
      return [`cell ${id}: ${now.length} numbers, ${numbers.length} committed`];
    }
    const far = numbers.flatMap((x, i) => {
      const y = now[i]!;
      return Math.abs(x - y) <= rtol * Math.max(Math.abs(x), Math.abs(y)) + atol ? [] : [[y, x]];
    });
    const [first] = far;
    return first === undefined
      ? []
      : [
          `cell ${id}: ${far.length} of ${numbers.length} differ, first ${first[0]}, was ${first[1]}`,
        ];
  });
}
