/**
 * A notebook as a TypeScript file, in Jupytext's "percent" format, and back.
 *
 * A commented YAML header holds the notebook's metadata; `// %%` starts a cell, `// %% [markdown]` one
 * whose lines are comments; `key=JSON` pairs after that are the cell's metadata, its id among them.
 * Both ways nothing but outputs and execution counts is lost: a content line that looks like a marker
 * gets one more `// ` in front, and loses it on reading.
 * Source: Jupytext's description of the percent format, version 1.3.
 */
import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "./json.js";
import type { Cell, Notebook } from "./notebook.js";
import { derivedId, notebookFromJson } from "./parse-notebook.js";
import { NotebookError } from "./place.js";

const representation = {
  extension: ".ts",
  format_name: "percent",
  format_version: "1.3",
};

const marker = /^\/\/ ?%%(?!%)(.*)$/;
/** Content that a reader could take for a marker, or for a marker that was escaped. */
const markerLike = /^(?:\/\/ ?)+%%/;
const escapedMarker = /^\/\/ (?=(?:\/\/ ?)+%%)/;

export function formatPercent(notebook: Notebook): string {
  const blocks = notebook.cells.map((cell) => [markerOf(cell), ...contentLines(cell)].join("\n"));
  return `${[headerOf(notebook.metadata), ...blocks].join("\n\n")}\n`;
}

function headerOf(metadata: JsonObject): string {
  const jupytext = isJsonObject(metadata.jupytext) ? metadata.jupytext : {};
  const jupyter = {
    ...metadata,
    jupytext: { ...jupytext, text_representation: representation },
  };
  const yaml = stringifyYaml({ jupyter }, { lineWidth: 0, sortMapEntries: true });
  return ["---", ...yaml.trimEnd().split("\n"), "---"].map(comment).join("\n");
}

function markerOf(cell: Cell): string {
  const type = cell.type === "code" ? [] : [`[${cell.type}]`];
  const attachments =
    cell.type !== "code" && cell.attachments !== undefined ? { attachments: cell.attachments } : {};
  const own = { id: cell.id, ...attachments };
  const pairs = (fields: { readonly [key: string]: unknown }) =>
    Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  // Keys that a pair cannot spell, or that mean something else there, go into an object.
  const isPlain = Object.keys(cell.metadata).every(
    (key) => /^[\w.-]+$/.test(key) && key !== "id" && key !== "attachments",
  );
  const metadata = isPlain ? pairs(cell.metadata) : [JSON.stringify(cell.metadata)];
  return ["// %%", ...type, ...pairs(own), ...metadata].join(" ");
}

function contentLines(cell: Cell): string[] {
  if (cell.source === "") return [];
  const lines = cell.source.split("\n");
  const content = cell.type === "code" ? lines : lines.map(comment);
  return content.map((line) => (markerLike.test(line) ? `// ${line}` : line));
}

function comment(line: string): string {
  return line === "" ? "//" : `// ${line}`;
}

function uncomment(line: string): string {
  return line.replace(/^\/\/ ?/, "");
}

/** Throws a `NotebookError` that names the line. A file without markers is one cell of code. */
export function parsePercent(text: string): Notebook {
  const lines = text
    .replace(/^\ufeff/, "")
    .replace(/\n$/, "")
    .split("\n");
  const { metadata, start } = readHeader(lines);
  const blocks: { line: number; marker: string; content: string[] }[] = [];
  let before: string[] = [];
  for (let i = start; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const found = marker.exec(line);
    if (found !== null) blocks.push({ line: i + 1, marker: found[1] ?? "", content: [] });
    else (blocks.at(-1)?.content ?? before).push(line);
  }
  if (before.every((line) => line.trim() === "")) before = [];
  const all =
    before.length > 0 ? [{ line: start + 1, marker: "", content: before }, ...blocks] : blocks;
  const cells = all.map((block, index) => readBlock(block, index, index === all.length - 1));
  return notebookFromJson({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

function readHeader(lines: readonly string[]): { metadata: JsonObject; start: number } {
  if (lines[0]?.trimEnd() !== "// ---") return { metadata: {}, start: 0 };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === "// ---");
  if (end === -1)
    throw new NotebookError("line 1: the header that starts here is never closed by // ---");
  const yaml = lines.slice(1, end).map(uncomment).join("\n");
  let header: unknown;
  try {
    header = parseYaml(yaml);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new NotebookError(`lines 1 to ${end + 1}: the header is no YAML: ${reason}`);
  }
  const jupyter = (header as { jupyter?: JsonValue } | null)?.jupyter ?? {};
  if (!isJsonObject(jupyter)) throw new NotebookError("line 2: jupyter is no mapping");
  const start = lines[end + 1] === "" ? end + 2 : end + 1;
  return { metadata: withoutRepresentation(jupyter), start };
}

function withoutRepresentation(metadata: JsonObject): JsonObject {
  const { jupytext, ...rest } = metadata;
  if (!isJsonObject(jupytext)) return metadata;
  const { text_representation: _, ...own } = jupytext;
  return Object.keys(own).length === 0 ? rest : { ...rest, jupytext: own };
}

function readBlock(
  block: { readonly line: number; readonly marker: string; readonly content: readonly string[] },
  index: number,
  isLast: boolean,
): JsonObject {
  const { type, fields } = readMarker(block.marker, block.line);
  const content = [...block.content];
  // The blank line before the next marker belongs to the file, not to the cell.
  if (!isLast && content.at(-1) === "") content.pop();
  const lines = content.map((line) => line.replace(escapedMarker, ""));
  const source = (type === "code" ? lines : lines.map(uncomment)).join("\n");
  const { id = derivedId(index, source), attachments, metadata } = fields;
  return {
    cell_type: type,
    id,
    metadata,
    source,
    ...(attachments === undefined ? {} : { attachments }),
    ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
  };
}

interface MarkerFields {
  readonly id?: JsonValue;
  readonly attachments?: JsonValue;
  readonly metadata: JsonObject;
}

function readMarker(text: string, line: number): { type: string; fields: MarkerFields } {
  const [, title = "", kind = "", rest = ""] =
    /^([^[{=]*?)\s*(?:\[(markdown|md|raw)\])?((?:\s+[\w.-]+=.*|\s*\{.*)?)\s*$/.exec(text) ?? [];
  const type = kind === "" ? "code" : kind === "raw" ? "raw" : "markdown";
  const { pairs, object } = readPairs(rest.trim(), line);
  const { id, attachments, ...metadata } = pairs;
  const named = title.trim() === "" ? {} : { title: title.trim() };
  return {
    type,
    fields: {
      ...(id === undefined ? {} : { id }),
      ...(attachments === undefined ? {} : { attachments }),
      metadata: { ...named, ...metadata, ...object },
    },
  };
}

/** `key=JSON` pairs, then perhaps one JSON object. */
function readPairs(text: string, line: number): { pairs: JsonObject; object: JsonObject } {
  const pairs: JsonObject = {};
  let rest = text;
  while (rest !== "" && !rest.startsWith("{")) {
    const key = /^([\w.-]+)=/.exec(rest);
    if (key === null) throw new NotebookError(`line ${line}: expected key=value, found ${rest}`);
    const value = rest.slice(key[0].length);
    const end = endOfJson(value);
    pairs[key[1] ?? ""] = readValue(value.slice(0, end), `${key[1]}=`, line);
    rest = value.slice(end).trimStart();
  }
  const object = rest === "" ? {} : readValue(rest, "the cell", line);
  if (!isJsonObject(object)) throw new NotebookError(`line ${line}: expected an object`);
  return { pairs, object };
}

function readValue(text: string, name: string, line: number): JsonValue {
  try {
    return parseJson(text);
  } catch {
    throw new NotebookError(`line ${line}: ${name} wants a JSON value, found "${text}"`);
  }
}

/** Where the JSON value that starts the text ends: at a space outside strings and brackets. */
function endOfJson(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === "\\") i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    else if (character === " " && depth === 0) return i;
  }
  return text.length;
}
