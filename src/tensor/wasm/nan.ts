/**
 * Kernels of tfjs's wasm backend that swallow NaN, made to pass it on.
 *
 * XNNPACK clamps what a convolution or an average pooling gives to [−∞, ∞], or to the range of a
 * fused activation, by operations that answer NaN with the bound: a broken loss then looks like a good
 * one. Here convolutions are not clamped but by −∞, which is turned back where an operand is not
 * finite, and a fused activation runs by itself.
 */
import type * as tf from "@tensorflow/tfjs";
import {
  type BackendWasm,
  floats,
  free,
  type Kernel,
  type KernelCall,
  runKernel,
} from "./kernel.js";

type Inputs = Readonly<Record<string, tf.TensorInfo | undefined>>;

/** The kernel, with −∞ read as NaN where an input is not finite. */
export function keepingNaN(own: tf.KernelFunc): Kernel<Inputs, tf.NamedAttrMap> {
  return (call) => repaired(call, run(own, call));
}

function repaired({ inputs, backend }: KernelCall<Inputs, unknown>, out: tf.TensorInfo) {
  const values = floats(backend, out);
  if (values.includes(Number.NEGATIVE_INFINITY) && !areFinite(backend, inputs)) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] === Number.NEGATIVE_INFINITY) values[i] = Number.NaN;
    }
  }
  return out;
}

function areFinite(backend: BackendWasm, inputs: Inputs): boolean {
  return Object.values(inputs).every(
    (input) =>
      input === undefined || input === null || floats(backend, input).every(Number.isFinite),
  );
}

interface FusedAttributes extends tf.NamedAttrMap {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: "Relu",
  relu6: "Relu6",
  elu: "Elu",
  sigmoid: "Sigmoid",
  leakyrelu: "LeakyRelu",
  prelu: "Prelu",
};

/** A fused kernel in two steps: the product with its bias, then the activation. */
export function inTwoSteps(own: tf.KernelFunc): Kernel<Inputs, FusedAttributes> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    const { preluActivationWeights: alpha, ...others } = inputs;
    const linear = { ...call, inputs: others, attrs: { ...attrs, activation: "linear" } };
    const product = repaired(linear, run(own, linear));
    if (attrs.activation === "linear") return product;
    const name = ACTIVATIONS[attrs.activation];
    if (name === undefined) throw new RangeError(`fused: no activation "${attrs.activation}"`);
    const operands = { x: product, ...(alpha ? { alpha } : {}) };
    const out = runKernel(name, backend, operands, { alpha: attrs.leakyreluAlpha ?? 0.2 });
    free(backend, product);
    return out;
  };
}

function run(
  own: tf.KernelFunc,
  { inputs, attrs, backend }: KernelCall<Inputs, tf.NamedAttrMap>,
): tf.TensorInfo {
  const result = own({ inputs: inputs as tf.NamedTensorInfoMap, attrs, backend });
  return Array.isArray(result) ? result[0]! : result;
}
