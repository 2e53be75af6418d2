/**
 * Packages that are being loaded.
 *
 * Code that V8 terminates in the middle of a package leaves it half made, and every later import of
 * it waits for ever. So shared memory says since when the thread loads, and the protocol thread has
 * patience with it; what it terminates all the same is refused from then on.
 */
import { LOAD_TERMINATED, SHARED, uptimeMs } from "./protocol.js";

export class Loads {
  readonly #shared: Int32Array;
  readonly #open = new Set<{ readonly specifier: string }>();
  readonly #lost = new Set<string>();

  constructor(shared: Int32Array) {
    this.#shared = shared;
  }

  async track<T>(specifier: string, load: () => T | Promise<T>): Promise<T> {
    if (this.#lost.has(specifier)) {
      throw new Error(
        `${specifier} was interrupted while it was loaded: restart the kernel to import it`,
      );
    }
    const opened = { specifier };
    this.#open.add(opened);
    Atomics.store(this.#shared, SHARED.LOADING, uptimeMs());
    try {
      return await load();
    } finally {
      this.#open.delete(opened);
      if (this.#open.size === 0) Atomics.store(this.#shared, SHARED.LOADING, 0);
    }
  }

  /** After an interrupt: gives up what was terminated. */
  settle(): void {
    if (Atomics.load(this.#shared, SHARED.LOADING) !== LOAD_TERMINATED) return;
    for (const { specifier } of this.#open) this.#lost.add(specifier);
    this.#open.clear();
    Atomics.store(this.#shared, SHARED.LOADING, 0);
  }
}
