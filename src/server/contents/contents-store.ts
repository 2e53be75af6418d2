/**
 * The served folder as the contents API sees it: read, save, create, copy, rename, delete.
 *
 * Every path has passed `checkNames`; every access goes through the `Confinement`. Saving is atomic:
 * a reader, a second tab or a crash sees the old file or the new one.
 */
import { constants } from "node:fs";
import {
  access,
  cp,
  link,
  lstat,
  mkdir,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { badRequest, HttpError } from "../http/http-error.js";
import { type ApiPath, type Confinement, checkNames } from "./confine.js";
import { type Disk, diskError } from "./disk.js";
import { decode, decodeText, encode, type SaveModel } from "./encoding.js";
import {
  type ContentsModel,
  describe,
  type EntryType,
  type Format,
  hashOf,
  mimeTypeOf,
} from "./model.js";
import { emptyNotebook, readNotebook } from "./notebook-file.js";
import type { TrustStore } from "./trust.js";

export interface GetOptions {
  readonly content: boolean;
  readonly hash: boolean;
  readonly type?: EntryType;
  readonly format?: Format;
}

export const CHECKPOINTS = ".ipynb_checkpoints";

export class ContentsStore {
  constructor(
    readonly folder: Confinement,
    private readonly disk: Disk,
    private readonly trust: TrustStore,
  ) {}

  async get(path: ApiPath, options: GetOptions): Promise<ContentsModel> {
    const place = await this.folder.existing(path);
    const found = await stat(place);
    if (found.isDirectory()) {
      if (options.type !== undefined && options.type !== "directory") {
        throw badRequest(`${path || "/"} is a folder, not a ${options.type}`, "bad type");
      }
      return this.#directory(path, place, options.content);
    }
    if (options.type === "directory") throw badRequest(`${path} is not a folder`, "bad type");
    if (!found.isFile()) throw badRequest(`${path} is not a regular file`, "bad type");
    return this.#file(path, options);
  }

  /** False for a folder and for what does not exist or may not be seen. */
  isFile(path: ApiPath): Promise<boolean> {
    return this.folder
      .existing(path)
      .then(stat)
      .then(
        (found) => found.isFile(),
        () => false,
      );
  }

  /** The bytes of a file, from a handle that is known to lie inside the folder. */
  async read(path: ApiPath): Promise<Buffer> {
    const handle = await this.folder.openInside(path);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async save(path: ApiPath, model: SaveModel): Promise<{ model: ContentsModel; created: boolean }> {
    const place = await this.folder.writable(path);
    const created = !(await exists(place));
    const what = `save ${path}`;
    if (model.type === "directory") {
      if (created) await mkdir(place).catch(refuse(what));
      return { model: await this.#bare(path), created };
    }
    if (!created && (await stat(place)).isDirectory()) {
      throw badRequest(`cannot save ${path}: it is a folder`, "bad type");
    }
    const { data, trusted, message } = encode(path, model);
    await this.disk.write(place, data).catch(refuse(what));
    const hash = hashOf(Buffer.from(data));
    // A full disk must not turn a save that succeeded into a failure.
    if (trusted) await this.trust.add(hash.hash).catch(() => undefined);
    return {
      model: {
        ...(await this.#bare(path)),
        ...hash,
        ...(message === undefined ? {} : { message }),
      },
      created,
    };
  }

  async create(folder: ApiPath, type: EntryType, extension: string): Promise<ContentsModel> {
    const stem =
      type === "directory" ? "Untitled Folder" : type === "notebook" ? "Untitled" : "untitled";
    const suffix = type === "notebook" ? ".ipynb" : type === "directory" ? "" : extension;
    const between = type === "directory" ? " " : "";
    return this.#firstFree(
      folder,
      (n) => `${stem}${n === 0 ? "" : between + n}${suffix}`,
      (place) =>
        type === "directory"
          ? mkdir(place)
          : writeFile(place, type === "notebook" ? emptyNotebook() : "", { flag: "wx" }),
    );
  }

  async copy(from: ApiPath, folder: ApiPath): Promise<ContentsModel> {
    const source = await this.folder.existing(from);
    if ((await stat(source)).isDirectory()) {
      throw badRequest(`cannot copy ${from}: folders are not copied`, "bad type");
    }
    const extension = extname(from);
    const stem = basename(from, extension).replace(/-Copy\d*$/, "");
    const data = await this.read(from);
    const sameFolder = (dirname(`/${from}`).slice(1) || "") === folder;
    return this.#firstFree(
      folder,
      (n) =>
        n === 0 && !sameFolder ? basename(from) : `${stem}-Copy${Math.max(n, 1)}${extension}`,
      (place) => writeFile(place, data, { flag: "wx" }),
    );
  }

  /** Moves a file or folder to a name that is free; its checkpoint moves with it. */
  async rename(from: ApiPath, to: ApiPath): Promise<ContentsModel> {
    const what = `rename ${from} to ${to}`;
    const source = await this.folder.entry(from);
    const target = await this.folder.entry(to);
    const found = await lstat(source).catch(refuse(what));
    if (source === target) return this.#bare(to);
    if (await exists(target)) throw new HttpError(409, `${to} exists already`, "exists");
    if (found.isDirectory()) {
      if (target.startsWith(`${source}/`)) throw badRequest(`cannot ${what}: it is inside itself`);
      await rename(source, target).catch(refuse(what));
    } else {
      await moveWithoutReplacing(source, target).catch(refuse(what));
    }
    return this.#bare(to);
  }

  /** Deletes a file, a link, or a folder that holds nothing but checkpoints. */
  async delete(path: ApiPath): Promise<void> {
    const entry = await this.folder.entry(path);
    const what = `delete ${path}`;
    const found = await lstat(entry).catch(refuse(what));
    if (!found.isDirectory()) {
      await unlink(entry).catch(refuse(what));
      return;
    }
    const inside = await readdir(entry).catch(refuse(what));
    if (inside.some((name) => name !== CHECKPOINTS)) {
      throw badRequest(`cannot delete ${path}: the folder is not empty`, "not empty");
    }
    await rm(join(entry, CHECKPOINTS), { recursive: true, force: true }).catch(refuse(what));
    await rmdir(entry).catch(refuse(what));
  }

  async #bare(path: ApiPath): Promise<ContentsModel> {
    const place = await this.folder.existing(path);
    const model = describe(path, await stat(place), await isWritable(place));
    return { ...model, mimetype: model.type === "file" ? (mimeTypeOf(path) ?? null) : null };
  }

  async #directory(path: ApiPath, place: string, content: boolean): Promise<ContentsModel> {
    const model = await this.#bare(path);
    if (!content) return model;
    const names = (await readdir(place).catch(refuse(`list ${path}`))).filter(isShown);
    const entries = await Promise.all(
      names.map((name) =>
        this.#bare(path === "" ? name : `${path}/${name}`).catch(() => undefined),
      ),
    );
    // What vanished meanwhile, leads outside or may not be seen is not listed.
    return { ...model, format: "json", content: entries.filter((entry) => entry !== undefined) };
  }

  async #file(path: ApiPath, options: GetOptions): Promise<ContentsModel> {
    const model = await this.#bare(path);
    const type = options.type ?? model.type;
    if (!options.content && !options.hash) return { ...model, type };
    const bytes = await this.read(path);
    const hash = hashOf(bytes);
    const described = { ...model, type, ...(options.hash ? hash : {}) };
    if (!options.content) return described;
    if (type === "notebook") {
      const text = decodeText(bytes) ?? "";
      const notebook = readNotebook(text, path, await this.trust.has(hash.hash));
      return { ...described, ...notebook, format: "json" };
    }
    return { ...described, ...decode(bytes, path, options.format) };
  }

  async #firstFree(
    folder: ApiPath,
    name: (n: number) => string,
    make: (place: string) => Promise<unknown>,
  ): Promise<ContentsModel> {
    for (let n = 0; ; n++) {
      const path = checkNames([...folder.split("/").filter((part) => part !== ""), name(n)]);
      const place = await this.folder.entry(path);
      try {
        await make(place);
        return await this.#bare(path);
      } catch (error) {
        const taken = error instanceof Error && "code" in error && error.code === "EEXIST";
        if (!taken) throw diskError(error, `create ${path}`);
      }
    }
  }
}

function isShown(name: string): boolean {
  return !name.startsWith(".");
}

function exists(place: string): Promise<boolean> {
  return lstat(place).then(
    () => true,
    () => false,
  );
}

function isWritable(place: string): Promise<boolean> {
  return access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** For `.catch`: throws the error in the client's terms. */
function refuse(what: string) {
  return (error: unknown): never => {
    throw diskError(error, what);
  };
}

/** A hard link fails where the name is taken, in one step; a rename would replace. */
async function moveWithoutReplacing(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") throw error;
    // A file system without hard links.
    await cp(source, target, { errorOnExist: true, force: false, preserveTimestamps: true });
  }
  await unlink(source);
}
