/**
 * Loops over arrays, one compiled for each op.
 *
 * A loop that calls a closure for each element runs three to five times slower than one with the
 * arithmetic written in it, and JavaScript has no macros: `new Function` writes the op's expression
 * into its own copy of the loop. The expressions are constants of this folder, never data.
 */
import type { Values } from "./backend.js";

export type UnaryLoop = (x: Values, out: Values) => void;
export type BinaryLoop = (a: Values, b: Values, out: Values, plan: BroadcastPlan) => void;

const HELPERS = { erf, roundHalfEven };

/** out[i] = expression of x; `names` are further arguments of the expression. */
export function unaryLoop<Extra extends readonly number[] = []>(
  expression: string,
  names: readonly string[] = [],
): (x: Values, out: Values, ...extra: Extra) => void {
  const body = `
    const n = out.length;
    for (let i = 0; i < n; i++) { const x = xs[i]; out[i] = ${expression}; }`;
  return compile(["xs", "out", ...names], body);
}

/** out = expression of a and b, broadcast as the plan says. */
export function binaryLoop(expression: string): BinaryLoop {
  const body = `
    const { outer, inner, aStep, bStep, aStarts, bStarts } = plan;
    let k = 0;
    if (outer === 1 && aStep === 1 && bStep === 1) {
      for (; k < inner; k++) { const a = as[k], b = bs[k]; out[k] = ${expression}; }
      return;
    }
    for (let i = 0; i < outer; i++) {
      let p = aStarts[i], q = bStarts[i];
      if (bStep === 0) {
        const b = bs[q];
        for (let j = 0; j < inner; j++, p += aStep, k++) { const a = as[p]; out[k] = ${expression}; }
      } else {
        for (let j = 0; j < inner; j++, p += aStep, q += bStep, k++) {
          const a = as[p], b = bs[q]; out[k] = ${expression};
        }
      }
    }`;
  return compile(["as", "bs", "out", "plan"], body);
}

function compile<F>(parameters: readonly string[], body: string): F {
  const names = Object.keys(HELPERS);
  const make = new Function(
    ...names,
    `"use strict"; return (${parameters.join(", ")}) => {${body}};`,
  );
  return make(...Object.values(HELPERS)) as F;
}

/** How two broadcast operands are walked: `outer` runs of `inner` elements with fixed steps. */
export interface BroadcastPlan {
  readonly outer: number;
  readonly inner: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly aStarts: Int32Array;
  readonly bStarts: Int32Array;
}

const ZERO = new Int32Array(1);

/**
 * A function of shapes that remembers its latest results: a loss runs the same few over and over, and
 * planning a loop takes longer than running a short one.
 */
export function remembered<Shapes extends readonly unknown[], Result>(
  compute: (...shapes: Shapes) => Result,
): (...shapes: Shapes) => Result {
  const known = new Map<string, Result>();
  return (...shapes) => {
    const key = shapes.join("|");
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size === MOST_REMEMBERED) known.clear();
    const result = compute(...shapes);
    known.set(key, result);
    return result;
  };
}

const MOST_REMEMBERED = 256;

/** The plan for operands of these shapes in the shape that they broadcast to. */
export function broadcastPlan(
  aShape: readonly number[],
  bShape: readonly number[],
  outShape: readonly number[],
): BroadcastPlan {
  const dims = collapse(outShape, [stridesIn(aShape, outShape), stridesIn(bShape, outShape)]);
  const { size: inner, steps } = dims.pop() ?? { size: 1, steps: [1, 1] };
  const [aStep = 1, bStep = 1] = steps;
  const outer = dims.reduce((product, dim) => product * dim.size, 1);
  const aStarts = outer === 1 ? ZERO : starts(dims, 0, outer);
  const bStarts = outer === 1 ? ZERO : starts(dims, 1, outer);
  return { outer, inner, aStep, bStep, aStarts, bStarts };
}

/** The plan for two operands of one shape. */
export function flatPlan(size: number): BroadcastPlan {
  return { outer: 1, inner: size, aStep: 1, bStep: 1, aStarts: ZERO, bStarts: ZERO };
}

export interface Dim {
  size: number;
  /** The step of each operand along this dimension, in elements. */
  steps: number[];
}

/** Merges neighbouring dimensions that every operand walks without a break. */
export function collapse(shape: readonly number[], strides: readonly (readonly number[])[]): Dim[] {
  const dims: Dim[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const steps = strides.map((stride) => stride[i] ?? 0);
    const last = dims.at(-1);
    if (last?.steps.every((step, k) => step === (steps[k] ?? 0) * size)) {
      last.size *= size;
      last.steps = steps;
    } else {
      dims.push({ size, steps });
    }
  });
  return dims;
}

/** The offset of one operand at the start of each run. */
export function starts(dims: readonly Dim[], operand: number, count: number): Int32Array {
  const offsets = new Int32Array(count);
  let filled = 1;
  for (const { size, steps } of [...dims].reverse()) {
    const step = steps[operand] ?? 0;
    for (let i = 1; i < size; i++) {
      for (let k = 0; k < filled; k++) offsets[i * filled + k] = offsets[k]! + i * step;
    }
    filled *= size;
  }
  return offsets;
}

/** Row-major strides of `shape` seen inside `outShape`: zero along a broadcast dimension. */
export function stridesIn(shape: readonly number[], outShape: readonly number[]): number[] {
  const own = stridesOf(shape);
  const missing = outShape.length - shape.length;
  return outShape.map((_, i) => {
    const k = i - missing;
    return k < 0 || shape[k] === 1 ? 0 : (own[k] ?? 0);
  });
}

export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/** Ties to the even neighbour, as TensorFlow rounds. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * The error function to full precision: its power series near zero, the continued fraction of erfc
 * farther out (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 2.5) {
    let term = z;
    let sum = z;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(x) * 2 * Math.exp(-z * z) * sum) / Math.sqrt(Math.PI);
  }
  if (z > 6) return Number.isNaN(x) ? Number.NaN : Math.sign(x);
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction)));
}
