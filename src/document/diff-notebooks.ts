/**
 * What changed between two notebooks, told as an author would: cells, sources, results, metadata.
 *
 * Cells are matched by id, in order; what JSON order, execution counts and static pictures do is no
 * change. Results are compared as texts: a figure by how many of its traces differ.
 */
import { diffArrays, diffLines } from "diff";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.js";
import type { Cell, MimeBundle, Notebook, Output } from "./notebook.js";

export interface NotebookDiff {
  readonly same: boolean;
  /** Changed entries of the notebook's metadata. */
  readonly metadata: readonly ValueChange[];
  readonly cells: readonly CellChange[];
}

export interface ValueChange {
  readonly path: string;
  /** Undefined: not there. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

export type CellChange =
  | { readonly kind: "added"; readonly after: number; readonly cell: Cell }
  | { readonly kind: "removed"; readonly before: number; readonly cell: Cell }
  | {
      readonly kind: "changed";
      readonly before: number;
      readonly after: number;
      readonly type: Cell["type"];
      /** Empty when the source is the same. */
      readonly source: readonly Line[];
      readonly results: readonly Line[];
      readonly metadata: readonly ValueChange[];
    };

export interface Line {
  readonly sign: "+" | "-" | " ";
  readonly text: string;
}

export function diffNotebooks(before: Notebook, after: Notebook): NotebookDiff {
  const metadata = diffValues(before.metadata, after.metadata, "");
  const cells: CellChange[] = [];
  let i = 0;
  let j = 0;
  const pieces = diffArrays([...before.cells], [...after.cells], {
    comparator: (left: Cell, right: Cell) => left.id === right.id,
  });
  for (const { added, removed, value } of pieces) {
    for (const cell of value) {
      if (added) cells.push({ kind: "added", after: j++, cell });
      else if (removed) cells.push({ kind: "removed", before: i++, cell });
      else {
        const change = diffCell(before.cells[i] as Cell, after.cells[j] as Cell, i++, j++);
        if (change !== undefined) cells.push(change);
      }
    }
  }
  return { same: metadata.length === 0 && cells.length === 0, metadata, cells };
}

function diffCell(left: Cell, right: Cell, before: number, after: number): CellChange | undefined {
  const source = diffText(left.source, right.source);
  const results = diffText(resultsOf(left), resultsOf(right));
  const metadata = [
    ...(left.type === right.type
      ? []
      : [{ path: "cell_type", before: left.type, after: right.type }]),
    ...diffValues(left.metadata, right.metadata, ""),
  ];
  if (source.length + results.length + metadata.length === 0) return undefined;
  return { kind: "changed", before, after, type: right.type, source, results, metadata };
}

/** The lines of a text diff with three lines of context; none when the texts are the same. */
function diffText(before: string, after: string): Line[] {
  if (before === after) return [];
  const lines = diffLines(withEnd(before), withEnd(after)).flatMap(
    ({ added, removed, value }): Line[] => {
      const sign = added ? "+" : removed ? "-" : " ";
      return value
        .replace(/\n$/, "")
        .split("\n")
        .map((text) => ({ sign, text }));
    },
  );
  const near = (index: number) =>
    lines.slice(Math.max(0, index - 3), index + 4).some((line) => line.sign !== " ");
  return lines.filter((_, index) => near(index));
}

function withEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function resultsOf(cell: Cell): string {
  return cell.type === "code" ? cell.outputs.map(resultText).join("\n") : "";
}

function resultText(output: Output): string {
  switch (output.type) {
    case "stream":
      return output.name === "stdout" ? output.text : `${output.name}: ${output.text}`;
    case "error":
      return `${output.ename}: ${output.evalue}`;
    case "display_data":
    case "execute_result":
      return bundleText(output.data);
  }
}

function bundleText(data: MimeBundle): string {
  const figure = data["application/vnd.plotly.v1+json"];
  const text =
    data["text/plain"] ?? data["text/markdown"] ?? data["text/latex"] ?? data["text/html"];
  const words = typeof text === "string" ? text : `[${Object.keys(data).sort().join(", ")}]`;
  return isJsonObject(figure) ? `${words}\n${figureText(figure)}` : words;
}

/** A line a trace: its kind, name, and the first and last of what it draws. */
function figureText(figure: JsonObject): string {
  const traces = Array.isArray(figure.data) ? figure.data.filter(isJsonObject) : [];
  return traces
    .map(({ type = "scatter", name = "", ...values }) => {
      const shown = ["x", "y", "z"].flatMap((axis) => {
        const list = values[axis];
        return Array.isArray(list) ? [`${axis}: ${summary(list)}`] : [];
      });
      return `  ${String(type)} ${JSON.stringify(name)} ${shown.join(", ")}`;
    })
    .join("\n");
}

function summary(list: readonly JsonValue[]): string {
  const short = (value: JsonValue | undefined) =>
    typeof value === "number"
      ? String(Number(value.toPrecision(6)))
      : JSON.stringify(value ?? null).slice(0, 24);
  return `${list.length} values, ${short(list[0])} … ${short(list.at(-1))}`;
}

/** Every leaf that differs, with its path. */
function diffValues(before: JsonValue, after: JsonValue, path: string): ValueChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => {
      const at = path === "" ? key : `${path}.${key}`;
      const [left, right] = [before[key], after[key]];
      if (left === undefined && right !== undefined) return [{ path: at, after: right }];
      if (right === undefined && left !== undefined) return [{ path: at, before: left }];
      return diffValues(left ?? null, right ?? null, at);
    });
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}
