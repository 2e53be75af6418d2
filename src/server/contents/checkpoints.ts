/**
 * One checkpoint a file: the copy that "Revert to checkpoint" restores.
 *
 * Kept where Jupyter keeps it (`.ipynb_checkpoints/name-checkpoint.ext` beside the file), which is
 * hidden from the API and ignored by the usual .gitignore files.
 */
import { lstat, mkdir, readFile, stat, unlink } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { HttpError, notFound } from "../http/http-error.js";
import type { ApiPath } from "./confine.js";
import { CHECKPOINTS, type ContentsStore } from "./contents-store.js";
import { type Disk, diskError } from "./disk.js";

export interface Checkpoint {
  readonly id: "checkpoint";
  readonly last_modified: string;
}

export class CheckpointStore {
  constructor(
    private readonly contents: ContentsStore,
    private readonly disk: Disk,
  ) {}

  async list(path: ApiPath): Promise<Checkpoint[]> {
    const place = await this.#place(path);
    return stat(place).then(
      (found) => [{ id: "checkpoint", last_modified: found.mtime.toISOString() }],
      () => [],
    );
  }

  async create(path: ApiPath): Promise<Checkpoint> {
    const data = await this.contents.read(path);
    const place = await this.#place(path);
    const refuse = (error: unknown): never => {
      throw diskError(error, `make a checkpoint of ${path}`);
    };
    await mkdir(dirname(place), { recursive: true }).catch(refuse);
    await this.#requireFolder(dirname(place), path);
    await this.disk.write(place, data).catch(refuse);
    return { id: "checkpoint", last_modified: (await stat(place)).mtime.toISOString() };
  }

  async restore(path: ApiPath): Promise<void> {
    const place = await this.#place(path);
    await this.#requireFolder(dirname(place), path);
    const data = await readFile(place).catch(() => {
      throw notFound(`${path} has no checkpoint`);
    });
    await this.disk.write(await this.contents.folder.writable(path), data).catch((error) => {
      throw diskError(error, `restore ${path}`);
    });
  }

  async delete(path: ApiPath): Promise<void> {
    const place = await this.#place(path);
    await this.#requireFolder(dirname(place), path);
    await unlink(place).catch(() => {
      throw notFound(`${path} has no checkpoint`);
    });
  }

  async #place(path: ApiPath): Promise<string> {
    const entry = await this.contents.folder.entry(path);
    const extension = extname(entry);
    const name = `${basename(entry, extension)}-checkpoint${extension}`;
    return join(dirname(entry), CHECKPOINTS, name);
  }

  /** The folder is not reachable by name, but could have been planted as a link. */
  async #requireFolder(folder: string, path: ApiPath): Promise<void> {
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined) throw notFound(`${path} has no checkpoint`);
    if (!found.isDirectory()) {
      throw new HttpError(403, `the checkpoints of ${path} lead out of the served folder`);
    }
  }
}
