/**
 * What `metadata.curvlab` says: a notebook is a chapter, a cell plays a role in it.
 *
 * Reading is lenient in what may be missing and strict in what is there: a field of the wrong type
 * is refused with its place, so that a typing error does not silently lose an objective.
 */
import type { JsonObject, JsonValue } from "./json.js";
import type { Cell, Notebook } from "./notebook.js";
import { kind, readArray, readObject, readString, refuse } from "./place.js";

export const roles = ["predict", "experiment", "exercise", "check", "solution", "summary"] as const;
export type Role = (typeof roles)[number];

export interface Chapter {
  readonly number: number | undefined;
  readonly title: string;
  readonly objectives: readonly string[];
  readonly prerequisites: readonly string[];
  /** How long it takes to run, in seconds, as its author measured. */
  readonly seconds: number | undefined;
  /** How far, relatively, the numbers of a second run may be off. */
  readonly tolerance: number | undefined;
  /** Numbers up to this size are rounding, and may differ as they like. */
  readonly rounding: number | undefined;
}

export interface CellNotes {
  readonly role: Role | undefined;
  /** The name by which the text refers to a figure. */
  readonly label: string | undefined;
  readonly caption: string | undefined;
  readonly alt: string | undefined;
  /** Instead of the chapter's tolerance, where a cell's numbers need another. */
  readonly tolerance: number | undefined;
}

/** The chapter that a notebook is, or undefined for any other notebook. */
export function readChapter(notebook: Notebook): Chapter | undefined {
  if (notebook.metadata.curvlab === undefined) return undefined;
  const place = "metadata.curvlab";
  const chapter = readObject(notebook.metadata.curvlab, place);
  return {
    number: readNumber(chapter.number, `${place}.number`),
    title: readString(chapter.title, `${place}.title`),
    objectives: readStrings(chapter.objectives, `${place}.objectives`),
    prerequisites: readStrings(chapter.prerequisites, `${place}.prerequisites`),
    seconds: readNumber(chapter.seconds, `${place}.seconds`),
    tolerance: readNumber(chapter.tolerance, `${place}.tolerance`),
    rounding: readNumber(chapter.rounding, `${place}.rounding`),
  };
}

/** What a cell says of itself; `index` is its place, for messages. */
export function readCellNotes(cell: Cell, index: number): CellNotes {
  const place = `cells[${index}].metadata.curvlab`;
  const notes: JsonObject =
    cell.metadata.curvlab === undefined ? {} : readObject(cell.metadata.curvlab, place);
  const text = (key: string) =>
    notes[key] === undefined ? undefined : readString(notes[key], `${place}.${key}`);
  return {
    role: readRole(notes.role, `${place}.role`),
    label: text("label"),
    caption: text("caption"),
    alt: text("alt"),
    tolerance: readNumber(notes.tolerance, `${place}.tolerance`),
  };
}

/**
 * How far the numbers of a cell may be off in a second run: what the cell says, else the chapter, else
 * six digits; and absolutely 1e-12, the rounding of numbers of size 1, unless the chapter says so.
 */
export function toleranceOf(notebook: Notebook, index: number): { rtol: number; atol: number } {
  const chapter = readChapter(notebook);
  const cell = notebook.cells[index];
  const own = cell === undefined ? undefined : readCellNotes(cell, index).tolerance;
  return { rtol: own ?? chapter?.tolerance ?? 1e-6, atol: chapter?.rounding ?? 1e-12 };
}

/** Whether Markdown, or the HTML that it becomes, unfolds when it is asked to. */
export const isFolded = (text: string): boolean => text.startsWith("<details");

/** The title that a reader sees: the chapter's, else the first heading, else `fallback`. */
export function titleOf(notebook: Notebook, fallback: string): string {
  const chapter = readChapter(notebook);
  if (chapter !== undefined) return chapter.title;
  for (const cell of notebook.cells) {
    const heading = cell.type === "markdown" ? /^#\s+(.+)$/m.exec(cell.source)?.[1] : undefined;
    if (heading !== undefined) return heading.replace(/[*_`]/g, "").trim();
  }
  return fallback;
}

function readRole(value: JsonValue | undefined, place: string): Role | undefined {
  if (value === undefined) return undefined;
  const role = roles.find((known) => known === value);
  return role ?? refuse(place, `expected one of ${roles.join(", ")}, found ${kind(value)}`);
}

function readNumber(value: JsonValue | undefined, place: string): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  return refuse(place, `expected a number, found ${kind(value)}`);
}

function readStrings(value: JsonValue | undefined, place: string): string[] {
  return readArray(value ?? [], place).map((item, i) => readString(item, `${place}[${i}]`));
}
