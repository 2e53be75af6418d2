/**
 * A function of a module applied to many inputs on worker threads.
 *
 * Inputs are handed out one at a time and results return to their input's place, so the answer is the
 * same however many threads there are; randomness belongs in the input (a seed and a run number).
 * Inputs and results are copied between threads (structured clone).
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type LongWork, Pace } from "../operators/pace.js";
import { workerFlags } from "../operators/sharded/worker-flags.js";

export interface ParallelOptions extends LongWork<{ done: number; of: number }> {
  /** All cores unless said otherwise; 1 stays on this thread. */
  readonly threads?: number;
}

interface MapOptions<Result> extends ParallelOptions {
  /** Called with each result as it comes, in any order. */
  readonly onResult?: (index: number, result: Result) => void;
}

/** What the worker is started with, and what passes between it and this thread. */
export interface Assignment {
  readonly module: string;
  readonly name: string;
}

export type Task = { readonly index: number; readonly input: unknown };
export type Reply =
  | { readonly kind: "done"; readonly index: number; readonly result: unknown }
  | { readonly kind: "failed"; readonly index: number; readonly message: string };

/**
 * `[f(inputs[0]), f(inputs[1]), …]`, f being the export `name` of the module at a file URL.
 *
 * @example
 * await parallelMap<string, string>("node:path", "basename", ["src/a.ts", "src/b.ts"]);
 * // ["a.ts", "b.ts"]
 */
export async function parallelMap<Input, Result>(
  module: string,
  name: string,
  inputs: readonly Input[],
  options: MapOptions<Result> = {},
): Promise<Result[]> {
  const { threads = availableParallelism(), signal } = options;
  if (threads <= 1 || inputs.length <= 1) return onThisThread(module, name, inputs, options);
  signal?.throwIfAborted();
  const results = new Array<Result>(inputs.length);
  let [next, done] = [0, 0];
  const take = (): Task | undefined =>
    next < inputs.length ? { index: next, input: inputs[next++] } : undefined;
  const keep = (index: number, result: Result) => {
    results[index] = result;
    done += 1;
    options.onResult?.(index, result);
    options.onProgress?.({ done, of: inputs.length });
  };
  const workers = Array.from({ length: Math.min(threads, inputs.length) }, () => {
    const workerData: Assignment = { module, name };
    const url = new URL("./parallel-worker.js", import.meta.url);
    return new Worker(url, { workerData, execArgv: workerFlags() });
  });
  const aborted = whenAborted(signal);
  try {
    const served = Promise.all(workers.map((worker) => serve(worker, name, take, keep)));
    await Promise.race([served, aborted.promise]);
    return results;
  } finally {
    aborted.forget();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Keeps a worker busy until there is nothing left to take. */
function serve<Result>(
  worker: Worker,
  name: string,
  take: () => Task | undefined,
  keep: (index: number, result: Result) => void,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const hand = () => {
      const task = take();
      if (task === undefined) resolve();
      else worker.postMessage(task);
    };
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`parallelMap: a worker ended with code ${code}`)));
    worker.on("message", (reply: Reply) => {
      if (reply.kind === "failed") {
        return reject(new Error(`parallelMap: ${name}, input ${reply.index}: ${reply.message}`));
      }
      try {
        // The worker returns what the export returned, which the caller's type names.
        keep(reply.index, reply.result as Result);
        hand();
      } catch (error) {
        reject(error);
      }
    });
    hand();
  });
}

/** A promise that an abort rejects, and which can be forgotten once it does not matter. */
function whenAborted(signal: AbortSignal | undefined) {
  let onAbort = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  return { promise, forget: () => signal?.removeEventListener("abort", onAbort) };
}

async function onThisThread<Input, Result>(
  module: string,
  name: string,
  inputs: readonly Input[],
  options: MapOptions<Result>,
): Promise<Result[]> {
  const f = await importFunction({ module, name });
  const pace = new Pace(options.signal);
  const results: Result[] = [];
  for (const [index, input] of inputs.entries()) {
    await pace.step();
    const result = (await f(input)) as Result; // see above
    results.push(result);
    options.onResult?.(index, result);
    options.onProgress?.({ done: results.length, of: inputs.length });
  }
  return results;
}

export async function importFunction({
  module,
  name,
}: Assignment): Promise<(...inputs: unknown[]) => unknown> {
  const exports: Record<string, unknown> = await import(module);
  const f = exports[name];
  if (typeof f !== "function") {
    throw new TypeError(`parallelMap: ${module} exports no function "${name}"`);
  }
  return (...inputs) => f(...inputs);
}
