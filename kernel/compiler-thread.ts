/** The compiler as the protocol thread sees it; started anew if it should ever die. */
import { Worker } from "node:worker_threads";
import type { Folders } from "./compiler/host.js";
import type { CompilerCalls } from "./compiler/worker.js";
import { Caller } from "./threads.js";

export class CompilerThread {
  readonly #folders: Folders;
  readonly #log: (text: string) => void;
  #worker: Worker;
  #caller: Caller<CompilerCalls>;
  #closing = false;

  constructor(folders: Folders, log: (text: string) => void) {
    this.#folders = folders;
    this.#log = log;
    ({ worker: this.#worker, caller: this.#caller } = this.#start());
  }

  get calls(): Caller<CompilerCalls> {
    return this.#caller;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }

  #start(): { worker: Worker; caller: Caller<CompilerCalls> } {
    const worker = new Worker(new URL("./compiler/worker.js", import.meta.url), {
      workerData: this.#folders,
      execArgv: [],
      name: "compiler",
    });
    const caller = new Caller<CompilerCalls>(worker);
    let answered = false;
    worker.once("message", () => {
      answered = true;
    });
    worker.on("error", (error) => this.#log(`the compiler failed: ${error.stack ?? error}`));
    worker.once("exit", () => {
      // One that never answered would fail again, for ever.
      if (this.#closing || !answered) return;
      ({ worker: this.#worker, caller: this.#caller } = this.#start());
    });
    return { worker, caller };
  }
}
