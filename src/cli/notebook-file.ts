/**
 * Notebooks on disk: read with errors that name the file, written whole or not at all.
 */
import { constants, existsSync } from "node:fs";
import { access, mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { formatNotebook } from "../document/format-notebook.js";
import { JsonSyntaxError } from "../document/json.js";
import type { Notebook } from "../document/notebook.js";
import { parseNotebook } from "../document/parse-notebook.js";
import { NotebookError } from "../document/place.js";
import { writeAtomic } from "../server/contents/write-atomic.js";
import { Failure, UsageError } from "./failure.js";

export async function readNotebook(path: string): Promise<Notebook> {
  const text = await readText(path);
  try {
    return parseNotebook(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw new Failure(
        `${path} is not valid JSON: ${error.message}; mend it there, or restore a saved copy`,
      );
    }
    if (error instanceof NotebookError) {
      throw new Failure(`${path} is not a notebook of nbformat 4: ${error.message}`);
    }
    throw error;
  }
}

/** The text of a file that the command line names; what is not there is a mistake in the command. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} ${reasonOf(error)}`);
  }
}

export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  await writeText(path, formatNotebook(notebook));
}

/** Writes beside the file and renames, so that a reader never sees half of it. */
export async function writeText(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeAtomic(path, text);
  } catch (error) {
    throw new Failure(`cannot write ${path}: it ${reasonOf(error, "cannot be made there")}`);
  }
}

/** Makes the folder and refuses one that cannot be written, before any work is done for it. */
export async function ensureWritableFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw new Failure(`cannot write into ${path}: it ${reasonOf(error, "cannot be made there")}`);
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new UsageError(`${path} ${reasonOf(error)}`);
  }
}

/** Node's own recursive mkdir never returns where a folder cannot be made below one that exists. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    return;
  }
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function reasonOf(error: unknown, absent = "does not exist; check the path"): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return absent;
    case "EISDIR":
      return "is a folder; name the notebooks in it";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "is not writable or readable by you; check its permissions";
    case "EEXIST":
    case "ENOTDIR":
      return "is, or lies in, a file where a folder is needed";
    case "ENOSPC":
      return "does not fit: the disk is full";
    default:
      return `cannot be used: ${message}`;
  }
}
