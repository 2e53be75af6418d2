/**
 * A notebook's cells → the HTML of the page's main part.
 *
 * Prose first: a cell's code is shown with its outputs under it, unless its metadata hides either;
 * what a cell's role says is shown in its frame, and a solution stays folded until it is asked for.
 */
import { type CellNotes, isFolded, type Role, readCellNotes } from "../document/chapter.js";
import { isJsonObject, type JsonObject } from "../document/json.js";
import type { Attachments, Cell, CodeCell, Notebook } from "../document/notebook.js";
import { escapeHtml } from "./escape.js";
import type { Highlighter } from "./highlight.js";
import { type OutputEnvironment, renderOutput } from "./outputs.js";

export interface CellsEnvironment extends OutputEnvironment {
  readonly highlighter: Highlighter;
  readonly language: string;
}

export function renderCells(notebook: Notebook, environment: CellsEnvironment): string {
  return notebook.cells.map((cell, index) => renderCell(cell, index, environment)).join("\n");
}

function renderCell(cell: Cell, index: number, environment: CellsEnvironment): string {
  if (isTagged(cell.metadata, ["remove-cell", "remove_cell"]) || cell.type === "raw") return "";
  const notes = readCellNotes(cell, index);
  const html =
    cell.type === "markdown"
      ? environment.markdown.render(cell.source, {
          attachments: attachmentReader(cell.attachments),
          listed: listedRoles.includes(notes.role),
        })
      : renderCode(cell, notes, environment);
  if (html.trim() === "") return "";
  return frame(html, notes.role, cell.type === "code" ? "code" : "text");
}

/** Headings of the other roles are parts of a section, and stay out of the contents. */
const listedRoles: readonly (Role | undefined)[] = [undefined, "experiment", "summary"];

const roleNames: Readonly<Partial<Record<Role, string>>> = {
  predict: "Predict",
  exercise: "Exercise",
  check: "Check your answer",
  summary: "Summary",
};

function frame(html: string, role: Role | undefined, kind: "code" | "text"): string {
  if (role === "solution") {
    if (isFolded(html)) return `<section class="cell ${kind} solution">${html}</section>`;
    return `<details class="solution"><summary>Solution</summary><section class="cell ${kind}">${html}</section></details>`;
  }
  const name = role === undefined ? undefined : roleNames[role];
  if (name === undefined) return `<section class="cell ${kind}">${html}</section>`;
  const look = role === "summary" ? "summary" : "task";
  const says = new RegExp(`^<h\\d[^>]*>${name}\\b`, "i").test(html);
  const label = says ? "" : `<p class="role">${name}</p>`;
  return `<section class="cell ${kind} ${look}" aria-label="${name}">${label}${html}</section>`;
}

function renderCode(cell: CodeCell, notes: CellNotes, environment: CellsEnvironment): string {
  const { metadata } = cell;
  const jupyter = isJsonObject(metadata.jupyter) ? metadata.jupyter : {};
  const source = isTagged(metadata, ["remove-input", "remove_input"])
    ? ""
    : renderSource(cell.source, jupyter.source_hidden === true, environment);
  if (isTagged(metadata, ["remove-output", "remove_output"]) || cell.outputs.length === 0) {
    return source;
  }
  const outputs = `<div class="outputs">${cell.outputs
    .map((output) => renderOutput(output, notes, environment))
    .join("")}</div>`;
  const hidden = jupyter.outputs_hidden === true || metadata.collapsed === true;
  return source + (hidden ? `<details><summary>Output</summary>${outputs}</details>` : outputs);
}

function renderSource(source: string, hidden: boolean, environment: CellsEnvironment): string {
  if (source.trim() === "") return "";
  const code = environment.highlighter.highlight(source.replace(/\s+$/, ""), environment.language);
  const block = `<pre class="code" tabindex="0" aria-label="Code">${code}</pre>`;
  return hidden ? `<details><summary>Code</summary>${block}</details>` : block;
}

function attachmentReader(attachments: Attachments | undefined) {
  return (name: string): string | undefined => {
    const bundle = attachments?.[name];
    const type = Object.keys(bundle ?? {}).find((key) => key.startsWith("image/"));
    const data = type === undefined ? undefined : bundle?.[type];
    if (type === undefined || typeof data !== "string") return undefined;
    const base64 = type === "image/svg+xml" ? Buffer.from(data).toString("base64") : data;
    return `data:${escapeHtml(type)};base64,${base64.replace(/[^A-Za-z0-9+/=]/g, "")}`;
  };
}

function isTagged(metadata: JsonObject, tags: readonly string[]): boolean {
  const { tags: own } = metadata;
  return Array.isArray(own) && own.some((tag) => typeof tag === "string" && tags.includes(tag));
}
