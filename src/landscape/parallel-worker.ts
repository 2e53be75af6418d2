/** A worker of `parallelMap`: applies the assigned function to each input it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { type Assignment, importFunction, type Reply, type Task } from "./parallel-map.js";

const assignment: Assignment = workerData;
const ready = importFunction(assignment);

parentPort?.on("message", async ({ index, input }: Task) => {
  const reply = await ready
    .then((f) => f(input))
    .then(
      (result): Reply => ({ kind: "done", index, result }),
      (error: unknown): Reply => ({ kind: "failed", index, message: String(error) }),
    );
  parentPort?.postMessage(reply);
});
