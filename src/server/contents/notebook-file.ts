/**
 * Notebooks between the file and the contents API.
 *
 * The file has texts as lists of lines and no word about trust; the API has texts as strings and
 * `metadata.trusted` on code cells. A notebook that breaks the format is still served and saved, with
 * a message, as long as it has cells: refusing to save would cost the author's work.
 */

import { formatNotebook } from "../../document/format-notebook.js";
import {
  formatJson,
  isJsonObject,
  type JsonObject,
  JsonSyntaxError,
  type JsonValue,
  parseJson,
} from "../../document/json.js";
import { isJsonMime } from "../../document/notebook.js";
import { notebookFromJson } from "../../document/parse-notebook.js";
import { badRequest } from "../http/http-error.js";

export interface ReadNotebook {
  readonly content: JsonObject;
  readonly message?: string;
}

export interface WrittenNotebook {
  readonly text: string;
  /** The author has seen every output: it was made, or trusted, in this lab. */
  readonly trusted: boolean;
  readonly message?: string;
}

/** @throws 400 with the place, for a file that is no JSON or no notebook of version 4. */
export function readNotebook(text: string, path: string, trusted: boolean): ReadNotebook {
  const content = requireNotebook(parse(text, path), path);
  const message = fault(content);
  const cells = content.cells.map((cell) => withTrust(joinTexts(cell), trusted));
  return {
    content: { ...content, cells },
    ...(message === undefined ? {} : { message: `${path} is not a sound notebook: ${message}` }),
  };
}

/** @throws 400 for a value that is no notebook of version 4. */
export function writeNotebook(value: unknown, path: string): WrittenNotebook {
  const content = requireNotebook(value as JsonValue, path);
  const trusted = content.cells.every(isTrusted);
  const cells = content.cells.map(withoutTrust);
  const clean: JsonObject = { ...content, cells };
  const message = fault(clean);
  return message === undefined
    ? { text: formatNotebook(notebookFromJson(clean)), trusted }
    : {
        text: `${formatJson(clean)}\n`,
        trusted,
        message: `Notebook validation failed: ${message}`,
      };
}

export function emptyNotebook(): string {
  return formatNotebook({ metadata: {}, cells: [] });
}

function parse(text: string, path: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(`${path} is not a notebook: ${error.message}`, "corrupt notebook");
  }
}

type NotebookShape = JsonObject & { cells: JsonValue[] };

function requireNotebook(value: JsonValue, path: string): NotebookShape {
  if (isJsonObject(value) && value.nbformat === 4 && Array.isArray(value.cells)) {
    return value as NotebookShape;
  }
  const found = isJsonObject(value)
    ? `nbformat ${JSON.stringify(value.nbformat ?? null)}`
    : "no JSON object";
  throw badRequest(
    `${path} is not a notebook of nbformat 4: it has ${found}; convert it with jupyter nbconvert`,
    "not a notebook",
  );
}

/** What the format forbids and this value has; undefined when it is sound. */
function fault(value: JsonObject): string | undefined {
  try {
    notebookFromJson(value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isTrusted(cell: JsonValue): boolean {
  if (!isJsonObject(cell) || cell.cell_type !== "code") return true;
  const outputs = Array.isArray(cell.outputs) ? cell.outputs.length : 0;
  return outputs === 0 || (isJsonObject(cell.metadata) && cell.metadata.trusted === true);
}

function withTrust(cell: JsonValue, trusted: boolean): JsonValue {
  if (!isJsonObject(cell) || cell.cell_type !== "code") return cell;
  const metadata = isJsonObject(cell.metadata) ? cell.metadata : {};
  return { ...cell, metadata: { ...metadata, trusted } };
}

function withoutTrust(cell: JsonValue): JsonValue {
  if (!isJsonObject(cell) || !isJsonObject(cell.metadata)) return cell;
  const { trusted: _, ...metadata } = cell.metadata;
  return { ...cell, metadata };
}

/** Lists of lines to texts, in all the places where the format allows both. */
function joinTexts(cell: JsonValue): JsonValue {
  if (!isJsonObject(cell)) return cell;
  const joined: JsonObject = { ...cell, source: joinLines(cell.source) };
  if (Array.isArray(cell.outputs)) joined.outputs = cell.outputs.map(joinOutput);
  if (isJsonObject(cell.attachments)) {
    joined.attachments = mapValues(cell.attachments, (bundle) => joinBundle(bundle));
  }
  return joined;
}

function joinOutput(output: JsonValue): JsonValue {
  if (!isJsonObject(output)) return output;
  if (output.output_type === "stream") return { ...output, text: joinLines(output.text) };
  return output.data === undefined ? output : { ...output, data: joinBundle(output.data) };
}

function joinBundle(bundle: JsonValue): JsonValue {
  if (!isJsonObject(bundle)) return bundle;
  return mapValues(bundle, (data, type) => (isJsonMime(type) ? data : joinLines(data)));
}

function joinLines(value: JsonValue | undefined): JsonValue {
  if (value === undefined) return "";
  const lines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return lines ? value.join("") : value;
}

function mapValues(object: JsonObject, map: (value: JsonValue, key: string) => JsonValue) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
