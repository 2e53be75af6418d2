/**
 * Kernel processes for the bench, driven over ZeroMQ as clients drive them: ours, tslab's own,
 * and where they are installed Deno's (on PATH) and ipykernel (in Debian's Python).
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelSpec } from "../../dist/kernel/kernelspec/kernelspec.js";
import { KernelConnection } from "../../dist/kernel/protocol/client.js";
import { newConnection, writeConnectionFile } from "../../dist/kernel/protocol/connection.js";
import { createMessage, newSessionId } from "../../dist/kernel/protocol/messages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILE = "{connection_file}";
export const LINES = 20_000;

const typescript = {
  sum: (i) => `${i} + 1`,
  setup: "const x = 1",
  earlier: (i) => `x + ${i}`,
  declaration: (i) => `const v${i % 5}: number[] = [${i}, 2]`,
  lines: `for (let i = 0; i < ${LINES}; i++) console.log(i)`,
  tensors: 'import * as tf from "@tensorflow/tfjs"; tf.tensor([1, 2]).shape',
};
const python = {
  sum: (i) => `${i} + 1`,
  setup: "x = 1",
  earlier: (i) => `x + ${i}`,
  declaration: (i) => `v${i % 5}: list[float] = [${i}, 2]`,
  lines: `for i in range(${LINES}): print(i)`,
};

export function candidates() {
  const tslab = createRequire(import.meta.url).resolve("tslab/package.json");
  const found = [
    { name: "curvlab", argv: kernelSpec().argv, cells: typescript },
    {
      name: `tslab ${JSON.parse(readFileSync(tslab, "utf8")).version}`,
      argv: [process.execPath, join(tslab, "..", "bin", "tslab"), "kernel", "--config-path", FILE],
      cells: typescript,
    },
  ];
  const deno = spawnSync("deno", ["--version"], { encoding: "utf8" });
  if (deno.status === 0) {
    const name = deno.stdout.split(" ", 2).join(" ");
    const { tensors: _, ...cells } = typescript; // its packages come from the network
    found.push({ name, argv: ["deno", "jupyter", "--kernel", "--conn", FILE], cells });
  }
  const debian = "/usr/bin/python3";
  const version = "import ipykernel; print('ipykernel', ipykernel.__version__)";
  const ipykernel = spawnSync(debian, ["-c", version], { encoding: "utf8" });
  if (ipykernel.status === 0) {
    const argv = [debian, "-m", "ipykernel_launcher", "-f", FILE];
    found.push({ name: ipykernel.stdout.trim(), argv, cells: python });
  }
  return found;
}

export class KernelProcess {
  constructor({ name, argv, cells }) {
    Object.assign(this, { name, cells, argv, session: newSessionId(), waiting: new Map() });
    this.folder = mkdtempSync(join(tmpdir(), "curvlab-bench-"));
  }

  async start() {
    const info = await newConnection();
    const file = join(this.folder, "connection.json");
    writeConnectionFile(file, info);
    const [command, ...args] = this.argv.map((part) => (part === FILE ? file : part));
    this.connection = new KernelConnection(info, { onMessage: (...m) => this.receive(...m) });
    const start = performance.now();
    const env = { ...process.env, CURVLAB_HISTORY: join(this.folder, "history"), NO_COLOR: "1" };
    // tensors are imported from this package's folder, where all kernels find them
    this.process = spawn(command, args, { cwd: join(root, "tests"), env, stdio: "ignore" });
    await this.request("kernel_info_request", {}, { untilIdle: false });
    this.ready = performance.now() - start;
    // The output of a first cell is lost while the subscription travels: ask until it is heard.
    while (!(await this.request("kernel_info_request", {}, { timeout: 500 }))) {}
    await this.execute(this.cells.sum(0));
    this.firstCell = performance.now() - start;
  }

  receive(channel, message) {
    const json = (frame) => JSON.parse(Buffer.from(frame).toString());
    const open = this.waiting.get(json(message.parentHeader).msg_id);
    if (!open) return;
    const { msg_type } = json(message.header);
    const content = json(message.content);
    if (msg_type === "stream") open.text += content.text;
    if (msg_type === "error") open.failed = `${content.ename}: ${content.evalue}`;
    if (msg_type === "stream" || msg_type === "input_request") open.onSign?.();
    if (msg_type.endsWith("_reply") && channel !== "iopub") open.replied = true;
    if (content.execution_state === "idle") open.idle = true;
    if (open.replied && (open.idle || !open.untilIdle)) open.resolve(open);
  }

  /** What came of it, or undefined when nothing did in time. */
  request(type, content, options = {}) {
    const { channel = "shell", untilIdle = true, timeout = 30_000, onSign } = options;
    const message = createMessage(type, content, { session: this.session });
    const id = message.header.msg_id;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeout);
      const settle = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      this.waiting.set(id, { text: "", untilIdle, onSign, resolve: settle });
      void this.connection.send(channel, message);
    }).finally(() => this.waiting.delete(id));
  }

  async execute(code, options) {
    const content = { code, silent: false, store_history: true, user_expressions: {} };
    const more = { allow_stdin: true, stop_on_error: true };
    const start = performance.now();
    const outcome = await this.request("execute_request", { ...content, ...more }, options);
    return { ms: performance.now() - start, text: outcome?.text, failed: outcome?.failed };
  }

  /** Starts a cell that prints, or asks, when it is on its way, and does not end by itself. */
  async begin(code) {
    let ended;
    await new Promise((onSign) => {
      ended = this.execute(code, { onSign });
    });
    return { ended };
  }

  /** Milliseconds from the request to stop a running cell until it has ended. */
  async interrupt(ended) {
    const start = performance.now();
    void this.request("interrupt_request", {}, { channel: "control" });
    const { failed } = await ended;
    if (!failed?.startsWith("KeyboardInterrupt")) throw new Error(`not interrupted: ${failed}`);
    return performance.now() - start;
  }

  /** Resident memory in MB, where Linux tells it. */
  memory() {
    try {
      const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
    } catch {
      return undefined;
    }
  }

  async stop() {
    const exited = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await exited;
    this.connection.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
