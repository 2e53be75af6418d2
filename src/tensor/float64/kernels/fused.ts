/** What the fused kernels do after their product: add a bias, apply an activation. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { NAME } from "../kernel.js";
import { addBias } from "./binary.js";

export interface Fused {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

interface FusedInputs {
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

const KERNELS: Record<string, string> = {
  relu: tf.Relu,
  relu6: tf.Relu6,
  elu: tf.Elu,
  sigmoid: tf.Sigmoid,
  leakyrelu: tf.LeakyRelu,
  prelu: tf.Prelu,
};

/** The activation of product + bias; frees the product. */
export function activate(
  backend: Float64Backend,
  product: tf.TensorInfo,
  { bias, preluActivationWeights: alpha }: FusedInputs,
  { activation = "linear", leakyreluAlpha }: Fused,
): tf.TensorInfo {
  let result = product;
  if (bias !== undefined) {
    result = addBias(backend, product, bias);
    backend.disposeData(product.dataId);
  }
  if (activation === "linear") return result;
  const kernelName = KERNELS[activation];
  if (kernelName === undefined) throw new RangeError(`fused: no activation "${activation}"`);
  const activated = tf.getKernel(kernelName, NAME).kernelFunc({
    inputs: { x: result, ...(alpha ? { alpha } : {}) },
    attrs: { alpha: leakyreluAlpha ?? 0.2 },
    backend,
  });
  backend.disposeData(result.dataId);
  if (Array.isArray(activated)) throw new Error(`${kernelName}: one output expected`);
  return activated;
}
