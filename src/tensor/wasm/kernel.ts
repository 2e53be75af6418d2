/**
 * What every replaced wasm kernel needs: typed registration and views of the wasm heap.
 *
 * A view of the heap dies when the heap grows, and any allocation may grow it: a kernel first
 * makes all its outputs and scratch tensors, then takes its views.
 */
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

export type { BackendWasm };

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

export type Kernel<Inputs, Attributes> = (call: KernelCall<Inputs, Attributes>) => tf.TensorInfo;

/**
 * Registers `kernel` for the wasm backend in place of the one that tfjs ships, if it ships one.
 * That one is still set up with the backend, so that the new kernel may call it.
 */
export function replaceKernel<Inputs, Attributes>(
  kernelName: string,
  kernel: Kernel<Inputs, Attributes>,
): void {
  const shipped = tf.getKernelsForBackend("wasm").find((own) => own.kernelName === kernelName);
  if (shipped !== undefined) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...shipped,
    kernelName,
    backendName: "wasm",
    // tfjs types a kernel by its name only; the name fixes Inputs and Attributes.
    kernelFunc: (call) => kernel(call as unknown as KernelCall<Inputs, Attributes>),
  });
}

/** Runs another wasm kernel without taping it; the caller frees what it returns. */
export function runKernel(
  kernelName: string,
  backend: BackendWasm,
  inputs: { readonly [name: string]: tf.TensorInfo },
  attrs: tf.NamedAttrMap = {},
): tf.TensorInfo {
  const result = tf.getKernel(kernelName, "wasm").kernelFunc({ inputs, backend, attrs });
  if (Array.isArray(result)) throw new Error(`${kernelName}: one output expected, several found`);
  return result;
}

export function free(backend: BackendWasm, ...tensors: readonly tf.TensorInfo[]): void {
  for (const tensor of tensors) backend.disposeData(tensor.dataId);
}

/** A view of a float32 tensor in the wasm heap; valid until the next allocation. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  const view = backend.typedArrayFromHeap(tensor);
  if (!(view instanceof Float32Array)) {
    throw new TypeError(`wasm kernel: float32 expected, ${tensor.dtype} found`);
  }
  return view;
}

/** Where a tensor lies in the wasm memory, in bytes; it stays there as long as it lives. */
export function address(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
