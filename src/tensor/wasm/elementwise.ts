/**
 * Element by element: binary operations with broadcasting, and tanh.
 *
 * Broadcast shapes are first collapsed: neighbouring axes along which both operands either advance
 * or stand still become one, so that a bias added to a batch of images is a plain double loop. The
 * innermost loop then knows its strides, 0 or 1, and nothing else. tfjs's wasm kernels compute a
 * coordinate vector for every element instead.
 */
import * as tf from "@tensorflow/tfjs";
import {
  address,
  type BackendWasm,
  floats,
  type Kernel,
  type KernelCall,
  sizeOf,
} from "./kernel.js";
import { type SimdKernels, simd } from "./simd/index.js";

/** The SIMD kernel for each of tfjs's names. */
export const binaryKernels = {
  Add: "add",
  Sub: "subtract",
  Multiply: "multiply",
  RealDiv: "divide",
  Maximum: "maximum",
  Minimum: "minimum",
} as const;

/** tfjs's own of these, for operands of one shape, forget a NaN in the second. */
const FORGETFUL = new Set<string>(["maximum", "minimum"]);

type BinaryName = (typeof binaryKernels)[keyof typeof binaryKernels];
type Binary = Kernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, unknown>;

/** Ours where float32 operands differ in shape, or for NaN; tfjs's own kernel otherwise. */
export function broadcasting(name: BinaryName, own: tf.KernelFunc): Binary {
  return ({ inputs: { a, b }, backend }) => {
    const isFloat = a.dtype === "float32" && b.dtype === "float32";
    const isPlain = tf.util.arraysEqual(a.shape, b.shape) && !FORGETFUL.has(name);
    if (!isFloat || isPlain) {
      const result = own({ inputs: { a, b }, backend });
      return Array.isArray(result) ? result[0]! : result;
    }
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = backend.makeOutput(shape, "float32");
    if (sizeOf(shape) === 0) return out;
    const axes = collapse(shape, a.shape, b.shape);
    const places = { a: address(backend, a), b: address(backend, b), z: address(backend, out) };
    walk(axes, simd(backend)[name], places);
    return out;
  };
}

interface Axis {
  readonly size: number;
  /** How many values each operand advances along this axis; 0 where it stands still. */
  readonly a: number;
  readonly b: number;
}

/** The axes of the result, outermost first, merged where both operands allow. */
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
    if (inner !== undefined && next.a === inner.a * inner.size && next.b === inner.b * inner.size) {
      axes[0] = { ...inner, size: inner.size * size };
    } else {
      axes.unshift(next);
    }
  }
  return axes;
}

const single: Axis = { size: 1, a: 0, b: 0 };

/** Runs the kernel on the two innermost axes, at every place of the others. */
function walk(
  axes: readonly Axis[],
  kernel: SimdKernels[BinaryName],
  start: { readonly a: number; readonly b: number; readonly z: number },
): void {
  const inner = axes.at(-1) ?? single;
  const outer = axes.at(-2) ?? single;
  const others = axes.slice(0, -2);
  const bytes = outer.size * inner.size * Float32Array.BYTES_PER_ELEMENT;
  let z = start.z;
  const visit = (depth: number, a: number, b: number): void => {
    const axis = others[depth];
    if (axis === undefined) {
      kernel(a, b, z, outer.size, inner.size, outer.a, inner.a, outer.b, inner.b);
      z += bytes;
      return;
    }
    for (let i = 0; i < axis.size; i++) visit(depth + 1, a + 4 * i * axis.a, b + 4 * i * axis.b);
  };
  visit(0, start.a, start.b);
}

type Unary = KernelCall<{ x: tf.TensorInfo }, unknown>;

export function tanh({ inputs: { x }, backend }: Unary): tf.TensorInfo {
  const out = backend.makeOutput([...x.shape], "float32");
  simd(backend).tanh(address(backend, x), address(backend, out), sizeOf(x.shape));
  return out;
}

interface ClipAttributes {
  readonly clipValueMin: number;
  readonly clipValueMax: number;
}

type Clipped<Attributes> = KernelCall<{ x: tf.TensorInfo }, Attributes>;

/** tfjs's own kernel turns NaN into the lower bound, and a broken loss into a good one. */
export function clipByValue({ inputs, attrs, backend }: Clipped<ClipAttributes>): tf.TensorInfo {
  return clip(backend, inputs.x, attrs.clipValueMin, attrs.clipValueMax);
}

export function relu6({ inputs, backend }: Clipped<unknown>): tf.TensorInfo {
  return clip(backend, inputs.x, 0, 6);
}

function clip(backend: BackendWasm, x: tf.TensorInfo, low: number, high: number): tf.TensorInfo {
  const out = backend.makeOutput([...x.shape], "float32");
  const [from, to] = [backend.typedArrayFromHeap(x), floats(backend, out)];
  for (let i = 0; i < to.length; i++) {
    const value = from[i]!;
    to[i] = value < low ? low : value > high ? high : value;
  }
  return out;
}
