/** A worker of `shardedHessian`: records and applies the operators of its shards on command. */
import { parentPort, workerData } from "node:worker_threads";
import { type BackendName, use } from "../../tensor/backends.js";
import type { HessianOptions } from "../hessian.js";
import { Channel, type ChannelShape, RECORD } from "./channel.js";
import { type Layout, type Shard, type ShardedLoss, ShardGroup } from "./shards.js";

export interface Assignment {
  readonly worker: number;
  readonly backend: BackendName;
  readonly source: ShardedLoss;
  readonly layout: Layout;
  readonly options: HessianOptions;
  readonly shards: readonly Shard[];
  readonly share: readonly number[];
  readonly shape: ChannelShape;
  readonly memory: SharedArrayBuffer;
}

/** What a worker says once: that it is ready, or why it cannot be. */
export type Greeting =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string };

const given: Assignment = workerData;
const channel = new Channel(given.shape, given.memory);

try {
  await use(given.backend);
  const { source, layout, options, shards, share } = given;
  const group = await ShardGroup.load(source, layout, options, shards, share);
  say({ kind: "ready" });
  serve(group);
} catch (error) {
  say({ kind: "failed", message: messageOf(error) });
}

/** Never returns: the thread is ended from outside. */
function serve(group: ShardGroup): never {
  for (let last = 0; ; ) {
    const { generation, command } = channel.next(last);
    last = generation;
    try {
      if (command === RECORD) {
        group.record(channel.parameters);
        channel.bytes[given.worker] = group.bytes;
      } else {
        group.apply(channel.vector, channel.rows);
      }
      channel.finish(given.worker, generation);
    } catch (error) {
      channel.fail(given.worker, generation, messageOf(error));
    }
  }
}

function say(greeting: Greeting): void {
  parentPort?.postMessage(greeting);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
