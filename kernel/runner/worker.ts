/** The runner thread: user code lives here, with its output, displays, questions and modules. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { displayHostKey } from "../../src/figures/display.js";
import { Cells, KeyboardInterrupt } from "./cells.js";
import { redirectChildProcesses } from "./child-process.js";
import { CommHost } from "./comms.js";
import { cancelTimers, runInCell, trackContext } from "./context.js";
import { redirectDescriptors } from "./descriptors.js";
import { createDisplay, createDisplayHost } from "./display.js";
import { installStackMapping } from "./errors.js";
import { Output, redirectStandardStreams } from "./output.js";
import {
  type FromRunner,
  type RunnerData,
  type RunRequest,
  SHARED,
  type ToRunner,
} from "./protocol.js";
import { Stdin } from "./stdin.js";
import { silenceNotice } from "./tensorflow.js";
import { tslabModule } from "./tslab.js";

const port = parentPort;
if (!port) throw new Error("the runner must be a worker thread");
const data = workerData as RunnerData & { readonly stdin: MessagePort };
const shared = new Int32Array(data.shared);
const post = (message: FromRunner | string): void => port.postMessage(message);

installStackMapping();
const output = new Output(post, shared);
redirectStandardStreams(output);
redirectChildProcesses(output);
redirectDescriptors(output);
silenceNotice(console);

const host = createDisplayHost(post);
Object.defineProperty(globalThis, displayHostKey, { value: host, configurable: true });
const display = createDisplay(host, post, (work) => cells.addPending(work));
const comms = new CommHost(post);
const builtin = new Map<string, unknown>([["tslab", tslabModule(display)]]);
const cells: Cells = new Cells(data, shared, { display }, builtin);
const stdin = new Stdin(post, data.stdin, shared, cells);
Object.assign(globalThis, { prompt: stdin.prompt, input: stdin.input });
Object.defineProperty(globalThis, Symbol.for("Jupyter.comms"), { value: comms.api });

const report = (error: unknown): void => {
  if (error instanceof KeyboardInterrupt) return;
  try {
    console.error("Uncaught", error);
  } catch {
    console.error("Uncaught: an error that cannot be shown");
  }
};
process.on("uncaughtException", report);
process.on("unhandledRejection", report);
trackContext();

/** Messages are repeated: a late one is not for the cell that runs by then. */
function settleInterrupt(): void {
  const { running } = cells;
  if (running === undefined || cells.isCancelled(running)) {
    stdin.cancel();
    if (running === undefined) cancelTimers();
    cells.settleInterrupt();
  }
  post({ type: "interrupt-settled", round: Atomics.load(shared, SHARED.ROUND) });
}

function run(request: RunRequest): void {
  const { cell } = request;
  // The flag of an interrupt whose message was terminated with the code that it was to stop.
  const ofEarlier = Atomics.load(shared, SHARED.INTERRUPT) === 1 && !cells.isCancelled(cell);
  if (ofEarlier) settleInterrupt();
  cells.run(request, (result) => post({ type: "done", cell, result }));
}

port.on("message", (message: ToRunner) => {
  switch (message.type) {
    case "run":
      run(message.request);
      return;
    case "settle-interrupt":
      settleInterrupt();
      return;
    case "expect":
      cells.expect(message.specifiers);
      return;
    case "comm":
      runInCell(message.cell, () => comms.receive(message));
  }
});
post({ type: "ready" });
