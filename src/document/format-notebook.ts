/**
 * `Notebook` → the bytes that Jupyter itself would write.
 *
 * Texts become lists of lines, keys are sorted, the indent is one space and the file ends in a line
 * end, so that a notebook that nothing changed has no diff. Source: nbformat's `v4/rwbase.py`
 * (`split_lines`) for which MIME types are split, Python's `str.splitlines` for where.
 */
import { formatJson, type JsonObject, withEntries } from "./json.js";
import type { Attachments, Cell, MimeBundle, Notebook, Output } from "./notebook.js";

/** The whole file, with its final line end. */
export function formatNotebook(notebook: Notebook): string {
  return `${formatJson(notebookToJson(notebook))}\n`;
}

/** The nbformat 4.5 value, with texts as lists of lines. */
export function notebookToJson(notebook: Notebook): JsonObject {
  return {
    cells: notebook.cells.map(cellToJson),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function cellToJson(cell: Cell): JsonObject {
  const common = {
    cell_type: cell.type,
    id: cell.id,
    metadata: cell.metadata,
    source: splitLines(cell.source),
  };
  if (cell.type === "code") {
    return {
      ...common,
      execution_count: cell.executionCount,
      outputs: cell.outputs.map(outputToJson),
    };
  }
  return cell.attachments === undefined
    ? common
    : { ...common, attachments: attachmentsToJson(cell.attachments) };
}

function outputToJson(output: Output): JsonObject {
  switch (output.type) {
    case "stream":
      return { output_type: "stream", name: output.name, text: splitLines(output.text) };
    case "error":
      return {
        output_type: "error",
        ename: output.ename,
        evalue: output.evalue,
        traceback: [...output.traceback],
      };
    case "display_data":
      return {
        output_type: "display_data",
        data: bundleToJson(output.data),
        metadata: output.metadata,
      };
    case "execute_result":
      return {
        output_type: "execute_result",
        data: bundleToJson(output.data),
        execution_count: output.executionCount,
        metadata: output.metadata,
      };
  }
}

function attachmentsToJson(attachments: Attachments): JsonObject {
  return Object.fromEntries(
    Object.entries(attachments).map(([name, bundle]) => [name, bundleToJson(bundle)]),
  );
}

function bundleToJson(bundle: MimeBundle): JsonObject {
  return withEntries(
    bundle,
    Object.entries(bundle).map(([type, data]) => [
      type,
      typeof data === "string" && isSplit(type) ? splitLines(data) : data,
    ]),
  );
}

function isSplit(mimeType: string): boolean {
  return (
    mimeType.startsWith("text/") ||
    mimeType === "image/svg+xml" ||
    mimeType === "application/javascript"
  );
}

/** Where Python's `str.splitlines` ends a line: JavaScript's line ends and some older ones. */
const lineEnds = new Set("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

/** Python's `str.splitlines(keepends=True)`. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (!lineEnds.has(character) || (character === "\r" && text[i + 1] === "\n")) continue;
    lines.push(text.slice(start, i + 1));
    start = i + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
