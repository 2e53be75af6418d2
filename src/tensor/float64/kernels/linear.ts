/** Matrix products, batched and fused, and einsum. */
import * as tf from "@tensorflow/tfjs";
import { einsum } from "../../portable/einsum.js";
import type { Float64Backend } from "../backend.js";
import { define } from "../kernel.js";
import { sizeOf, stridesOf } from "../loops.js";
import { type Matrix, multiply } from "../matmul.js";
import { activate, type Fused } from "./fused.js";

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export function registerLinear(): void {
  define<"a" | "b", Transposes>(tf.BatchMatMul, ({ inputs: { a, b }, attrs, backend }) =>
    batchMatMul(backend, a, b, attrs),
  );
  define<"a" | "b" | "bias" | "preluActivationWeights", Transposes & Fused>(
    tf._FusedMatMul,
    ({ inputs, attrs, backend }) => {
      const product = batchMatMul(backend, inputs.a, inputs.b, attrs);
      return activate(backend, product, inputs, attrs);
    },
  );
  define<string, { equation: string }>(tf.Einsum, ({ inputs, attrs, backend }) => {
    const operands = Object.values(inputs).map((operand) => ({
      shape: operand.shape,
      values: backend.floats(operand),
    }));
    const { shape, values } = einsum(attrs.equation, operands, (size) => backend.zeros(size));
    return backend.make(shape, values);
  });
}

function batchMatMul(
  backend: Float64Backend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Transposes,
): tf.TensorInfo {
  if (a.shape.length < 2 || b.shape.length < 2) {
    const shapes = `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`;
    throw new RangeError(`matMul: matrices expected, found shapes ${shapes}`);
  }
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (k !== inner) {
    throw new RangeError(
      `matMul: inner sizes ${k} and ${inner} differ, of shapes [${a.shape.join(", ")}] and ` +
        `[${b.shape.join(", ")}] with transposes ${transposeA} and ${transposeB}`,
    );
  }
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const count = sizeOf(batch);
  const out = backend.room(count * m * n);
  const [aValues, bValues] = [backend.floats(a), backend.floats(b)];
  const aCount = sizeOf(a.shape.slice(0, -2));
  const bCount = sizeOf(b.shape.slice(0, -2));
  const places = batchPlaces(a.shape.slice(0, -2), b.shape.slice(0, -2), batch);
  for (let i = 0; i < count; i++) {
    const [ai, bi] = aCount === count && bCount === count ? [i, i] : places(i);
    const left = matrix(aValues, ai * m * k, aColumns, transposeA);
    const right = matrix(bValues, bi * k * n, bColumns, transposeB);
    multiply(left, right, [m, k, n], out, i * m * n);
  }
  const whole = tf.upcastType(a.dtype, b.dtype) !== "float32";
  return backend.make([...batch, m, n], whole ? Int32Array.from(out) : out);
}

function matrix(values: Float64Array, start: number, columns: number, transposed: boolean): Matrix {
  const [rowStep, columnStep] = transposed ? [1, columns] : [columns, 1];
  return { values, start, rowStep, columnStep };
}

/** Which matrix of each operand takes part in the i-th product of a broadcast batch. */
function batchPlaces(
  aShape: readonly number[],
  bShape: readonly number[],
  shape: readonly number[],
): (i: number) => [number, number] {
  const strides = stridesOf(shape);
  const place = (own: readonly number[], i: number) => {
    const ownStrides = stridesOf(own);
    const missing = shape.length - own.length;
    return own.reduce((sum, size, d) => {
      const index = Math.floor(i / strides[d + missing]!) % shape[d + missing]!;
      return sum + (size === 1 ? 0 : index * ownStrides[d]!);
    }, 0);
  };
  return (i) => [place(aShape, i), place(bShape, i)];
}
