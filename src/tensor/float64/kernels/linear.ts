/** Matrix products, batched and fused, and einsum. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { type Call, define } from "../kernel.js";
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
  define<string, { equation: string }>(tf.Einsum, einsum);
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

/**
 * Σ over the indices that are not in the output, by one loop over all indices: for einsums small
 * enough to be written as einsums. A product of two matrices is faster as matMul.
 */
function einsum({ inputs, attrs, backend }: Call<string, { equation: string }>): tf.TensorInfo {
  const operands = Object.values(inputs);
  const [left = "", out = "", ...more] = attrs.equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const absent = [...out].find((index) => !left.includes(index));
  if (absent !== undefined) {
    throw new RangeError(
      `einsum: the output of "${attrs.equation}" has an unknown index ${absent}`,
    );
  }
  if (terms.length !== operands.length || !attrs.equation.includes("->") || more.length > 0) {
    throw new RangeError(`einsum: "${attrs.equation}" does not fit ${operands.length} operands`);
  }
  const sizes = new Map<string, number>();
  terms.forEach((term, k) => {
    const { shape } = operands[k]!;
    if (term.length !== shape.length) {
      throw new RangeError(`einsum: "${term}" does not fit the shape [${shape.join(", ")}]`);
    }
    [...term].forEach((index, i) => {
      if ((sizes.get(index) ?? shape[i]) !== shape[i]) {
        throw new RangeError(`einsum: index ${index} is both ${sizes.get(index)} and ${shape[i]}`);
      }
      sizes.set(index, shape[i]!);
    });
  });
  const order = [...out, ...[...sizes.keys()].filter((index) => !out.includes(index))];
  const shape = order.map((index) => sizes.get(index)!);
  const stepsOf = (term: string, own: readonly number[]) => {
    const strides = stridesOf(own);
    return order.map((index) =>
      [...term].reduce((sum, letter, i) => sum + (letter === index ? strides[i]! : 0), 0),
    );
  };
  const outShape = [...out].map((index) => sizes.get(index)!);
  const result = backend.zeros(sizeOf(outShape));
  sumProducts(
    shape,
    terms.map((term, k) => ({
      values: backend.floats(operands[k]!),
      steps: stepsOf(term, operands[k]!.shape),
    })),
    { values: result, steps: stepsOf(out, outShape) },
  );
  return backend.make(outShape, result);
}

interface Strided {
  readonly values: Float64Array;
  readonly steps: readonly number[];
}

function sumProducts(shape: readonly number[], factors: readonly Strided[], out: Strided): void {
  const total = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  const places = factors.map(() => 0);
  let at = 0;
  for (let count = 0; count < total; count++) {
    let product = 1;
    for (let f = 0; f < factors.length; f++) product *= factors[f]!.values[places[f]!]!;
    out.values[at]! += product;
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]!++;
      at += out.steps[d]!;
      for (let f = 0; f < factors.length; f++) places[f]! += factors[f]!.steps[d]!;
      if (index[d]! < shape[d]!) break;
      at -= out.steps[d]! * shape[d]!;
      for (let f = 0; f < factors.length; f++) places[f]! -= factors[f]!.steps[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}
