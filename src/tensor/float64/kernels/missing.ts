/** Kernels that tfjs has for its cpu backend and this one has not: refused in one line. */
import * as tf from "@tensorflow/tfjs";
import { define, NAME } from "../kernel.js";

/** Call last: every kernel of the cpu backend that is not defined by then is refused by name. */
export function refuseMissing(): void {
  const own = new Set(tf.getKernelsForBackend(NAME).map(({ kernelName }) => kernelName));
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    if (own.has(kernelName)) continue;
    define(kernelName, () => {
      throw new Error(
        `${kernelName}: the float64 backend has no kernel for it; write the loss by other ops, ` +
          'or compute in float32 after use("wasm") or use("cpu")',
      );
    });
  }
}
