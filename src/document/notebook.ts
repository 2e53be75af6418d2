/**
 * A notebook in memory: complete, validated, and free of the wire's spellings.
 *
 * `parseNotebook` makes one from a file and `formatNotebook` writes it back; nothing else knows how
 * nbformat 4.5 spells it. Every text is one string (the file has lists of lines), every cell has an
 * id that no other has, and metadata is kept as it was found.
 */
import type { JsonObject, JsonValue } from "./json.js";

export interface Notebook {
  readonly metadata: JsonObject;
  readonly cells: readonly Cell[];
}

export type Cell = CodeCell | MarkdownCell | RawCell;

export interface CodeCell {
  readonly type: "code";
  readonly id: string;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly executionCount: number | null;
  readonly outputs: readonly Output[];
}

export interface MarkdownCell {
  readonly type: "markdown";
  readonly id: string;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly attachments?: Attachments;
}

export interface RawCell {
  readonly type: "raw";
  readonly id: string;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly attachments?: Attachments;
}

/** File name → MIME bundle: pictures that the Markdown shows as `attachment:name`. */
export type Attachments = { readonly [name: string]: MimeBundle };

/** MIME type → text, or any JSON value for the JSON types. */
export type MimeBundle = { readonly [mimeType: string]: JsonValue };

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

export interface StreamOutput {
  readonly type: "stream";
  readonly name: string;
  readonly text: string;
}

export interface DisplayOutput {
  readonly type: "display_data";
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

export interface ResultOutput {
  readonly type: "execute_result";
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  readonly executionCount: number | null;
}

export interface ErrorOutput {
  readonly type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** `application/json` and `application/…+json` hold values; every other type holds text. */
export function isJsonMime(mimeType: string): boolean {
  return (
    mimeType === "application/json" ||
    (mimeType.startsWith("application/") && mimeType.endsWith("+json"))
  );
}
