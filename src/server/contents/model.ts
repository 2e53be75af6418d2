/**
 * What the contents API says about a file, in its own spelling.
 *
 * Source: jupyter-server's API description (`Contents`); `hash` and `hash_algorithm` are what
 * JupyterLab compares, before it saves, to see that another tab or program wrote the file.
 */
import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { basename } from "node:path";
import { lookup } from "mime-types";
import type { ApiPath } from "./confine.js";

export type EntryType = "directory" | "file" | "notebook";
export type Format = "text" | "base64" | "json";

export interface ContentsModel {
  readonly name: string;
  readonly path: ApiPath;
  readonly type: EntryType;
  readonly created: string;
  readonly last_modified: string;
  readonly size: number | null;
  readonly writable: boolean;
  readonly mimetype: string | null;
  readonly format: Format | null;
  readonly content: unknown;
  readonly hash?: string;
  readonly hash_algorithm?: "sha256";
  /** What is wrong with a notebook that was read or saved all the same. */
  readonly message?: string;
}

export function entryType(path: ApiPath, isDirectory: boolean): EntryType {
  if (isDirectory) return "directory";
  return path.endsWith(".ipynb") ? "notebook" : "file";
}

/** A model without content. */
export function describe(path: ApiPath, found: Stats, writable: boolean): ContentsModel {
  const type = entryType(path, found.isDirectory());
  return {
    name: basename(path),
    path,
    type,
    created: found.birthtime.toISOString(),
    last_modified: found.mtime.toISOString(),
    size: found.isDirectory() ? null : found.size,
    writable,
    mimetype: null,
    format: null,
    content: null,
  };
}

export function hashOf(bytes: Uint8Array): { hash: string; hash_algorithm: "sha256" } {
  return { hash: createHash("sha256").update(bytes).digest("hex"), hash_algorithm: "sha256" };
}

/** The MIME type by the file's name; undefined for a name that says nothing. */
export function mimeTypeOf(path: ApiPath): string | undefined {
  // The registry's answer for .ts is a video stream.
  if (/\.[cm]?tsx?$/.test(path)) return "text/x-typescript";
  return lookup(path) || undefined;
}
