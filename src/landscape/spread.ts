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
   * one of `problems`, or `{ module, name }`. By default one, and all cores from a thousand runs on.
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

/** Fewer runs than this are done before a thread has started. */
const MANY = 1000;
/** Shares handed to each thread in turn: enough to even out, few enough to send. */
const SHARES = 8;

export async function spread<Input, Result>(
  who: string,
  source: ObjectiveSource,
  task: SpreadTask<Input, Result>,
  inputs: readonly Input[],
  options: Given<SpreadOptions>,
): Promise<Result[]> {
  const objective = portable(source);
  const threads = threadsFor(who, objective, inputs.length, options.threads);
  if (threads === 1 || !objective) return onThisThread(source, task, inputs, options);
  const size = Math.ceil(inputs.length / (SHARES * threads));
  const shares = Array.from({ length: Math.ceil(inputs.length / size) }, (_, i): Share => {
    const { module, name } = task;
    return { objective, module, name, inputs: inputs.slice(i * size, (i + 1) * size) };
  });
  let done = 0;
  const results = await parallelMap<Share, Result[]>(import.meta.url, "runShare", shares, {
    threads,
    ...(options.signal && { signal: options.signal }),
    onResult: (share, list) => {
      list.forEach((result, i) => {
        task.onResult?.(share * size + i, result);
      });
      done += list.length;
      options.onProgress?.({ done, of: inputs.length });
    },
  });
  return results.flat();
}

/** What a worker thread does with its share. */
export async function runShare({ objective, module, name, inputs }: Share): Promise<unknown[]> {
  const [made, run] = [await loadObjective(objective), await importFunction({ module, name })];
  const results: unknown[] = [];
  for (const input of inputs) results.push(await run(made, input));
  return results;
}

async function onThisThread<Input, Result>(
  source: ObjectiveSource,
  task: SpreadTask<Input, Result>,
  inputs: readonly Input[],
  { signal, onProgress }: Given<SpreadOptions>,
): Promise<Result[]> {
  const objective = await loadObjective(source);
  const pace = new Pace(signal);
  const results: Result[] = [];
  for (const [index, input] of inputs.entries()) {
    await pace.step();
    const result = await task.run(objective, input, signal);
    results.push(result);
    task.onResult?.(index, result);
    onProgress?.({ done: index + 1, of: inputs.length });
  }
  return results;
}

function threadsFor(
  who: string,
  objective: ObjectiveModule | undefined,
  runs: number,
  asked: number | undefined,
): number {
  // Worker threads run compiled modules: before that, in a test of the sources, there is one thread.
  const compiled = import.meta.url.endsWith(".js");
  if (asked === undefined) {
    return objective && compiled && runs >= MANY ? availableParallelism() : 1;
  }
  if (!Number.isInteger(asked) || asked < 1) {
    throw new RangeError(`${who}: threads = ${asked}; a whole number from 1 is needed`);
  }
  if (asked > 1 && !objective) {
    throw new TypeError(
      `${who}: threads = ${asked}, but an objective made here cannot be sent to another thread; ` +
        'give one of `problems`, or { module: new URL("./loss.js", import.meta.url), name: "objective" }',
    );
  }
  return asked;
}
