/**
 * The thread that starts the workers of one sharded Hessian and sees them end.
 *
 * A thread that runs out of memory says no last word, and the thread that asked for a product is
 * blocked until all have answered: it would never hear of it. This one does nothing but listen, and
 * tells through the shared memory.
 */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { Channel } from "./channel.js";
import type { Assignment, Greeting } from "./worker.js";

export interface Orders {
  readonly assignments: readonly Assignment[];
  /** Node's flags for each worker. */
  readonly flags: readonly string[];
}

const { assignments, flags }: Orders = workerData;

for (const assignment of assignments) {
  const channel = new Channel(assignment.shape, assignment.memory);
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: assignment,
    execArgv: [...flags],
  });
  let reason = "";
  worker.once("error", (error) => {
    reason = error.message;
  });
  worker.once("exit", (code) => {
    channel.end(reason);
    say({ kind: "failed", message: reason || `shardedHessian: a worker ended, code ${code}` });
  });
  worker.once("message", say);
}

function say(greeting: Greeting): void {
  parentPort?.postMessage(greeting);
}
