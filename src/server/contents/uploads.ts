/**
 * Files that arrive in chunks: 1, 2, 3, … and −1 for the last.
 *
 * The parts gather in the server's private folder, so that an upload that is never finished leaves
 * nothing in the served one; the last chunk puts the whole file in its place at once.
 */
import { randomUUID } from "node:crypto";
import { appendFile, copyFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { badRequest } from "../http/http-error.js";
import type { ApiPath, Confinement } from "./confine.js";
import { diskError } from "./disk.js";

export class Uploads {
  /** Path → the file that gathers it, and the chunk that comes next. */
  readonly #open = new Map<ApiPath, { readonly part: string; next: number }>();

  constructor(
    private readonly folder: Confinement,
    private readonly scratch: () => Promise<string>,
  ) {}

  /** Takes one chunk. @returns whether the file is now complete. */
  async take(path: ApiPath, chunk: number, data: Uint8Array): Promise<boolean> {
    const place = await this.folder.writable(path);
    if (chunk === 1) await this.#begin(path);
    const upload = this.#open.get(path);
    if (upload === undefined || (chunk !== -1 && chunk !== upload.next)) {
      throw badRequest(
        `cannot save ${path}: chunk ${chunk} came, chunk ${upload?.next ?? 1} is next`,
        "invalid chunk",
      );
    }
    try {
      upload.next++;
      await appendFile(upload.part, data, { mode: 0o600 });
      if (chunk !== -1) return false;
      await replace(upload.part, place);
    } catch (error) {
      await this.#drop(path);
      throw diskError(error, `save ${path}`);
    }
    await this.#drop(path);
    return true;
  }

  async #begin(path: ApiPath): Promise<void> {
    await this.#drop(path);
    this.#open.set(path, { part: join(await this.scratch(), randomUUID()), next: 1 });
  }

  async #drop(path: ApiPath): Promise<void> {
    const upload = this.#open.get(path);
    this.#open.delete(path);
    if (upload !== undefined) await rm(upload.part, { force: true });
  }
}

/** The private folder may be on another disk: copy beside the target first, then rename. */
async function replace(part: string, place: string): Promise<void> {
  const beside = join(dirname(place), `.${basename(place)}.${randomUUID()}`);
  try {
    await copyFile(part, beside);
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
