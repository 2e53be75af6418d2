/**
 * tfjs's wasm backend in Node, made whole: found on disk, on one thread with SIMD, with the kernels
 * that are missing, slow or wrong replaced.
 *
 * One thread, because tfjs's threads need a browser; results are then the same from run to run.
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { MaxPoolTake } from "../second-order/pooling.js";
import { conv2DBackpropFilter, conv2DBackpropInput } from "./conv.js";
import { binaryKernels, broadcasting, clipByValue, relu6, tanh } from "./elementwise.js";
import { replaceKernel } from "./kernel.js";
import { batchMatMul, fusedMatMul } from "./matmul.js";
import { inTwoSteps, keepingNaN } from "./nan.js";
import { avgPoolGrad, maxPoolGrad, maxPoolTake } from "./pool.js";
import { cast, identity } from "./share.js";
import { sum } from "./sum.js";

let prepared = false;

/**
 * Prepares the backend named "wasm", once; `tf.setBackend("wasm")` then starts it.
 *
 * @example
 * prepareWasm();
 * await tf.setBackend("wasm");
 * tf.getBackend(); // "wasm"
 */
export function prepareWasm(): void {
  if (prepared) return;
  prepared = true;
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(dirname(entry) + sep);
  setThreadsCount(1);
  withoutProcessListeners();
  replaceKernel("Conv2DBackpropFilter", conv2DBackpropFilter);
  replaceKernel("Conv2DBackpropInput", conv2DBackpropInput);
  replaceKernel("MaxPoolGrad", maxPoolGrad);
  replaceKernel(MaxPoolTake, maxPoolTake);
  replaceKernel("AvgPoolGrad", avgPoolGrad);
  replaceKernel("Tanh", tanh);
  replaceKernel("ClipByValue", clipByValue);
  replaceKernel("Relu6", relu6);
  for (const name of ["Conv2D", "DepthwiseConv2dNative", "AvgPool"]) {
    replaceKernel(name, keepingNaN(shipped(name)));
  }
  replaceKernel("_FusedMatMul", inTwoSteps(fusedMatMul(shipped("_FusedMatMul"))));
  for (const name of ["FusedConv2D", "FusedDepthwiseConv2D"]) {
    replaceKernel(name, inTwoSteps(shipped(name)));
  }
  replaceKernel("BatchMatMul", batchMatMul(shipped("BatchMatMul")));
  replaceKernel("Sum", sum(shipped("Sum")));
  replaceKernel("Identity", identity(shipped("Identity")));
  replaceKernel("Cast", cast(shipped("Cast")));
  for (const [name, kernel] of Object.entries(binaryKernels)) {
    replaceKernel(name, broadcasting(kernel, shipped(name)));
  }
}

function shipped(kernelName: string): tf.KernelFunc {
  const config = tf.getKernel(kernelName, "wasm");
  if (config === undefined) {
    throw new Error(`wasm: tfjs-backend-wasm ships no kernel ${kernelName}; is it version 4.22.0?`);
  }
  return config.kernelFunc;
}

/**
 * Starting tfjs's module adds listeners that rethrow every uncaught error and rejection of the
 * process, whoever caused it. They are taken away again: errors belong to the code that runs.
 */
function withoutProcessListeners(): void {
  const start = tf.findBackendFactory("wasm");
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", async () => {
    const before = events.map((event) => new Set(process.rawListeners(event)));
    const backend = await start();
    events.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]!.has(listener)) process.off(event, listener as (error: unknown) => void);
      }
    });
    return backend;
  });
}

const events = ["uncaughtException", "unhandledRejection"] as const;
