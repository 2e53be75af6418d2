/**
 * From a path that a client named to a file inside the served folder, or a refusal.
 *
 * Two checks, because either alone fails: the names (no `..`, nothing hidden, no separator smuggled
 * in by an escape) and the place where they really lead (a symbolic link may point anywhere). Between
 * the second check and the use of a file, a folder could be swapped for a link; a reader therefore
 * opens first and asks afterwards where the open file lies (`openInside`).
 */
import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { badRequest, HttpError, notFound } from "../http/http-error.js";

/** A path as the API spells it: no leading slash, `""` for the served folder. */
export type ApiPath = string;

/** @throws 404 for a hidden name, 400 for a name that is no name. */
export function checkNames(segments: readonly string[]): ApiPath {
  for (const segment of segments) {
    if (segment === "." || segment === ".." || /[/\\\0]/.test(segment) || segment === "") {
      throw badRequest(`${JSON.stringify(segment)} is no name of a file or folder`, "invalid path");
    }
    // Says no more than for a file that does not exist: hidden files are not there.
    if (segment.startsWith(".")) throw notFound(`no such file or folder: ${segments.join("/")}`);
  }
  return segments.join("/");
}

/** An API path inside a JSON body: may have a leading slash and empty parts. */
export function parseApiPath(text: string): ApiPath {
  return checkNames(text.split("/").filter((part) => part !== ""));
}

export class Confinement {
  private constructor(readonly root: string) {}

  /** @throws when the folder does not exist or is a file. */
  static async in(folder: string): Promise<Confinement> {
    const root = await realpath(folder).catch(() => {
      throw new Error(`the folder ${folder} does not exist`);
    });
    if (!(await stat(root)).isDirectory()) throw new Error(`${folder} is not a folder`);
    return new Confinement(root);
  }

  /** The real place of something that exists. */
  async existing(path: ApiPath): Promise<string> {
    const place = await realpath(join(this.root, path)).catch((error: NodeJS.ErrnoException) => {
      throw missing(error, path);
    });
    this.#requireInside(place, path);
    return place;
  }

  /**
   * Where to write `path`: its real place if it exists (a link is written through), otherwise its
   * name in the real place of its folder.
   */
  async writable(path: ApiPath): Promise<string> {
    const entry = await this.entry(path);
    const place = await realpath(entry).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return entry;
      throw missing(error, path);
    });
    // A dangling link resolves to nothing; writing through it would create its target anywhere.
    if (place === entry && (await isLink(entry))) throw outside(path);
    this.#requireInside(place, path);
    return place;
  }

  /** The directory entry itself, not what a link points to: what a rename or a delete acts on. */
  async entry(path: ApiPath): Promise<string> {
    if (path === "") throw badRequest("the served folder itself cannot be changed", "invalid path");
    return join(await this.existing(dirname(`/${path}`).slice(1)), basename(path));
  }

  /** Opens for reading, then makes sure that the file that is open is one inside the folder. */
  async openInside(path: ApiPath): Promise<FileHandle> {
    const place = await this.existing(path);
    // Non-blocking, or opening a pipe without a writer would never return.
    const handle = await open(place, constants.O_RDONLY | constants.O_NONBLOCK).catch(
      (error: NodeJS.ErrnoException) => {
        throw missing(error, path);
      },
    );
    try {
      const [opened, now] = await Promise.all([handle.stat(), stat(await this.existing(path))]);
      if (opened.ino !== now.ino || opened.dev !== now.dev) throw outside(path);
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  contains(place: string): boolean {
    return (
      place === this.root || place.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)
    );
  }

  #requireInside(place: string, path: ApiPath): void {
    if (!this.contains(place)) throw outside(path);
  }
}

function outside(path: ApiPath): HttpError {
  return new HttpError(403, `${path} leads out of the served folder`, "outside the folder");
}

async function isLink(entry: string): Promise<boolean> {
  const { lstat } = await import("node:fs/promises");
  return lstat(entry).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

function missing(error: NodeJS.ErrnoException, path: ApiPath): HttpError {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return notFound(`no such file or folder: ${path}`);
    case "EACCES":
    case "EPERM":
      return new HttpError(403, `permission denied: ${path}`, "permission denied");
    case "ELOOP":
      return new HttpError(403, `${path} is a link that leads to itself`, "outside the folder");
    case "ENAMETOOLONG":
      return badRequest(`the name is too long: ${path}`, "invalid path");
    default:
      throw error;
  }
}
