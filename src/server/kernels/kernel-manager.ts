/**
 * The kernels of a server, by id.
 *
 * A kernel that was started here is shut down here: by a client, or when the server closes.
 */
import { randomUUID } from "node:crypto";
import { notFound } from "../http/http-error.js";
import { Incarnation, type Surroundings } from "./incarnation.js";
import { Kernel } from "./kernel.js";
import type { KernelSpecs } from "./kernelspecs.js";

export class KernelManager {
  readonly #kernels = new Map<string, Kernel>();

  constructor(
    private readonly specs: KernelSpecs,
    private readonly log: (line: string) => void,
  ) {}

  list(): Kernel[] {
    return [...this.#kernels.values()];
  }

  find(id: string): Kernel | undefined {
    return this.#kernels.get(id);
  }

  /** @throws 404 */
  get(id: string): Kernel {
    const kernel = this.find(id);
    if (kernel === undefined) throw notFound(`no kernel has the id ${id}`);
    return kernel;
  }

  /** @throws 404 for a name that no kernelspec has. */
  async start(name: string | undefined, surroundings: Surroundings): Promise<Kernel> {
    const specs = await this.specs.list();
    const wanted = name === undefined || name === "" ? this.specs.defaultName : name;
    const entry = specs.get(wanted);
    if (entry === undefined) {
      const known = [...specs.keys()].join(", ");
      throw notFound(`no kernel is called ${JSON.stringify(wanted)}; there are: ${known}`);
    }
    const kernel = new Kernel(
      randomUUID(),
      entry,
      (spec, received) => Incarnation.begin(spec, surroundings, received),
      this.log,
    );
    this.#kernels.set(kernel.id, kernel);
    try {
      await kernel.start();
    } catch (error) {
      this.#kernels.delete(kernel.id);
      throw error;
    }
    return kernel;
  }

  async shutdown(id: string): Promise<void> {
    const kernel = this.get(id);
    this.#kernels.delete(id);
    await kernel.shutdown();
  }

  async shutdownAll(): Promise<void> {
    await Promise.all(this.list().map((kernel) => this.shutdown(kernel.id)));
  }
}
