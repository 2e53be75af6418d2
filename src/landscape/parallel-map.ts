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

export interface ParallelOptions extends LongWork<{ done: number; of: number }> {
  /** All cores unless said otherwise; 1 stays on this thread. */
  readonly threads?: number;
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

/** `[f(inputs[0]), f(inputs[1]), …]`, f being the export `name` of the module at a file URL. */
export async function parallelMap<Input, Result>(
  module: string,
  name: string,
  inputs: readonly Input[],
  options: ParallelOptions = {},
): Promise<Result[]> {
  const { threads = availableParallelism() } = options;
  if (threads <= 1 || inputs.length <= 1) return onThisThread(module, name, inputs, options);
  options.signal?.throwIfAborted();
  const results = new Array<Result>(inputs.length);
  let [next, done] = [0, 0];
  const workers = Array.from({ length: Math.min(threads, inputs.length) }, () => {
    const workerData: Assignment = { module, name };
    return new Worker(new URL("./parallel-worker.js", import.meta.url), { workerData });
  });
  const serve = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        if (next === inputs.length) return resolve();
        worker.postMessage({ index: next, input: inputs[next] } satisfies Task);
        next += 1;
      };
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason), {
        once: true,
      });
      worker.on("error", reject);
      worker.on("exit", (code) =>
        reject(new Error(`parallelMap: a worker ended with code ${code}`)),
      );
      worker.on("message", (reply: Reply) => {
        if (reply.kind === "failed") {
          return reject(new Error(`parallelMap: ${name}, input ${reply.index}: ${reply.message}`));
        }
        // The worker returns what the export returned, which the caller's type names.
        results[reply.index] = reply.result as Result;
        done += 1;
        options.onProgress?.({ done, of: inputs.length });
        hand();
      });
      hand();
    });
  try {
    await Promise.all(workers.map(serve));
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function onThisThread<Input, Result>(
  module: string,
  name: string,
  inputs: readonly Input[],
  options: ParallelOptions,
): Promise<Result[]> {
  const f = await importFunction({ module, name });
  const pace = new Pace(options.signal);
  const results: Result[] = [];
  for (const input of inputs) {
    await pace.step();
    results.push((await f(input)) as Result);
    options.onProgress?.({ done: results.length, of: inputs.length });
  }
  return results;
}

export async function importFunction({
  module,
  name,
}: Assignment): Promise<(input: unknown) => unknown> {
  const exports: Record<string, unknown> = await import(module);
  const f = exports[name];
  if (typeof f !== "function") {
    throw new TypeError(`parallelMap: ${module} exports no function "${name}"`);
  }
  return (input) => f(input);
}
