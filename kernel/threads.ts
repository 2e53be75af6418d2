/**
 * Calls between the protocol thread and its workers, matched by id.
 *
 * `Caller` is the protocol thread's side, `serve` the worker's. A worker that ends rejects all that
 * is open, so that nobody waits for an answer that cannot come.
 */
import { parentPort, type Worker } from "node:worker_threads";

type Calls = { readonly [method: string]: (argument: never) => unknown };
type AsCalls<T> = { [K in keyof T]: T[K] extends (argument: never) => unknown ? T[K] : never };
type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}
type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Caller<C extends AsCalls<C>> {
  readonly #worker: Worker;
  readonly #open = new Map<number, Open>();
  #next = 1;
  #ended = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (answer: Answer) => {
      const open = this.#open.get(answer.id);
      this.#open.delete(answer.id);
      if (answer.ok) open?.resolve(answer.value);
      else open?.reject(new Error(answer.message));
    });
    worker.once("exit", () => {
      this.#ended = true;
      for (const open of this.#open.values()) open.reject(new Error("the thread has ended"));
      this.#open.clear();
    });
  }

  call<M extends keyof C & string>(method: M, ...args: ArgumentsOf<C[M]>): Promise<ResultOf<C[M]>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#ended) throw new Error(`${method}: the thread has ended`);
      this.#open.set(id, { resolve: (value) => resolve(value as never), reject });
      this.#worker.postMessage({ id, method, argument: args[0] } satisfies Call);
    });
  }

  /** A call whose answer nobody waits for: a thread that ends before it has answered is no failure. */
  tell<M extends keyof C & string>(method: M, ...args: ArgumentsOf<C[M]>): void {
    this.call(method, ...args).catch(() => undefined);
  }
}

export function serve<C extends AsCalls<C>>(methods: C): void {
  const port = parentPort;
  if (!port) throw new Error("serve: not in a worker thread");
  const table = methods as Calls;
  port.on("message", ({ id, method, argument }: Call) => {
    try {
      const value = table[method]?.(argument as never);
      port.postMessage({ id, ok: true, value } satisfies Answer);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({ id, ok: false, message } satisfies Answer);
    }
  });
}
