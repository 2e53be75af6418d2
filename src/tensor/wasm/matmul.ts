/**
 * Matrix products with transposed operands.
 *
 * tfjs's wasm kernel sends a plain product to XNNPACK and a transposed one to a scalar loop that is
 * some twenty times slower. Here aᵀb is summed row by row as it stands, and any other transposed
 * operand is transposed first.
 */
import type * as tf from "@tensorflow/tfjs";
import { address, type BackendWasm, free, type Kernel, type KernelCall, sizeOf } from "./kernel.js";
import { withRightOperand } from "./right-operand.js";
import { simd } from "./simd/index.js";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Operands {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
}

export type MatMul = Kernel<Operands, MatMulAttributes>;

/** tfjs's own kernel, made to see plain operands only. */
export function batchMatMul(plain: tf.KernelFunc): MatMul {
  return (call: KernelCall<Operands, MatMulAttributes>) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const isMatrix = sizeOf(a.shape) === lastTwo(a) && sizeOf(b.shape) === lastTwo(b);
    if (attrs.transposeA && !attrs.transposeB && isMatrix) return transposedProduct(backend, a, b);
    const left = attrs.transposeA ? transposed(backend, a) : a;
    const right = attrs.transposeB ? transposed(backend, b) : b;
    const result = withRightOperand(backend, right, (own) =>
      plain({
        inputs: { a: left, b: own },
        backend,
        attrs: { transposeA: false, transposeB: false },
      }),
    );
    if (left !== a) free(backend, left);
    if (right !== b) free(backend, right);
    return Array.isArray(result) ? result[0]! : result;
  };
}

function lastTwo({ shape }: tf.TensorInfo): number {
  return sizeOf(shape.slice(-2));
}

/** aᵀb of two single matrices, with leading axes of size 1 as tfjs has them. */
function transposedProduct(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
): tf.TensorInfo {
  const [k, m] = a.shape.slice(-2) as [number, number];
  const [rows, n] = b.shape.slice(-2) as [number, number];
  if (rows !== k) {
    throw new Error(
      `matMul: the inner sizes of [${a.shape}] transposed and [${b.shape}] are ${k} and ${rows}`,
    );
  }
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape = [...new Array<number>(rank - 2).fill(1), m, n];
  const out = backend.makeOutput(shape, "float32");
  const kernels = simd(backend);
  const at = { a: address(backend, a), b: address(backend, b), out: address(backend, out) };
  kernels.transposedProduct(at.a, at.b, at.out, m, n, k);
  return out;
}

/** The last two axes swapped. */
function transposed(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const out = backend.makeOutput([...x.shape.slice(0, -2), columns, rows], "float32");
  const kernels = simd(backend);
  const from = address(backend, x);
  const to = address(backend, out);
  const bytes = rows * columns * Float32Array.BYTES_PER_ELEMENT;
  const end = sizeOf(x.shape) * Float32Array.BYTES_PER_ELEMENT;
  for (let at = 0; at < end; at += bytes) {
    kernels.transpose(from + at, to + at, rows, columns, rows);
  }
  return out;
}

/** tfjs's fused product, whose right operand is packed in the same way. */
export function fusedMatMul(own: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { b } = call.inputs as unknown as Operands;
    return withRightOperand(call.backend as BackendWasm, b, (right) =>
      own({ ...call, inputs: { ...call.inputs, b: right } }),
    );
  };
}
