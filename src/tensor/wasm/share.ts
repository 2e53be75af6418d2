/**
 * Identity, and casts that change nothing, as another name for the same data.
 *
 * tfjs's wasm backend copies instead, and a gradient saves each input of each op as a clone. Stored
 * data never changes, so sharing it is safe; reshape does the same.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Kernel } from "./kernel.js";

type Unary<Attributes> = Kernel<{ x: tf.TensorInfo }, Attributes>;

export function identity(own: tf.KernelFunc): Unary<unknown> {
  return (call) =>
    call.inputs.x.dtype === "string" ? onlyOne(own({ ...call, attrs: {} })) : share(call);
}

export function cast(own: tf.KernelFunc): Unary<{ dtype: tf.DataType }> {
  return (call) => {
    const { inputs, attrs, backend } = call;
    if (inputs.x.dtype === attrs.dtype) return share(call);
    return onlyOne(own({ inputs, attrs: { dtype: attrs.dtype }, backend }));
  };
}

function share({ inputs: { x }, backend }: Parameters<Unary<unknown>>[0]): tf.TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

function onlyOne(result: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  return Array.isArray(result) ? result[0]! : result;
}
