/**
 * einsum: Σ over the indices that are not in the output, by one loop over all indices, for einsums small
 * enough to be written as einsums. A product of two matrices is faster as matMul.
 *
 * Shared by the float64 backend, by wasm, whose tfjs has no einsum, and by cpu, whose tfjs leaves out an
 * operand that has none of the summed indices. Sums run in double precision.
 */
import * as tf from "@tensorflow/tfjs";
import type { Floats } from "../windows/pooling.js";

export interface Operand {
  readonly shape: readonly number[];
  readonly values: Floats;
}

export interface Contracted {
  readonly shape: number[];
  readonly values: Float64Array;
}

/** `zeros` gives the memory of the result. */
export function einsum(
  equation: string,
  operands: readonly Operand[],
  zeros: (size: number) => Float64Array = (size) => new Float64Array(size),
): Contracted {
  const [left = "", out = "", ...more] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const absent = [...out].find((index) => !left.includes(index));
  if (absent !== undefined) {
    throw new RangeError(`einsum: the output of "${equation}" has an unknown index ${absent}`);
  }
  if (terms.length !== operands.length || !equation.includes("->") || more.length > 0) {
    throw new RangeError(`einsum: "${equation}" does not fit ${operands.length} operands`);
  }
  const sizes = sizesOf(terms, operands);
  const order = [...out, ...[...sizes.keys()].filter((index) => !out.includes(index))];
  const shape = [...out].map((index) => sizes.get(index)!);
  const stepsOf = (term: string, own: readonly number[]) => {
    const strides = stridesOf(own);
    return order.map((index) =>
      [...term].reduce((sum, letter, i) => sum + (letter === index ? strides[i]! : 0), 0),
    );
  };
  const values = zeros(tf.util.sizeFromShape(shape));
  sumProducts(
    order.map((index) => sizes.get(index)!),
    operands.map((operand, k) => ({
      values: operand.values,
      steps: stepsOf(terms[k]!, operand.shape),
    })),
    { values, steps: stepsOf(out, shape) },
  );
  return { shape, values };
}

function sizesOf(
  terms: readonly string[],
  operands: readonly Operand[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [k, term] of terms.entries()) {
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
  }
  return sizes;
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => tf.util.sizeFromShape(shape.slice(i + 1)));
}

interface Strided<V> {
  readonly values: V;
  readonly steps: readonly number[];
}

function sumProducts(
  shape: readonly number[],
  factors: readonly Strided<Floats>[],
  out: Strided<Float64Array>,
): void {
  const total = tf.util.sizeFromShape([...shape]);
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
