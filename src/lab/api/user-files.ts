/**
 * Small JSON documents that outlive the server, by name: the user's settings and workspaces.
 *
 * A name comes from a client and may hold any character; its file's name holds none that a file
 * system could take for something else.
 */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { diskError } from "../../server/contents/disk.js";
import { writeAtomic } from "../../server/contents/write-atomic.js";

export interface UserFile {
  readonly name: string;
  readonly text: string;
  readonly created: string;
  readonly lastModified: string;
}

export class UserFiles {
  constructor(private readonly folder: string) {}

  async read(name: string): Promise<UserFile | undefined> {
    const place = this.#place(name);
    try {
      const [text, found] = await Promise.all([readFile(place, "utf8"), stat(place)]);
      return {
        name,
        text,
        created: found.birthtime.toISOString(),
        lastModified: found.mtime.toISOString(),
      };
    } catch {
      return undefined;
    }
  }

  async write(name: string, text: string): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeAtomic(this.#place(name), text, { mode: 0o600 });
    } catch (error) {
      throw diskError(error, `save ${name} in ${this.folder}`);
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#place(name), { force: true });
  }

  async list(): Promise<UserFile[]> {
    const entries = await readdir(this.folder).catch(() => []);
    const files = await Promise.all(
      entries
        .filter((entry) => entry.endsWith(".json"))
        .map((entry) => this.read(decodeURIComponent(entry.slice(0, -".json".length)))),
    );
    return files.flatMap((file) => (file === undefined ? [] : [file]));
  }

  #place(name: string): string {
    // encodeURIComponent leaves dots alone: "..json" would be hidden, but never a path.
    return join(this.folder, `${encodeURIComponent(name)}.json`);
  }
}
