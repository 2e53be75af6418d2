/**
 * Our kernel beside tslab's own, Deno's and ipykernel, in one run, over ZeroMQ like any client.
 *
 * The kernels take turns at each measurement, so that a busy machine slows them alike. What is not
 * installed is left out: Deno counts when `deno` is on PATH, ipykernel when Debian's Python has it.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KernelConnection } from "../../dist/kernel/protocol/client.js";
import { newConnection, writeConnectionFile } from "../../dist/kernel/protocol/connection.js";
import { createMessage, newSessionId } from "../../dist/kernel/protocol/messages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const REPEATS = 60;
const LINES = 20_000;
const FILE = "{connection_file}";

const typescript = {
  sum: (i) => `${i} + 1`,
  declaration: (i) => `const v${i % 5}: number[] = [${i}, 2]`,
  lines: `for (let i = 0; i < ${LINES}; i++) console.log(i)`,
  tensors: 'import * as tf from "@tensorflow/tfjs"; tf.tensor([1, 2]).shape',
};
const python = {
  sum: (i) => `${i} + 1`,
  declaration: (i) => `v${i % 5}: list[float] = [${i}, 2]`,
  lines: `for i in range(${LINES}): print(i)`,
};

function candidates() {
  const tslab = createRequire(import.meta.url).resolve("tslab/package.json");
  const own = [process.execPath, join(root, "bin", "curvlab.js"), "kernel", "start"];
  const found = [
    { name: "curvlab", argv: [...own, "--connection-file", FILE], cells: typescript },
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

class Kernel {
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
    await this.request("kernel_info_request", {}, false);
    this.ready = performance.now() - start;
    // The output of a first cell is lost while the subscription travels: ask until it is heard.
    while (!(await this.request("kernel_info_request", {}, true, 500))) {}
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
    if (msg_type.endsWith("_reply") && channel === "shell") open.replied = true;
    if (content.execution_state === "idle") open.idle = true;
    if (open.replied && (open.idle || !open.untilIdle)) open.resolve(open);
  }

  /** What came of it, or undefined when nothing did in time. */
  request(type, content, untilIdle = true, timeout = 30_000) {
    const message = createMessage(type, content, { session: this.session });
    const id = message.header.msg_id;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeout);
      const open = {
        text: "",
        untilIdle,
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
      };
      this.waiting.set(id, open);
      void this.connection.send("shell", message);
    }).finally(() => this.waiting.delete(id));
  }

  async execute(code, timeout) {
    const options = { silent: false, store_history: true, user_expressions: {} };
    const more = { allow_stdin: false, stop_on_error: true };
    const start = performance.now();
    const outcome = await this.request(
      "execute_request",
      { code, ...options, ...more },
      true,
      timeout,
    );
    return { ms: performance.now() - start, text: outcome?.text, failed: outcome?.failed };
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

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const ms = (value) =>
  value === undefined ? "–" : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const mb = (value) => (value === undefined ? "–" : `${value.toFixed(0)} MB`);

async function inTurns(kernels, cell) {
  const times = new Map(kernels.map((kernel) => [kernel, []]));
  for (let i = 0; i < REPEATS; i++) {
    for (const kernel of kernels)
      times.get(kernel).push((await kernel.execute(cell(kernel)(i))).ms);
  }
  return kernels.map((kernel) => ms(median(times.get(kernel))));
}

async function flood(kernel) {
  const { ms: time, text } = await kernel.execute(kernel.cells.lines, 20_000);
  if (text === undefined) return "hangs";
  const delivered = text.split("\n").length - 1;
  return delivered === LINES ? ms(time) : `${ms(time)}, ${delivered} of them`;
}

async function tensors(kernel) {
  if (!kernel.cells.tensors) return "–";
  const { failed } = await kernel.execute(kernel.cells.tensors, 60_000);
  return failed === undefined ? mb(kernel.memory()) : "fails";
}

export async function run() {
  const kernels = candidates().map((candidate) => new Kernel(candidate));
  try {
    for (const kernel of kernels) await kernel.start();
    const idle = kernels.map((kernel) => mb(kernel.memory()));
    const rows = [
      ["ready", kernels.map((kernel) => ms(kernel.ready))],
      ["first cell done", kernels.map((kernel) => ms(kernel.firstCell))],
      ["`1 + 1`", await inTurns(kernels, (kernel) => kernel.cells.sum)],
      ["a typed declaration", await inTurns(kernels, (kernel) => kernel.cells.declaration)],
      ["memory after the first cell", idle],
      ["memory with TensorFlow.js", await Promise.all(kernels.map(tensors))],
    ];
    const printed = [];
    for (const kernel of kernels) printed.push(await flood(kernel));
    rows.push([`${LINES.toLocaleString("en")} printed lines`, printed]);
    const line = (cells) => `| ${cells.join(" | ")} |`;
    console.log(line(["", ...kernels.map(({ name }) => name)]));
    console.log(line(["---", ...kernels.map(() => "---:")]));
    for (const [title, cells] of rows) console.log(line([title, ...cells]));
  } finally {
    await Promise.all(kernels.filter(({ process }) => process).map((kernel) => kernel.stop()));
  }
}
