/**
 * Plain tfjs, without curvlab, for comparison: one JSON line a network. Its Hessian-vector products
 * are timed where they run at all; that their numbers are wrong is another matter.
 *
 *   node tests/bench/numerics-stock.js cpu|wasm
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { medianMs, repeatsFor } from "./clock.js";
import { networks } from "./numerics-networks.js";

const backend = process.argv[2] ?? "cpu";
tf.enableProdMode();
if (backend === "wasm") {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(entry) + sep);
  setThreadsCount(1);
}
await tf.setBackend(backend);

const random = (shape, scale) => tf.randomNormal(shape, 0, scale, "float32", 1);

function attempt(f) {
  try {
    return medianMs(f, repeatsFor(f));
  } catch (error) {
    return /Kernel '\w+'|not found for \w+/.exec(String(error))?.[0] ?? "throws";
  }
}

for (const [name, make] of Object.entries(networks)) {
  // The cpu backend takes minutes for a convolutional gradient.
  if (backend === "cpu" && name.startsWith("conv")) continue;
  const { params, loss } = make({ tf, random });
  const keys = Object.keys(params);
  const point = Object.values(params);
  const v = point.map((p) => tf.randomNormal(p.shape));
  const asLoss = (...values) => loss(Object.fromEntries(keys.map((key, i) => [key, values[i]])));
  const read = (tensors) => void tensors.map((t) => t.dataSync());
  const gradient = () => tf.tidy(() => read(tf.grads(asLoss)(point)));
  const slope = (...values) =>
    tf.addN(
      tf
        .grads(asLoss)(values)
        .map((g, i) => tf.sum(tf.mul(g, v[i]))),
    );
  const hvp = () => tf.tidy(() => read(tf.grads(slope)(point)));
  const row = { name, gradient: attempt(gradient), hvp: attempt(hvp) };
  console.log(JSON.stringify(row));
}
