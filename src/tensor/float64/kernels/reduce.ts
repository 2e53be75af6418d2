/**
 * Reductions along axes, and softmax, which is made of them.
 *
 * The input is read once, in order; the output index follows it with step zero along a reduced
 * dimension. Neighbouring dimensions of one kind are merged first, so nearly every reduction is a
 * loop over rows or over columns.
 */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend, Values } from "../backend.js";
import { define, room } from "../kernel.js";
import { collapse, remembered, sizeOf, starts, stridesOf } from "../loops.js";

interface Axes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

export function registerReductions(): void {
  reduction(tf.Sum, 0, "sum + x");
  reduction(tf.Mean, 0, "sum + x");
  reduction(tf.Prod, 1, "sum * x");
  // The least and the greatest of each dtype: an Int32Array would turn infinity to 0.
  reduction(
    tf.Max,
    { float32: Number.NEGATIVE_INFINITY, int32: -(2 ** 31), bool: 0 },
    "x > sum || x !== x ? x : sum",
  );
  reduction(
    tf.Min,
    { float32: Number.POSITIVE_INFINITY, int32: 2 ** 31 - 1, bool: 1 },
    "x < sum || x !== x ? x : sum",
  );
  reduction(tf.All, 1, "sum && x ? 1 : 0");
  reduction(tf.Any, 0, "sum || x ? 1 : 0");
  registerSoftmax();
}

type Fold = (x: Values, out: Values, plan: ReductionPlan) => void;

interface ReductionPlan {
  readonly outer: number;
  readonly inner: number;
  /** 0 where the inner run falls on one output, 1 where it runs along the output. */
  readonly step: number;
  readonly outStarts: Int32Array;
}

export interface Reduction {
  readonly shape: number[];
  readonly plan: ReductionPlan;
  /** How many inputs fall on one output. */
  readonly count: number;
}

type Initial = number | Partial<Record<tf.DataType, number>>;

function reduction(name: string, initial: Initial, expression: string): void {
  const fold = foldLoop(expression);
  define<"x", Axes>(name, ({ inputs: { x }, attrs, backend }) => {
    const { shape, plan, count } = planned(x.shape, axesOf(attrs, x.shape), attrs.keepDims);
    const dtype = name === tf.Mean ? "float32" : x.dtype;
    const start = typeof initial === "number" ? initial : (initial[x.dtype] ?? 0);
    const out = room(backend, resultType(name, dtype), sizeOf(shape)).fill(start);
    fold(backend.values(x), out, plan);
    if (name === tf.Mean) for (let i = 0; i < out.length; i++) out[i]! /= count;
    return backend.make(shape, out);
  });
}

function resultType(name: string, dtype: tf.DataType): tf.DataType {
  return dtype === "bool" && (name === tf.Sum || name === tf.Prod) ? "int32" : dtype;
}

function axesOf(attrs: Axes, shape: readonly number[]): number[] {
  const axis = attrs.axis ?? attrs.reductionIndices;
  return tf.util.parseAxisParam(axis ?? shape.map((_, i) => i), [...shape]);
}

export function planReduction(
  shape: readonly number[],
  axes: readonly number[],
  keepDims = false,
): Reduction {
  const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const keptStrides = stridesOf(kept);
  const outStrides = shape.map((_, i) => (axes.includes(i) ? 0 : keptStrides[i]!));
  const dims = collapse(shape, [outStrides]);
  const { size: inner, steps } = dims.pop() ?? { size: 1, steps: [0] };
  const outer = dims.reduce((product, dim) => product * dim.size, 1);
  return {
    shape: keepDims ? kept : shape.filter((_, i) => !axes.includes(i)),
    plan: { outer, inner, step: steps[0] ?? 0, outStarts: starts(dims, 0, outer) },
    count: axes.reduce((product, i) => product * shape[i]!, 1),
  };
}

const planned = remembered(planReduction);

/** See loops.ts for why the loop is compiled. */
function foldLoop(expression: string): Fold {
  const body = `"use strict";
    const { outer, inner, step, outStarts } = plan;
    let k = 0;
    for (let i = 0; i < outer; i++) {
      let p = outStarts[i];
      if (step === 0) {
        let sum = out[p];
        for (let j = 0; j < inner; j++, k++) { const x = xs[k]; sum = ${expression}; }
        out[p] = sum;
      } else {
        for (let j = 0; j < inner; j++, k++, p += step) {
          const x = xs[k], sum = out[p]; out[p] = ${expression};
        }
      }
    }`;
  return new Function("xs", "out", "plan", body) as Fold;
}

function registerSoftmax(): void {
  define<"logits", { dim: number }>(tf.Softmax, ({ inputs: { logits }, attrs, backend }) =>
    overRows(backend, logits, attrs.dim, (x, out, start, end) => {
      const shift = largest(x, start, end);
      let sum = 0;
      for (let i = start; i < end; i++) {
        out[i] = Math.exp(x[i]! - shift);
        sum += out[i]!;
      }
      for (let i = start; i < end; i++) out[i]! /= sum;
    }),
  );
  define<"logits", { axis: number }>(tf.LogSoftmax, ({ inputs: { logits }, attrs, backend }) =>
    overRows(backend, logits, attrs.axis, (x, out, start, end) => {
      const shift = largest(x, start, end);
      let sum = 0;
      for (let i = start; i < end; i++) sum += Math.exp(x[i]! - shift);
      const norm = shift + Math.log(sum);
      for (let i = start; i < end; i++) out[i] = x[i]! - norm;
    }),
  );
}

function overRows(
  backend: Float64Backend,
  tensor: tf.TensorInfo,
  axis: number,
  row: (x: Float64Array, out: Float64Array, start: number, end: number) => void,
): tf.TensorInfo {
  const rank = tensor.shape.length;
  if (axis !== -1 && axis !== rank - 1) {
    throw new RangeError(`softmax: along axis ${axis} of ${rank}; only the last is supported`);
  }
  const x = backend.floats(tensor);
  const out = backend.room(x.length);
  const width = tensor.shape.at(-1) ?? 1;
  for (let start = 0; start < x.length; start += width) row(x, out, start, start + width);
  return backend.make(tensor.shape, out);
}

function largest(x: Float64Array, start: number, end: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) if (x[i]! > max) max = x[i]!;
  return max;
}
