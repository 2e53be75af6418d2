/**
 * What the op table tests: a differentiable expression of some parameters.
 *
 * Points are drawn so that every op is smooth in a neighbourhood wider than the differences taken:
 * entries are distinct, spread over an interval, and none is near zero.
 */
import { Random } from "../../../src/tensor/random.js";
import type { tf } from "../../../src/tensor/tf.js";

export type Domain = "any" | "positive" | "unit" | "above one";

export interface Argument {
  readonly shape: readonly number[];
  readonly domain?: Domain;
}

export interface OpCase {
  readonly family: string;
  readonly op: string;
  readonly args: readonly Argument[];
  readonly f: (...args: tf.Tensor[]) => tf.Tensor;
}

const INTERVALS: Record<Domain, readonly [number, number]> = {
  any: [-2, 2],
  positive: [0.3, 2.3],
  unit: [-0.9, 0.9],
  "above one": [1.2, 3.2],
};

/** The entries of all arguments of a case, exactly representable in float32. */
export function pointOf({ op, args }: OpCase): Float64Array {
  const random = new Random([...op].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) % 65521, 7));
  const parts = args.map(({ shape, domain = "any" }) => {
    const n = shape.reduce((product, size) => product * size, 1);
    const [low, high] = INTERVALS[domain];
    const spread = Array.from({ length: n }, (_, i) => low + ((i + 0.37) * (high - low)) / n);
    const order = spread.map((value) => ({ value, key: random.uniform() }));
    order.sort((a, b) => a.key - b.key);
    return order.map(({ value }) => Math.fround(value));
  });
  return Float64Array.from(parts.flat());
}
