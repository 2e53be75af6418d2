/**
 * Watching the kernels that an evaluation runs.
 *
 * Every kernel of a backend is registered again behind a function that tells the current observer,
 * if there is one. Kernels that other kernels run inside themselves are not reported: what is
 * reported is the flow of data between calls, and a call is replayed as a whole.
 */
import * as tf from "@tensorflow/tfjs";

export interface KernelCall {
  readonly name: string;
  readonly run: tf.KernelFunc;
  readonly inputs: tf.NamedTensorInfoMap;
  readonly attrs: tf.NamedAttrMap;
}

/** Told of each call after it ran, with what it returned. */
export type Observer = (call: KernelCall, outputs: readonly tf.TensorInfo[]) => void;

let observer: Observer | undefined;
const watched = new WeakSet<tf.KernelFunc>();
const watchedBackends = new Set<string>();

/** Whether somebody is watching. */
export function isObserved(): boolean {
  return observer !== undefined;
}

/** Runs f while `next`, besides those already watching, sees every kernel call of the backend. */
export function observing<T>(next: Observer, f: () => T): T {
  if (!watchedBackends.has(tf.getBackend())) watchAll();
  const outer = observer;
  observer =
    outer === undefined
      ? next
      : (call, outputs) => {
          outer(call, outputs);
          next(call, outputs);
        };
  try {
    return f();
  } finally {
    observer = outer;
  }
}

/** Looks for kernels of the current backend that are not watched yet. */
export function watchAll(): void {
  const backendName = tf.getBackend();
  watchedBackends.add(backendName);
  for (const config of tf.getKernelsForBackend(backendName)) {
    if (watched.has(config.kernelFunc)) continue;
    const { kernelName: name, kernelFunc: run } = config;
    const kernelFunc: tf.KernelFunc = (call) => {
      const told = observer;
      if (told === undefined) return run(call);
      observer = undefined;
      try {
        const result = run(call);
        const outputs = Array.isArray(result) ? result : [result];
        try {
          told({ name, run, inputs: call.inputs, attrs: call.attrs ?? {} }, outputs);
        } catch (refusal) {
          // The engine has not seen the outputs and could not free them.
          for (const { dataId } of outputs) tf.backend().disposeData(dataId);
          throw refusal;
        }
        return result;
      } finally {
        observer = told;
      }
    };
    watched.add(kernelFunc);
    tf.unregisterKernel(name, backendName);
    tf.registerKernel({ ...config, kernelFunc });
  }
}
