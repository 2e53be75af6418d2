/**
 * What derivatives cost: gradient, Hessian-vector product, whole Hessian, eigenvalues; beside plain
 * tfjs, torch with one thread where Debian's python3-torch is installed, and jax-js where CURVLAB_JAXJS
 * names a folder that has it.
 *
 *   npm run bench -- numerics
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  flatten,
  gradient,
  hessian,
  hvp,
  shardedHessian,
  tensor,
  tf,
  toMatrix,
  use,
} from "../../dist/src/index.js";
import { eigh } from "../../dist/src/spectra/index.js";
import { Random } from "../../dist/src/tensor/random.js";
import { medianMs, repeatsFor } from "./clock.js";
import { networks, perceptron } from "./numerics-networks.js";

export async function run() {
  console.log(
    "Milliseconds of processor time, median. HVP: from scratch / as a product with hessian().",
  );
  console.table(await networkTable());
  console.log("Growth with the batch and with the parameters, float64, network 2-w-w-1 tanh:");
  console.table(await growthTable());
  console.log("A whole Hessian and all its eigenvalues, float64:");
  console.table(await hessianTable());
  console.log("eigh of a random matrix, milliseconds of wall time:");
  console.table(eighTable());
  console.log("A product with shardedHessian, 784-128-64-10, 4096 examples, ms of wall time:");
  console.table(await shardTable());
}

async function networkTable() {
  const rows = {};
  const put = (name, column, text) => {
    rows[name] ??= {};
    rows[name][column] = text;
  };
  for (const backend of ["float64", "wasm"]) {
    await use(backend);
    for (const [name, make] of Object.entries(networks)) {
      const m = measure(make({ tf, random: random() }));
      const ratio = (m.product / m.gradient).toFixed(1);
      const text = `${ms(m.gradient)} | ${ms(m.hvp)} / ${ms(m.product)} (${ratio} gradients)`;
      put(name, `curvlab ${backend}`, text);
    }
  }
  for (const backend of ["cpu", "wasm"]) {
    const script = fileURLToPath(new URL("numerics-stock.js", import.meta.url));
    for (const row of jsonLines(process.execPath, [script, backend])) {
      put(row.name, `tfjs ${backend}`, `${ms(row.gradient)} | ${ms(row.hvp)}`);
    }
  }
  if (existsSync("/usr/bin/python3")) {
    const script = fileURLToPath(new URL("numerics-torch.py", import.meta.url));
    for (const row of jsonLines("/usr/bin/python3", [script])) {
      put(row.name, `torch ${row.dtype}`, `${ms(row.gradient)} | ${ms(row.hvp)}`);
    }
  }
  if (process.env.CURVLAB_JAXJS) {
    const script = fileURLToPath(new URL("numerics-jaxjs.js", import.meta.url));
    for (const row of jsonLines(process.execPath, [script])) {
      put(row.name, `jax-js ${row.dtype}`, `${ms(row.gradient)} | ${ms(row.hvp)}`);
    }
  }
  return rows;
}

async function growthTable() {
  await use("float64");
  const rows = [];
  for (const [width, batch] of [
    [16, 64],
    [16, 256],
    [16, 1024],
    [32, 256],
    [64, 256],
    [128, 256],
  ]) {
    const m = measure(perceptron({ tf, random: random() }, [2, width, width, 1], batch, tf.tanh));
    rows.push({
      width,
      parameters: m.size,
      batch,
      gradient: ms(m.gradient),
      product: ms(m.product),
    });
  }
  return rows;
}

async function hessianTable() {
  await use("float64");
  const { params, loss } = perceptron({ tf, random: random() }, [2, 20, 20, 1], 64, tf.tanh);
  const whole = () => {
    const H = hessian(loss, params);
    const rows = toMatrix(H);
    H.dispose();
    return rows;
  };
  const matrix = whole();
  const eigen = medianMs(() => eigh(matrix), 5);
  return [{ parameters: matrix.length, hessian: ms(medianMs(whole, 5)), eigh: ms(eigen) }];
}

/** eigh by itself: the first call of a fresh process, and one when everything is compiled. */
function eighTable() {
  const script = fileURLToPath(new URL("numerics-eigh.js", import.meta.url));
  return [500, 1000].flatMap((n) => jsonLines(process.execPath, [script, String(n)]));
}

/** One operator over threads: wall time, as processor time adds up over threads. */
async function shardTable() {
  const random = new Random(2);
  const t = (...shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return tensor(
      random.normals(size).map((x) => x / Math.sqrt(shape[0])),
      shape,
    );
  };
  const shapes = { w0: [784, 128], b0: [128], w1: [128, 64], b1: [64], w2: [64, 10], b2: [10] };
  const rows = [];
  for (const backend of ["float64", "wasm"]) {
    await use(backend);
    const params = Object.fromEntries(Object.entries(shapes).map(([k, shape]) => [k, t(...shape)]));
    const source = { module: new URL("numerics-shard.js", import.meta.url), examples: 4096 };
    const make = (threads) => shardedHessian(source, params, { threads });
    const operators = [await make(1), await make(2)];
    const v = random.normals(operators[0].size);
    const best = [Infinity, Infinity];
    // In turns, and the best of many: other work on the machine takes a core away from two threads.
    for (let i = 0; i < 25; i++) {
      operators.forEach((H, k) => {
        const start = performance.now();
        H.apply(v);
        best[k] = Math.min(best[k], performance.now() - start);
      });
    }
    for (const H of operators) H.dispose();
    const row = { backend, "1 thread": ms(best[0]), "2 threads": ms(best[1]) };
    rows.push(row);
  }
  return rows;
}

function measure({ params, loss }) {
  const size = flatten(params).length;
  const v = Float64Array.from({ length: size }, (_, i) => Math.cos(i));
  const time = (f) => medianMs(f, repeatsFor(f));
  const H = hessian(loss, params);
  const result = {
    size,
    gradient: time(() => gradient(loss, params)),
    hvp: time(() => hvp(loss, params, v)),
    product: time(() => H.apply(v)),
  };
  H.dispose();
  return result;
}

/** Tensors of seeded normal numbers. */
function random() {
  const generator = new Random(1);
  return (shape, scale) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return tensor(
      generator.normals(size).map((x) => scale * x),
      shape,
    );
  };
}

function jsonLines(command, args) {
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
}

const ms = (value) => (typeof value === "number" ? value.toPrecision(3) : value);
