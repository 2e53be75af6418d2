/**
 * Matrix products with transposed operands.
 *
 * tfjs's wasm kernel sends a plain product to XNNPACK and a transposed one to a scalar loop that is
 * some twenty times slower; transposing the operand first keeps every product on the fast road.
 */
import type * as tf from "@tensorflow/tfjs";
import { type BackendWasm, floats, free, type Kernel, type KernelCall } from "./kernel.js";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export type MatMul = Kernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, MatMulAttributes>;

/** tfjs's own kernel, made to see plain operands only. */
export function batchMatMul(plain: tf.KernelFunc): MatMul {
  return ({
    inputs: { a, b },
    attrs,
    backend,
  }: KernelCall<{ a: tf.TensorInfo; b: tf.TensorInfo }, MatMulAttributes>) => {
    const left = attrs.transposeA ? transposed(backend, a) : a;
    const right = attrs.transposeB ? transposed(backend, b) : b;
    const result = plain({
      inputs: { a: left, b: right },
      backend,
      attrs: { transposeA: false, transposeB: false },
    });
    if (left !== a) free(backend, left);
    if (right !== b) free(backend, right);
    return Array.isArray(result) ? result[0]! : result;
  };
}

/** The last two axes swapped, in tiles that stay in the cache. */
function transposed(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const rank = x.shape.length;
  const rows = x.shape[rank - 2]!;
  const columns = x.shape[rank - 1]!;
  const out = backend.makeOutput([...x.shape.slice(0, -2), columns, rows], "float32");
  const source = floats(backend, x);
  const target = floats(backend, out);
  const tile = 32;
  for (let base = 0; base < source.length; base += rows * columns) {
    for (let top = 0; top < rows; top += tile) {
      const bottom = Math.min(rows, top + tile);
      for (let left = 0; left < columns; left += tile) {
        const right = Math.min(columns, left + tile);
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            target[base + column * rows + row] = source[base + row * columns + column]!;
          }
        }
      }
    }
  }
  return out;
}
