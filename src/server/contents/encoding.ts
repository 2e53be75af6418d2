/**
 * File bytes ↔ the `format` and `content` of a contents model.
 *
 * Text is UTF-8 or nothing: bytes that are not are served as base64 and never guessed at.
 */
import { badRequest } from "../http/http-error.js";
import type { ApiPath } from "./confine.js";
import { type EntryType, type Format, mimeTypeOf } from "./model.js";
import { writeNotebook } from "./notebook-file.js";

export interface SaveModel {
  readonly type: EntryType;
  readonly format?: Format | undefined;
  readonly content?: unknown;
}

export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function decode(bytes: Buffer, path: ApiPath, format: Format | undefined) {
  const mimetype = mimeTypeOf(path);
  const text = format === "base64" ? undefined : decodeText(bytes);
  if (text !== undefined) {
    return { format: "text" as const, content: text, mimetype: mimetype ?? "text/plain" };
  }
  if (format === "text") throw badRequest(`${path} is not UTF-8 text`, "bad format");
  return {
    format: "base64" as const,
    content: bytes.toString("base64"),
    mimetype: mimetype ?? "application/octet-stream",
  };
}

export function encode(path: ApiPath, { type, format, content }: SaveModel) {
  if (type === "notebook") {
    const { text, trusted, message } = writeNotebook(content, path);
    return { data: text, trusted, message };
  }
  const plain = { trusted: false, message: undefined };
  if (typeof content !== "string") {
    throw badRequest(`cannot save ${path}: content is not a string`, "invalid body");
  }
  if (format === "base64") return { data: decodeBase64(content, path), ...plain };
  if (format === "text") return { data: content, ...plain };
  throw badRequest(`cannot save ${path}: format is not "text" or "base64"`, "invalid body");
}

/** Node's decoder skips what it does not know; a spoilt upload must not become a spoilt file. */
export function decodeBase64(text: string, path: ApiPath): Buffer {
  const clean = text.replace(/[\r\n]/g, "");
  const padding = clean.endsWith("==") ? 2 : clean.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(clean, "base64");
  if (bytes.length !== (clean.length / 4) * 3 - padding) {
    throw badRequest(`cannot save ${path}: content is not base64`, "invalid body");
  }
  return bytes;
}
