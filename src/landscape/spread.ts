/**
 * Independent runs on one objective, spread over worker threads where there are any to use.
 *
 * A task is an exported function of the objective and one input. Results return in the inputs' order
 * and no run sees another, so they are the same on any number of threads. On this thread the event
 * loop gets its turns between runs, so that progress is shown and an abort is heard; on others, an
 * abort ends the threads.
 */
import { availableParallelism } from "node:os";
import { type LongWork, Pace } from "../operators/pace.js";
import type { ObjectiveSpec } from "../optimize/objective.js";
import {
  loadObjective,
  type ObjectiveModule,
  type ObjectiveSource,
  portable,
} from "./objective-source.js";
import { importFunction, parallelMap } from "./parallel-map.js";

export interface SpreadOptions extends LongWork<{ done: number; of: number }> {
  /**
   * How many threads share the runs. More than one needs an objective that another thread can make:
   * one of `problems`, or `{ module, name }`. By default this thread, and all cores once the rest is
   * seen to take longer than a second.
   */
  readonly threads?: number;
}

type Given<Options> = { readonly [Name in keyof Options]: Options[Name] | undefined };

/** The task: a function, and the module that exports it by that name, for threads to import. */
export interface SpreadTask<Input, Result> {
  readonly module: string;
  readonly name: string;
  readonly run: (
    objective: ObjectiveSpec,
    input: Input,
    signal?: AbortSignal,
  ) => Result | Promise<Result>;
  /** Called with each result as it comes, in any order. */
  readonly onResult?: (index: number, result: Result) => void;
}

interface Share {
  readonly objective: ObjectiveModule;
  readonly module: string;
  readonly name: string;
  readonly inputs: readonly unknown[];
}

/** The most runs of a share: enough to be worth a message, few enough to show progress. */
const SHARE = 16;
/** Threads take some 300 ms to start: longer work than this, as the first runs tell, is worth them. */
const WORTH_THREADS_MS = 1000;
const FIRST_RUNS_MS = 200;

export async function spread<Input, Result>(
  who: string,
  source: ObjectiveSource,
  task: SpreadTask<Input, Result>,
  inputs: readonly Input[],
  options: Given<SpreadOptions>,
): Promise<Result[]> {
  const objective = portable(source);
  checkThreads(who, objective, options.threads);
  // Worker threads run compiled modules: before that, in a test of the sources, there is one thread.
  const undecided = options.threads === undefined && objective && import.meta.url.endsWith(".js");
  const threads = options.threads ?? (undecided ? availableParallelism() : 1);
  if (threads === 1 || !objective) return onThisThread(source, task, inputs, options, () => false);
  const first = undecided ? await onThisThread(source, task, inputs, options, isWorthThreads) : [];
  const rest = inputs.slice(first.length);
  const size = Math.min(SHARE, Math.ceil(rest.length / threads));
  const shares = Array.from({ length: Math.ceil(rest.length / size) || 0 }, (_, i): Share => {
    const { module, name } = task;
    return { objective, module, name, inputs: rest.slice(i * size, (i + 1) * size) };
  });
  let done = first.length;
  const results = await parallelMap<Share, Result[]>(import.meta.url, "runShare", shares, {
    threads,
    ...(options.signal && { signal: options.signal }),
    onResult: (share, list) => {
      list.forEach((result, i) => {
        task.onResult?.(first.length + share * size + i, result);
      });
      done += list.length;
      options.onProgress?.({ done, of: inputs.length });
    },
  });
  return [...first, ...results.flat()];
}

/** Whether the rest, at the pace so far, takes longer than starting threads for it. */
function isWorthThreads(elapsed: number, done: number, of: number): boolean {
  return elapsed > FIRST_RUNS_MS && (elapsed / done) * (of - done) > WORTH_THREADS_MS;
}

/** What a worker thread does with its share. */
export async function runShare({ objective, module, name, inputs }: Share): Promise<unknown[]> {
  const [made, run] = [await loadObjective(objective), await importFunction({ module, name })];
  const results: unknown[] = [];
  for (const input of inputs) results.push(await run(made, input));
  return results;
}

/** The results of the inputs in turn, until `moveOn` says that the rest is better done elsewhere. */
async function onThisThread<Input, Result>(
  source: ObjectiveSource,
  task: SpreadTask<Input, Result>,
  inputs: readonly Input[],
  { signal, onProgress }: Given<SpreadOptions>,
  moveOn: (elapsed: number, done: number, of: number) => boolean,
): Promise<Result[]> {
  const objective = await loadObjective(source);
  const pace = new Pace(signal);
  const begin = performance.now();
  const results: Result[] = [];
  for (const [index, input] of inputs.entries()) {
    await pace.step();
    const result = await task.run(objective, input, signal);
    results.push(result);
    task.onResult?.(index, result);
    onProgress?.({ done: index + 1, of: inputs.length });
    if (moveOn(performance.now() - begin, results.length, inputs.length)) break;
  }
  return results;
}

function checkThreads(
  who: string,
  objective: ObjectiveModule | undefined,
  threads: number | undefined,
): void {
  if (threads === undefined) return;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`${who}: threads = ${threads}; a whole number from 1 is needed`);
  }
  if (threads > 1 && !objective) {
    throw new TypeError(
      `${who}: threads = ${threads}, but an objective made here cannot be sent to another thread; ` +
        'give one of `problems`, or { module: new URL("./loss.js", import.meta.url), name: "objective" }',
    );
  }
}
