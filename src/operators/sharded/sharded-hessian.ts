/**
 * The Hessian of a mean over many examples, its products shared out over worker threads.
 *
 * The examples are cut into shards of a fixed size; each thread, this one among them, records and
 * applies the operators of some shards, and the results are added in the shards' order. So the
 * product is the same, bit for bit, on any number of threads.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BackendName } from "../../tensor/backends.js";
import { tf } from "../../tensor/tf.js";
import { type CurvatureOperator, choose, type HessianOptions } from "../hessian.js";
import { checkLength } from "../linear-operator.js";
import { checkOptionNames } from "../option-names.js";
import { checkParameters, countParameters, flatten, type Parameters } from "../parameters.js";
import { APPLY, bytesOf, Channel, RECORD } from "./channel.js";
import { type Layout, type ShardedLoss, ShardGroup, shardsOf, shareOf } from "./shards.js";
import type { Orders } from "./supervisor.js";
import type { Assignment, Greeting } from "./worker.js";
import { workerFlags } from "./worker-flags.js";

export interface ShardedHessianOptions extends HessianOptions {
  /** All cores unless said otherwise; 1 starts no thread. */
  readonly threads?: number;
  /** Examples in a shard, 256: the same for any number of threads, as results depend on it. */
  readonly shardSize?: number;
  /** The most bytes of results between threads, 8 a parameter and shard; 1 GiB. */
  readonly maxBytes?: number;
}

export interface ShardedHessian extends CurvatureOperator {
  readonly threads: number;
  /** Moves the operator to other values of the parameters, on the threads that there are. */
  update(params: Parameters): void;
}

/**
 * ∇²L(θ) for L the mean of per-example losses, as `hessian` of the whole batch gives it, up to
 * rounding. `source` names a module that exports a function: called with a shard {start, end} and
 * `args`, it returns the loss of those examples, their mean. It runs once a shard, in the thread that
 * computes it, on this thread's backend.
 *
 * Cost: a thread takes about as long to start as curvlab to import; then a product costs what
 * `hessian`'s does, over the number of threads. Threads end with `dispose()`, with the process, or when
 * the operator is collected.
 *
 * @example
 * // The mean of c·w² over the shard's c; a module mostly is a file, new URL("./loss.js", import.meta.url).
 * const loss = `export default ({ start, end }, c) => ({ w }) =>
 *   w.square().mul(c.slice(start, end)).mean()`;
 * const source = { module: `data:text/javascript,${loss}`, examples: 4, args: [[1, 2, 3, 4]] };
 * const H = await shardedHessian(source, { w: tensor(0) }, { shardSize: 2 });
 * H.apply(Float64Array.of(1)); // [5], 2 · (1 + 2 + 3 + 4)/4
 * H.dispose();
 */
export async function shardedHessian(
  source: ShardedLoss,
  params: Parameters,
  settings: ShardedHessianOptions = {},
): Promise<ShardedHessian> {
  checkParameters("shardedHessian", params);
  checkOptionNames("shardedHessian", settings, ["only", "shardSize", "threads", "maxBytes"]);
  const { only, shardSize = 256, threads, maxBytes = 2 ** 30 } = settings;
  for (const [name, n] of Object.entries({ examples: source.examples, shardSize, threads })) {
    if (n === undefined || (Number.isInteger(n) && n > 0)) continue;
    throw new RangeError(`shardedHessian: ${name} = ${n}; a whole number from 1 is needed`);
  }
  const shards = shardsOf(source.examples, shardSize);
  const used = Math.min(threads ?? availableParallelism(), shards.length);
  const shape = {
    workers: used - 1,
    shards: shards.length,
    parameters: countParameters(params),
    size: countParameters(choose("shardedHessian", params, only)),
  };
  if (bytesOf(shape) > maxBytes) {
    throw new RangeError(
      `shardedHessian: ${shards.length} shards of ${shape.size} parameters exchange ` +
        `${bytesOf(shape).toLocaleString("en")} bytes, more than maxBytes = ` +
        `${maxBytes.toLocaleString("en")}; use larger shards, or raise maxBytes`,
    );
  }
  const channel = new Channel(shape);
  const layout: Layout = Object.entries(params).map(([name, t]) => ({ name, shape: [...t.shape] }));
  const options = only === undefined ? {} : { only };
  const plain = { ...source, module: String(source.module) };
  const common = { source: plain, layout, options, shards, shape, memory: channel.memory };
  const assignments = Array.from({ length: shape.workers }, (_, worker) => ({
    ...common,
    worker,
    // Whoever chose another backend by tfjs's own means gets it in the workers too.
    backend: tf.getBackend() as BackendName,
    share: shareOf(shards, worker + 1, used),
  }));
  const crew = new Crew(channel, assignments);
  try {
    const group = await ShardGroup.load(plain, layout, options, shards, shareOf(shards, 0, used));
    await crew.ready();
    return operator(crew, channel, group, layout, params);
  } catch (error) {
    crew.dismiss();
    throw error;
  }
}

function operator(
  crew: Crew,
  channel: Channel,
  group: ShardGroup,
  layout: Layout,
  start: Parameters,
): ShardedHessian {
  const { size, shards, workers } = channel.shape;
  const run = (command: number, own: () => void) => {
    if (crew.isDismissed) throw new Error("this operator has been disposed; make it again");
    try {
      channel.send(command);
      try {
        own();
      } finally {
        // The workers must be done with the memory even where this thread failed.
        channel.wait();
      }
    } catch (error) {
      throw new Error(`shardedHessian: ${(error as Error).message}`, { cause: error });
    }
  };
  const update = (params: Parameters) => {
    checkLayout(layout, params);
    channel.parameters.set(flatten(params));
    run(RECORD, () => group.record(channel.parameters));
  };
  const sharded: ShardedHessian = {
    size,
    threads: workers + 1,
    get bytes() {
      return group.bytes + channel.bytes.reduce((sum, part) => sum + part, 0);
    },
    update,
    apply(v) {
      checkLength("shardedHessian", size, v);
      channel.vector.set(v);
      run(APPLY, () => group.apply(channel.vector, channel.rows));
      const total = new Float64Array(size);
      for (let i = 0, at = 0; i < shards; i++) {
        for (let j = 0; j < size; j++, at++) total[j]! += channel.rows[at]!;
      }
      return total;
    },
    dispose() {
      group.dispose();
      crew.dismiss();
    },
  };
  update(start);
  collected.register(sharded, crew);
  return sharded;
}

function checkLayout(layout: Layout, params: Parameters): void {
  checkParameters("shardedHessian", params);
  const written = (parts: Layout) =>
    parts.map(({ name, shape }) => `${name} [${shape}]`).join(", ");
  const found = written(Object.entries(params).map(([name, { shape }]) => ({ name, shape })));
  if (found !== written(layout)) {
    throw new RangeError(
      `shardedHessian: the operator is of ${written(layout)}; found parameters ${found}`,
    );
  }
}

/** The workers of one operator, under their supervisor. */
class Crew {
  isDismissed = false;
  readonly #supervisor: Worker | undefined;
  readonly #size: number;

  constructor(
    private readonly channel: Channel,
    assignments: readonly Assignment[],
  ) {
    this.#size = assignments.length;
    if (this.#size === 0) return;
    const flags = workerFlags();
    const orders: Orders = { assignments, flags };
    const file = new URL("./supervisor.js", import.meta.url);
    this.#supervisor = new Worker(file, { workerData: orders, execArgv: flags });
  }

  /** Resolves once every worker has its losses; rejects with the first one's reason. */
  async ready(): Promise<void> {
    const supervisor = this.#supervisor;
    if (supervisor === undefined) return;
    await greeted(supervisor, this.#size);
    supervisor.unref();
  }

  dismiss(): void {
    this.isDismissed = true;
    this.channel.end();
    void this.#supervisor?.terminate();
  }
}

const collected = new FinalizationRegistry<Crew>((crew) => crew.dismiss());

function greeted(supervisor: Worker, workers: number): Promise<void> {
  let ready = 0;
  return new Promise((resolve, reject) => {
    supervisor.once("error", reject);
    supervisor.once("exit", (code) =>
      reject(new Error(`shardedHessian: the workers' supervisor ended, code ${code}`)),
    );
    supervisor.on("message", (greeting: Greeting) => {
      if (greeting.kind === "failed") reject(new Error(greeting.message));
      else if (++ready === workers) resolve();
    });
  });
}
