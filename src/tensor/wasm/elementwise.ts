/**
 * Element by element: binary operations with broadcasting, and tanh.
 *
 * Broadcast shapes are first collapsed: neighbouring axes along which both operands either advance
 * or stand still become one, so that a bias added to a batch of images is a plain double loop. The
 * innermost loop then knows its strides, 0 or 1, and nothing else. tfjs's wasm kernels compute a
 * coordinate vector for every element instead.
 */
import * as tf from "@tensorflow/tfjs";
import { floats, type Kernel, type KernelCall, sizeOf } from "./kernel.js";

/** z[at+i] = x[a + i·da] ∘ y[b + i·db] for i < count, with da, db in {0, 1}. */
type Row = (
  z: Float32Array,
  x: Float32Array,
  y: Float32Array,
  at: number,
  a: number,
  da: number,
  b: number,
  db: number,
  count: number,
) => void;

const add: Row = (z, x, y, at, a, da, b, db, count) => {
  for (let i = 0; i < count; i++) z[at + i] = x[a + i * da]! + y[b + i * db]!;
};
const subtract: Row = (z, x, y, at, a, da, b, db, count) => {
  for (let i = 0; i < count; i++) z[at + i] = x[a + i * da]! - y[b + i * db]!;
};
const multiply: Row = (z, x, y, at, a, da, b, db, count) => {
  for (let i = 0; i < count; i++) z[at + i] = x[a + i * da]! * y[b + i * db]!;
};
const divide: Row = (z, x, y, at, a, da, b, db, count) => {
  for (let i = 0; i < count; i++) z[at + i] = x[a + i * da]! / y[b + i * db]!;
};

/** The rows by tfjs's kernel name. */
export const rows: { readonly [kernelName: string]: Row } = {
  Add: add,
  Sub: subtract,
  Multiply: multiply,
  RealDiv: divide,
};

type Binary = Kernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, unknown>;

/** `row` where float32 operands differ in shape; tfjs's own SIMD kernel otherwise. */
export function broadcasting(row: Row, own: tf.KernelFunc): Binary {
  return ({ inputs: { a, b }, backend }) => {
    const isFloat = a.dtype === "float32" && b.dtype === "float32";
    if (!isFloat || tf.util.arraysEqual(a.shape, b.shape)) {
      const result = own({ inputs: { a, b }, backend });
      return Array.isArray(result) ? result[0]! : result;
    }
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = backend.makeOutput(shape, "float32");
    if (sizeOf(shape) === 0) return out;
    const x = floats(backend, a);
    const y = floats(backend, b);
    walk(collapse(shape, a.shape, b.shape), row, floats(backend, out), x, y);
    return out;
  };
}

interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** The axes of the result, outermost first, with each operand's stride along them. */
function collapse(
  shape: readonly number[],
  aShape: readonly number[],
  bShape: readonly number[],
): Axis[] {
  const axes: Axis[] = [];
  let aStride = 1;
  let bStride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    const aSize = aShape[axis - shape.length + aShape.length] ?? 1;
    const bSize = bShape[axis - shape.length + bShape.length] ?? 1;
    const next = { size, a: aSize === 1 ? 0 : aStride, b: bSize === 1 ? 0 : bStride };
    aStride *= aSize;
    bStride *= bSize;
    if (size === 1) continue;
    const inner = axes[0];
    if (
      inner !== undefined &&
      continues(next.a, inner.a, inner.size) &&
      continues(next.b, inner.b, inner.size)
    ) {
      axes[0] = { ...inner, size: inner.size * size };
    } else {
      axes.unshift(next);
    }
  }
  return axes.length > 0 ? axes : [{ size: 1, a: 0, b: 0 }];
}

function continues(outer: number, inner: number, innerSize: number): boolean {
  return outer === inner * innerSize;
}

function walk(
  axes: readonly Axis[],
  row: Row,
  z: Float32Array,
  x: Float32Array,
  y: Float32Array,
): void {
  const inner = axes.at(-1)!;
  let at = 0;
  const visit = (depth: number, a: number, b: number): void => {
    if (depth === axes.length - 1) {
      row(z, x, y, at, a, inner.a, b, inner.b, inner.size);
      at += inner.size;
      return;
    }
    const axis = axes[depth]!;
    for (let i = 0; i < axis.size; i++) visit(depth + 1, a + i * axis.a, b + i * axis.b);
  };
  visit(0, 0, 0);
}

/** Powers 2⁻⁶⁴ … 2⁶⁴. */
const powersOfTwo = Float64Array.from({ length: 129 }, (_, i) => 2 ** (i - 64));

/**
 * tanh x = 1 − 2/(e^{2x} + 1), in double precision so that small x lose nothing.
 *
 * e^{2x} = 2ⁿ·e^r with |r| ≤ ½ ln 2, e^r by its Taylor polynomial of degree 9 (error below 1e-11).
 */
export function tanh({
  inputs: { x },
  backend,
}: KernelCall<{ x: tf.TensorInfo }, unknown>): tf.TensorInfo {
  const out = backend.makeOutput(x.shape, "float32");
  const source = floats(backend, x);
  const target = floats(backend, out);
  for (let i = 0; i < source.length; i++) {
    const value = source[i]!;
    if (Math.abs(value) < 1e-4) {
      target[i] = value - (value * value * value) / 3;
      continue;
    }
    const t = Math.min(20, Math.max(-20, value));
    const n = Math.round(t * 2.8853900817779268);
    const r = 2 * t - n * Math.LN2;
    const tail = 1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r / 362880)));
    const power = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * tail))));
    target[i] = 1 - 2 / (power * powersOfTwo[n + 64]! + 1);
  }
  return out;
}
