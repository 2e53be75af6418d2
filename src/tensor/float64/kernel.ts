/** How a float64 kernel is written: a function of named inputs and attributes. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend, Values } from "./backend.js";

export const NAME = "float64";

export interface Call<Input extends string, Attributes = object> {
  readonly inputs: Readonly<Record<Input, tf.TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: Float64Backend;
}

export type Kernel<Input extends string, Attributes = object> = (
  call: Call<Input, Attributes>,
) => tf.TensorInfo | tf.TensorInfo[];

export function define<Input extends string, Attributes = object>(
  kernelName: string,
  kernel: Kernel<Input, Attributes>,
): void {
  tf.registerKernel({
    kernelName,
    backendName: NAME,
    // tfjs types a kernel by its name only; the name fixes inputs and attributes.
    kernelFunc: (call) => kernel(call as unknown as Call<Input, Attributes>),
  });
}

/** An array for a result of this dtype that the caller fills. */
export function room(backend: Float64Backend, dtype: tf.DataType, size: number): Values {
  return backend.array(size, dtype);
}
