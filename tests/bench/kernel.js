/**
 * Our kernel beside tslab's own, Deno's and ipykernel, in one run; then what only ours promises: how
 * long the worst answer takes while a cell runs, and the worst of twenty interrupts.
 *
 * The kernels take turns at each measurement, so that a busy machine slows them alike; a turn is a
 * run of cells, because what a kernel does after its reply would otherwise be counted to the next.
 */
import { candidates, KernelProcess, LINES } from "./kernel-process.js";

const TURNS = 8;
const CELLS = 20;
const TIMES = 20;

const TRAINING = [
  "for (;;) {",
  "  optimizer.minimize(() => tf.tidy(() => xs.matMul(weights).sub(1).square().mean<tf.Scalar>()));",
  "  await tf.nextFrame();",
  "}",
].join("\n");
const PREPARATION = [
  'import * as tf from "@tensorflow/tfjs";',
  'await tf.setBackend("cpu");',
  "const xs = tf.randomNormal([512, 32]), weights = tf.variable(tf.zeros([32, 1]));",
  "const optimizer = tf.train.sgd(0.01);",
].join("\n");
const SITUATIONS = {
  "a synchronous loop": "for (;;);",
  "a loop after an await": "await null; for (;;);",
  "a promise that never settles": "await new Promise(() => {});",
  "a TensorFlow.js training loop": TRAINING,
  "a timer that loops": "setInterval(() => { for (;;); }, 1); await new Promise(() => {});",
  "a question to the user": 'await input("?")',
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const ms = (value) =>
  value === undefined ? "–" : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const mb = (value) => (value === undefined ? "–" : `${value.toFixed(0)} MB`);

async function inTurns(kernels, cell) {
  const times = new Map(kernels.map((kernel) => [kernel, []]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const kernel of kernels) {
      for (let i = 0; i < CELLS; i++) {
        times.get(kernel).push((await kernel.execute(cell(kernel)(turn * CELLS + i))).ms);
      }
    }
  }
  return kernels.map((kernel) => ms(median(times.get(kernel))));
}

async function flood(kernel) {
  const { ms: time, text } = await kernel.execute(kernel.cells.lines, { timeout: 20_000 });
  if (text === undefined) return "hangs";
  const delivered = text.split("\n").length - 1;
  return delivered === LINES ? ms(time) : `${ms(time)}, ${delivered} of them`;
}

async function tensors(kernel) {
  if (!kernel.cells.tensors) return "–";
  const { failed } = await kernel.execute(kernel.cells.tensors, { timeout: 60_000 });
  return failed === undefined ? mb(kernel.memory()) : "fails";
}

/** The worst of twenty answers of each kind while a cell runs. */
async function worstAnswers(kernel, code) {
  const { ended } = await kernel.begin(`console.log("on its way");\n${code}`);
  const position = { code: "tf.tens", cursor_pos: 7 };
  const control = { channel: "control" };
  const requests = {
    control: () => kernel.request("kernel_info_request", {}, control),
    heartbeat: () => kernel.connection.heartbeat(5000),
    completion: () => kernel.request("complete_request", position),
    inspection: () => kernel.request("inspect_request", { ...position, detail_level: 0 }),
  };
  const worst = [];
  for (const ask of Object.values(requests)) {
    const times = [];
    for (let i = 0; i < TIMES; i++) {
      const start = performance.now();
      if (!(await ask())) throw new Error(`no answer to ${ask}`);
      times.push(performance.now() - start);
    }
    worst.push(ms(Math.max(...times)));
  }
  await kernel.interrupt(ended);
  return worst;
}

async function interrupts(kernel, code) {
  const times = [];
  for (let i = 0; i < TIMES; i++) {
    const { ended } = await kernel.begin(`console.log("on its way");\n${code}`);
    times.push(await kernel.interrupt(ended));
  }
  return [ms(median(times)), ms(Math.max(...times))];
}

function print(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  console.log(line(["", ...columns]));
  console.log(line(["---", ...columns.map(() => "---:")]));
  for (const [title, cells] of rows) console.log(line([title, ...cells]));
  console.log();
}

async function compare(kernels) {
  const idle = kernels.map((kernel) => mb(kernel.memory()));
  await Promise.all(kernels.map((kernel) => kernel.execute(kernel.cells.setup)));
  const rows = [
    ["ready", kernels.map((kernel) => ms(kernel.ready))],
    ["first cell done", kernels.map((kernel) => ms(kernel.firstCell))],
    ["`1 + 1`", await inTurns(kernels, (kernel) => kernel.cells.sum)],
    ["`x + 1`, `x` of an earlier cell", await inTurns(kernels, (kernel) => kernel.cells.earlier)],
    ["a typed declaration", await inTurns(kernels, (kernel) => kernel.cells.declaration)],
    ["memory after the first cell", idle],
    ["memory with TensorFlow.js", await Promise.all(kernels.map(tensors))],
  ];
  const printed = [];
  for (const kernel of kernels) printed.push(await flood(kernel));
  rows.push([`${LINES.toLocaleString("en")} printed lines`, printed]);
  print(
    kernels.map(({ name }) => name),
    rows,
  );
}

/** What the issue promises of our kernel alone. */
async function responsiveness(kernel) {
  await kernel.execute(PREPARATION);
  await new Promise((resolve) => setTimeout(resolve, 2000)); // a person reads what came
  const rows = [];
  for (const [title, code] of [
    ["while TensorFlow.js trains", TRAINING],
    ["while a cell loops", "for (;;);"],
  ]) {
    rows.push([title, await worstAnswers(kernel, code)]);
  }
  print(["control", "heartbeat", "completion", "inspection"], rows);
  const stopped = [];
  for (const [title, code] of Object.entries(SITUATIONS)) {
    stopped.push([`interrupt of ${title}`, await interrupts(kernel, code)]);
  }
  print(["median", `worst of ${TIMES}`], stopped);
}

export async function run() {
  const kernels = candidates().map((candidate) => new KernelProcess(candidate));
  try {
    for (const kernel of kernels) await kernel.start();
    await compare(kernels);
    await responsiveness(kernels[0]);
  } finally {
    await Promise.all(kernels.filter(({ process }) => process).map((kernel) => kernel.stop()));
  }
}
