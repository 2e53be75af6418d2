/**
 * The replaced wasm kernels beside those that tfjs ships, on the shapes of a small conv net at batch
 * 64 and of a 784-128 layer at batch 256.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { prepareWasm } from "../../dist/src/tensor/wasm/index.js";
import { medianMs, repeatsFor } from "./clock.js";

const place = { strides: 1, pad: "same", dataFormat: "NHWC", dilations: 1 };
const pool = { filterSize: 2, strides: 2, pad: "valid" };
const matrix = { transposeA: false, transposeB: false };

/** What is measured: kernel, inputs, attributes, and how many additions and products it takes. */
function cases() {
  const t = (...shape) => tf.randomNormal(shape);
  const images = t(64, 24, 24, 8);
  const pooled = tf.maxPool(images, 2, 2, "valid");
  const [a, b, dy] = [t(256, 784), t(784, 128), t(256, 128)];
  const product = 2 * 256 * 784 * 128;
  const conv = 2 * 64 * 144 * 9 * 8 * 16;
  const filter = t(3, 3, 8, 16);
  const slopes = t(64, 12, 12, 16);
  return [
    ["xW", "BatchMatMul", { a, b }, matrix, product],
    ["xᵀdy", "BatchMatMul", { a, b: dy }, { ...matrix, transposeA: true }, product],
    ["dy Wᵀ", "BatchMatMul", { a: dy, b }, { ...matrix, transposeB: true }, product],
    [
      "filter gradient",
      "Conv2DBackpropFilter",
      { x: t(64, 12, 12, 8), dy: slopes },
      { ...place, filterShape: [3, 3, 8, 16] },
      conv,
    ],
    [
      "input gradient",
      "Conv2DBackpropInput",
      { dy: slopes, filter },
      { ...place, inputShape: [64, 12, 12, 8] },
      conv,
    ],
    ["max pool gradient", "MaxPoolGrad", { dy: pooled, input: images, output: pooled }, pool],
    ["tanh", "Tanh", { x: images }, {}],
    ["bias", "Add", { a: images, b: t(8) }, {}],
    ["bias gradient", "Sum", { x: images }, { axis: [0, 1, 2] }],
  ];
}

export async function run() {
  const shipped = new Map(tf.getKernelsForBackend("wasm").map((k) => [k.kernelName, k.kernelFunc]));
  prepareWasm();
  await tf.setBackend("wasm");
  const backend = tf.backend();
  const time = (kernelFunc, inputs, attrs) => {
    if (kernelFunc === undefined) return undefined;
    const once = () => backend.disposeData(kernelFunc({ inputs, attrs, backend }).dataId);
    return medianMs(once, repeatsFor(once));
  };
  const rows = cases().map(([label, kernel, inputs, attrs, operations]) => {
    const ours = time(tf.getKernel(kernel, "wasm").kernelFunc, inputs, attrs);
    const theirs = time(shipped.get(kernel), inputs, attrs);
    return {
      kernel: `${label} (${kernel})`,
      "curvlab, ms": ours.toFixed(3),
      "tfjs, ms": theirs?.toFixed(3) ?? "none",
      "GFlop/s": operations === undefined ? "" : (operations / ours / 1e6).toFixed(1),
    };
  });
  console.log("wasm kernels: milliseconds of processor time, median.");
  console.table(rows);
}
