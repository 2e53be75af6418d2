/**
 * The runner as the protocol thread sees it: start it, run cells on it, stop what it runs.
 *
 * An interrupt first asks (a flag in shared memory, and a message), and if there is no answer
 * terminates the running code through the inspector, which works while the thread is busy. A
 * request to terminate may also hit the handler of our next message, so messages are repeated until
 * they are answered. A thread that loads a package is given more time, because a package that is
 * terminated half-way can never be imported again. Nor can a thread be stopped that waits for a child process: the child is. When
 * the thread dies (out of memory, process.exit), a new one takes its place.
 */
import { Session } from "node:inspector";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { interruptDescendants, killDescendants } from "./descendants.js";
import {
  type CellId,
  type CellResult,
  type FromRunner,
  LOAD_TERMINATED,
  type RunnerData,
  type RunRequest,
  SHARED,
  type ToRunner,
  uptimeMs,
} from "./runner/protocol.js";

export type RunnerMessage = Exclude<
  FromRunner,
  { readonly type: "ready" | "done" | "interrupt-settled" }
>;
export interface RunnerHandlers {
  onMessage(message: RunnerMessage): void;
  /** The thread ended by itself; all variables are gone. */
  onCrash(reason: string): void;
  /** The thread cannot even start. */
  onFatal(reason: string): void;
}

/** CURVLAB_MAX_HEAP_MB bounds the heap of user code; the default is Node's. */
function heapLimit(): { maxOldGenerationSizeMb?: number } {
  const limit = Number(process.env.CURVLAB_MAX_HEAP_MB);
  return limit > 0 ? { maxOldGenerationSizeMb: limit } : {};
}

/** How long user code has to stop by itself before it is terminated, and longest for an answer. */
const GRACE_MS = 150;
const LONGEST_MS = 1000;
const ATTEMPTS = 15;
/** How long a package may take to load before that is terminated like other code. */
const LOADING_MS = 3000;
/** Child processes that are still there after so many attempts do not listen. */
const POLITE_ATTEMPTS = 4;

export class RunnerThread {
  readonly #shared = new Int32Array(new SharedArrayBuffer(SHARED.LENGTH * 4));
  readonly #folders: { readonly cwd: string; readonly packageRoot: string };
  readonly #handlers: RunnerHandlers;
  readonly #open = new Map<number, (result: CellResult) => void>();
  #worker: Worker;
  #stdin: MessagePort;
  #inspector: Inspector | undefined;
  #settled: (() => void) | undefined;
  #lastStream: Extract<FromRunner, { type: "stream" }> | undefined;
  #ready = false;
  #closing = false;

  constructor(folders: { cwd: string; packageRoot: string }, handlers: RunnerHandlers) {
    this.#folders = folders;
    this.#handlers = handlers;
    ({ worker: this.#worker, stdin: this.#stdin } = this.#start());
  }

  run(request: RunRequest): Promise<CellResult> {
    return new Promise((resolve) => {
      this.#open.set(request.cell, resolve);
      this.#post({ type: "run", request });
    });
  }

  /** Modules that the next cell will import: the thread loads them if it has nothing else to do. */
  expect(specifiers: readonly string[]): void {
    if (specifiers.length > 0) this.#post({ type: "expect", specifiers });
  }

  sendComm(message: Extract<ToRunner, { type: "comm" }>): void {
    this.#post(message);
  }

  answerInput(value: string): void {
    this.#stdin.postMessage(value);
    Atomics.add(this.#shared, SHARED.INPUT, 1);
    Atomics.notify(this.#shared, SHARED.INPUT);
  }

  /** Keeps a cell, and those before it, from beginning. `interrupt` stops one that has begun. */
  cancel(cell: CellId): void {
    Atomics.store(this.#shared, SHARED.CANCELLED, cell);
  }

  /** Stops the running code and keeps its variables; false when it could not be stopped. */
  async interrupt(): Promise<boolean> {
    Atomics.add(this.#shared, SHARED.ROUND, 1);
    Atomics.store(this.#shared, SHARED.INTERRUPT, 1);
    Atomics.notify(this.#shared, SHARED.INPUT);
    Atomics.notify(this.#shared, SHARED.TAKEN);
    if (await this.#settle(GRACE_MS)) return true;
    while (this.#isLoading()) if (await this.#settle(GRACE_MS)) return true;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt < POLITE_ATTEMPTS) interruptDescendants();
      else killDescendants();
      this.#terminate();
      // On a busy machine a thread needs time to answer before it is terminated once more.
      if (await this.#settle(Math.min(GRACE_MS * 1.3 ** attempt, LONGEST_MS))) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#inspector?.close();
    await this.#worker.terminate();
  }

  #post(message: ToRunner): void {
    this.#worker.postMessage(message);
  }

  #isLoading(): boolean {
    const since = Atomics.load(this.#shared, SHARED.LOADING);
    return since > 0 && uptimeMs() - since < LOADING_MS;
  }

  #terminate(): void {
    const loading = Atomics.load(this.#shared, SHARED.LOADING);
    if (loading > 0) {
      Atomics.compareExchange(this.#shared, SHARED.LOADING, loading, LOAD_TERMINATED);
    }
    this.#inspector?.terminateExecution(this.#worker.threadId);
  }

  #settle(timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeout);
      this.#settled = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#post({ type: "settle-interrupt" });
    });
  }

  #start(): { worker: Worker; stdin: MessagePort } {
    const { port1: ours, port2: theirs } = new MessageChannel();
    this.#shared.fill(0);
    this.#ready = false;
    const data: RunnerData = { shared: this.#shared.buffer as SharedArrayBuffer, ...this.#folders };
    const worker = new Worker(new URL("./runner/worker.js", import.meta.url), {
      workerData: { ...data, stdin: theirs },
      transferList: [theirs],
      // Termination leaves Node's stack of asynchronous contexts one short, which is harmless.
      execArgv: ["--no-force-async-hooks-checks", "--no-warnings"],
      resourceLimits: heapLimit(),
      name: "runner",
    });
    worker.on("message", (message: FromRunner | string) => {
      if (typeof message !== "string") this.#receive(message);
      else if (this.#lastStream) this.#receive({ ...this.#lastStream, text: message });
    });
    let reason = "the thread ended";
    worker.on("error", (error: NodeJS.ErrnoException) => {
      reason =
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? "the cell needed more memory than there is"
          : String(error);
    });
    worker.once("exit", (code) => {
      ours.close();
      if (this.#closing || worker !== this.#worker) return;
      this.#crashed(reason === "the thread ended" ? `process.exit(${code}) was called` : reason);
    });
    return { worker, stdin: ours };
  }

  #crashed(reason: string): void {
    if (!this.#ready) {
      this.#handlers.onFatal(reason);
      return;
    }
    const open = [...this.#open.values()];
    this.#open.clear();
    this.#inspector?.close();
    this.#inspector = undefined;
    ({ worker: this.#worker, stdin: this.#stdin } = this.#start());
    this.#settled?.();
    this.#handlers.onCrash(reason);
    const evalue = `${reason}; all variables are lost, and a new session has begun`;
    const error = { ename: "SessionLost", evalue, traceback: [`SessionLost: ${evalue}`] };
    for (const finish of open) finish({ ok: false, error, defined: [] });
  }

  #receive(message: FromRunner): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        // Attaching needs the thread's help, so it is done before the thread can be busy.
        this.#inspector ??= new Inspector();
        return;
      case "interrupt-settled":
        // Messages are repeated, so that an answer may be late.
        if (message.round === Atomics.load(this.#shared, SHARED.ROUND)) this.#settled?.();
        return;
      case "done": {
        const finish = this.#open.get(message.cell);
        this.#open.delete(message.cell);
        finish?.(message.result);
        return;
      }
      case "stream":
        this.#lastStream = message;
        Atomics.add(this.#shared, SHARED.TAKEN, message.text.length);
        Atomics.notify(this.#shared, SHARED.TAKEN);
        break;
    }
    this.#handlers.onMessage(message);
  }
}

/** The worker's inspector, reached through our own: attached when first needed. */
class Inspector {
  readonly #session = new Session();
  readonly #ids = new Map<number, string>();
  #messageId = 0;

  constructor() {
    this.#session.connect();
    this.#session.on("NodeWorker.attachedToWorker", ({ params }) => {
      // `workerId` is the inspector's own count; the thread's id stands in the title only.
      const threadId = /\d+/.exec(params.workerInfo.title)?.[0];
      this.#ids.set(Number(threadId), params.sessionId);
    });
    this.#session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  }

  terminateExecution(threadId: number): void {
    const sessionId = this.#ids.get(threadId);
    if (sessionId === undefined) return; // attaching; the caller asks again
    const message = JSON.stringify({ id: ++this.#messageId, method: "Runtime.terminateExecution" });
    this.#session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  }

  close(): void {
    this.#session.disconnect();
  }
}
