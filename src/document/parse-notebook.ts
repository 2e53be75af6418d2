/**
 * A notebook file's text → `Notebook`, validated once, here.
 *
 * Reads nbformat 4.0 to 4.5. Minor versions below 4.5 have no cell ids: they get ones derived from
 * the cell's place and text, so that reading the same file twice gives the same notebook. What the
 * format does not know is refused with its place, never dropped; metadata may hold anything.
 * Source: nbformat's description of the format and its JSON schema, version 4.5.
 */
import { createHash } from "node:crypto";
import { type JsonObject, type JsonValue, parseJson, withEntries } from "./json.js";
import {
  type Attachments,
  type Cell,
  isJsonMime,
  type MimeBundle,
  type Notebook,
  type Output,
} from "./notebook.js";
import {
  kind,
  onlyFields,
  readArray,
  readCount,
  readObject,
  readString,
  readText,
  refuse,
} from "./place.js";

/** Throws `JsonSyntaxError` for a text that is no JSON, `NotebookError` for one that is no notebook. */
export function parseNotebook(text: string): Notebook {
  return notebookFromJson(parseJson(text));
}

/** The same for a value that was parsed already, such as the `content` of the contents API. */
export function notebookFromJson(value: JsonValue): Notebook {
  const root = readObject(value, "");
  refuseOtherVersions(root);
  onlyFields(root, ["cells", "metadata", "nbformat", "nbformat_minor"], "");
  const cells = readArray(root.cells, "cells").map((cell, index) =>
    readCell(cell, `cells[${index}]`, index),
  );
  refuseDuplicateIds(cells);
  const metadata = without(readObject(root.metadata, "metadata"), [
    "orig_nbformat",
    "orig_nbformat_minor",
    "signature",
  ]);
  return { metadata, cells };
}

function refuseOtherVersions(root: JsonObject): void {
  const { nbformat, nbformat_minor: minor } = root;
  if (nbformat === undefined && root.cells === undefined) {
    refuse("", "this is JSON, but not a notebook: it has neither nbformat nor cells");
  }
  if (typeof nbformat !== "number") refuse("nbformat", `expected 4, found ${kind(nbformat)}`);
  if (nbformat < 4) {
    refuse(
      "nbformat",
      `version ${nbformat} predates 2014; convert it first: jupyter nbconvert --to notebook`,
    );
  }
  if (nbformat > 4 || (typeof minor === "number" && minor > 5)) {
    refuse(
      "nbformat",
      `version ${nbformat}.${String(minor)} is newer than 4.5, the newest known here`,
    );
  }
}

function readCell(value: JsonValue, place: string, index: number): Cell {
  const cell = readObject(value, place);
  const source = readText(cell.source ?? "", `${place}.source`);
  const metadata = without(readObject(cell.metadata ?? {}, `${place}.metadata`), ["trusted"]);
  const id = readId(cell.id, `${place}.id`, index, source);
  switch (cell.cell_type) {
    case "code":
      onlyFields(
        cell,
        ["cell_type", "execution_count", "id", "metadata", "outputs", "source"],
        place,
      );
      return {
        type: "code",
        id,
        source,
        metadata,
        executionCount: readCount(cell.execution_count, `${place}.execution_count`),
        outputs: readArray(cell.outputs ?? [], `${place}.outputs`).map((output, i) =>
          readOutput(output, `${place}.outputs[${i}]`),
        ),
      };
    case "markdown":
    case "raw":
      onlyFields(cell, ["attachments", "cell_type", "id", "metadata", "source"], place);
      return {
        type: cell.cell_type,
        id,
        source,
        metadata,
        ...(cell.attachments === undefined
          ? {}
          : { attachments: readAttachments(cell.attachments, `${place}.attachments`) }),
      };
    default:
      return refuse(
        `${place}.cell_type`,
        `expected "code", "markdown" or "raw", found ${kind(cell.cell_type)}`,
      );
  }
}

/** Reads one output; the client uses it too, for outputs that arrive from a kernel. */
export function readOutput(value: JsonValue, place: string): Output {
  const output = readObject(value, place);
  switch (output.output_type) {
    case "stream":
      onlyFields(output, ["name", "output_type", "text"], place);
      return {
        type: "stream",
        name: readString(output.name, `${place}.name`),
        text: readText(output.text, `${place}.text`),
      };
    case "display_data":
      onlyFields(output, ["data", "metadata", "output_type"], place);
      return { type: "display_data", ...readDisplay(output, place) };
    case "execute_result":
      onlyFields(output, ["data", "execution_count", "metadata", "output_type"], place);
      return {
        type: "execute_result",
        ...readDisplay(output, place),
        executionCount: readCount(output.execution_count, `${place}.execution_count`),
      };
    case "error":
      onlyFields(output, ["ename", "evalue", "output_type", "traceback"], place);
      return {
        type: "error",
        ename: readString(output.ename, `${place}.ename`),
        evalue: readString(output.evalue, `${place}.evalue`),
        traceback: readArray(output.traceback, `${place}.traceback`).map((line, i) =>
          readString(line, `${place}.traceback[${i}]`),
        ),
      };
    default:
      return refuse(
        `${place}.output_type`,
        `expected "stream", "display_data", "execute_result" or "error", found ${kind(output.output_type)}`,
      );
  }
}

function readDisplay(
  output: JsonObject,
  place: string,
): { data: MimeBundle; metadata: JsonObject } {
  return {
    data: readBundle(output.data, `${place}.data`),
    metadata: readObject(output.metadata ?? {}, `${place}.metadata`),
  };
}

function readBundle(value: JsonValue | undefined, place: string): MimeBundle {
  const bundle = readObject(value, place);
  return withEntries(
    bundle,
    Object.entries(bundle).map(([type, data]) => [
      type,
      isJsonMime(type) ? data : readText(data, `${place}["${type}"]`),
    ]),
  );
}

function readAttachments(value: JsonValue, place: string): Attachments {
  const attachments = readObject(value, place);
  return Object.fromEntries(
    Object.entries(attachments).map(([name, bundle]) => [
      name,
      readBundle(bundle, `${place}["${name}"]`),
    ]),
  );
}

function readId(
  value: JsonValue | undefined,
  place: string,
  index: number,
  source: string,
): string {
  if (value === undefined) return derivedId(index, source);
  const id = readString(value, place);
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(id)) {
    refuse(place, `expected 1 to 64 letters, digits, "-" or "_", found ${kind(id)}`);
  }
  return id;
}

/** An id for a cell without one: eight hexadecimal digits of a hash, as Jupyter's ids look. */
export function derivedId(index: number, source: string): string {
  return createHash("sha256").update(`${index}\n${source}`).digest("hex").slice(0, 8);
}

function refuseDuplicateIds(cells: readonly Cell[]): void {
  const seen = new Map<string, number>();
  cells.forEach((cell, index) => {
    const first = seen.get(cell.id);
    if (first !== undefined) {
      refuse(
        `cells[${index}].id`,
        `"${cell.id}" is also the id of cells[${first}]; ids are unique`,
      );
    }
    seen.set(cell.id, index);
  });
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return withEntries(
    object,
    Object.entries(object).filter(([key]) => !keys.includes(key)),
  );
}
