/** The compiler as the protocol thread sees it; started anew if it should ever die. */
import { Worker } from "node:worker_threads";
import type { Folders } from "./compiler/host.js";
import type { CompilerCalls } from "./compiler/worker.js";
import { Caller } from "./threads.js";

export interface CompilerHandlers {
  readonly log: (text: string) => void;
  /** It has died and come back; it knows no cells. */
  onRestart(): void;
}

export class CompilerThread {
  readonly #folders: Folders;
  readonly #handlers: CompilerHandlers;
  #worker: Worker;
  #caller: Caller<CompilerCalls>;
  #closing = false;

  constructor(folders: Folders, handlers: CompilerHandlers) {
    this.#folders = folders;
    this.#handlers = handlers;
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
    worker.on("error", (error) =>
      this.#handlers.log(`the compiler failed: ${error.stack ?? error}`),
    );
    worker.once("exit", () => {
      // One that never answered would fail again, for ever.
      if (this.#closing || !answered) return;
      ({ worker: this.#worker, caller: this.#caller } = this.#start());
      this.#handlers.onRestart();
    });
    return { worker, caller };
  }
}
