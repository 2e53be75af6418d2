/**
 * Which notebook files were last written by this lab with outputs that the user saw being made.
 *
 * JupyterLab runs scripts in the outputs of trusted cells only. A file is known by the hash of its
 * bytes, so any change by another hand ends the trust. The newest hashes are kept, in a file that
 * only the user can write.
 */
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { writeAtomic } from "./write-atomic.js";

const CAPACITY = 2000;

export class TrustStore {
  #hashes: Set<string> | undefined;

  constructor(private readonly file: string) {}

  async has(hash: string): Promise<boolean> {
    return (await this.#load()).has(hash);
  }

  async add(hash: string): Promise<void> {
    const hashes = await this.#load();
    if (hashes.has(hash)) return;
    hashes.add(hash);
    const kept = [...hashes].slice(-CAPACITY);
    this.#hashes = new Set(kept);
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await writeAtomic(this.file, `${kept.join("\n")}\n`, { mode: 0o600 });
  }

  /** A file that is missing or spoilt means only that nothing is trusted yet. */
  async #load(): Promise<Set<string>> {
    if (this.#hashes === undefined) {
      const text = await readFile(this.file, "utf8").catch(() => "");
      this.#hashes ??= new Set(text.split("\n").filter((line) => /^[0-9a-f]{64}$/.test(line)));
    }
    return this.#hashes;
  }
}
