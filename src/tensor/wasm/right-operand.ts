/**
 * The right operand of a matrix product, under one shape for as long as its data lives.
 *
 * XNNPACK packs it at the first product and finds it again by its data alone: tfjs's wasm backend
 * multiplies by the old shape when the same numbers, reshaped, stand on the right a second time. A
 * reshaped operand is copied here, so that it has data of its own.
 */
import type * as tf from "@tensorflow/tfjs";
import { type BackendWasm, floats, free } from "./kernel.js";

/** Rows and columns under which data was packed first. */
const packed = new WeakMap<object, string>();

/** Runs a product with b, or with a copy of it where its data has been packed under another shape. */
export function withRightOperand<T>(
  backend: BackendWasm,
  b: tf.TensorInfo,
  product: (b: tf.TensorInfo) => T,
): T {
  const shape = b.shape.slice(-2).join();
  const known = packed.get(b.dataId);
  if (known === undefined) packed.set(b.dataId, shape);
  if (known === undefined || known === shape) return product(b);
  const copy = backend.makeOutput([...b.shape], "float32");
  floats(backend, copy).set(floats(backend, b));
  try {
    return product(copy);
  } finally {
    free(backend, copy);
  }
}
