/**
 * The diagonal and the Frobenius norm of a symmetric operator, from products with random signs.
 *
 * E[v ⊙ Av] = diag A (Bekas, Kokiopoulou and Saad 2007), with variance Σⱼ≠ᵢ aᵢⱼ² for entry i; and
 * E‖Av‖² = ‖A‖²_F. Both are exact when the budget covers every unit vector.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { Pace } from "../operators/pace.js";
import { dot } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { checkedOperator } from "./checked-operator.js";
import {
  checkBudget,
  checkProbe,
  drawProbe,
  type Estimate,
  meanOf,
  type ProbeOptions,
  probeOptionNames,
} from "./probes.js";

export interface DiagonalEstimate {
  readonly values: Float64Array;
  /** The standard error of each entry; 0 when it is exact. */
  readonly standardErrors: Float64Array;
  readonly products: number;
}

/**
 * diag A; 100 products unless said otherwise.
 *
 * @example (await diagonal([[2, 1], [1, 3]])).values // [2, 3]
 */
export async function diagonal(
  matrix: LinearOperator | Rows,
  options: ProbeOptions = {},
): Promise<DiagonalEstimate> {
  const op = checkedOperator("diagonal", matrix);
  const n = op.size;
  const mean = new Float64Array(n);
  const squares = new Float64Array(n);
  let count = 0;
  let exact = false;
  for await (const probe of probes("diagonal", op, options)) {
    exact = probe.unit !== undefined;
    count += 1;
    if (probe.unit !== undefined) {
      mean[probe.unit] = probe.image[probe.unit]!;
      continue;
    }
    // Welford's update of mean and squared deviations.
    for (let i = 0; i < n; i++) {
      const sample = probe.v[i]! * probe.image[i]!;
      const before = sample - mean[i]!;
      mean[i]! += before / count;
      squares[i]! += before * (sample - mean[i]!);
    }
  }
  const standardErrors = exact
    ? new Float64Array(n)
    : squares.map((sum) => Math.sqrt(sum / (count - 1) / count));
  return { values: mean, standardErrors, products: count };
}

/**
 * ‖A‖_F; 100 products unless said otherwise. The standard error follows from that of ‖A‖²_F.
 *
 * @example (await frobeniusNorm([[3, 0], [0, 4]])).value // 5
 */
export async function frobeniusNorm(
  matrix: LinearOperator | Rows,
  options: ProbeOptions = {},
): Promise<Estimate> {
  const op = checkedOperator("frobeniusNorm", matrix);
  const samples: number[] = [];
  let exact = false;
  for await (const { image, unit } of probes("frobeniusNorm", op, options)) {
    exact = unit !== undefined;
    samples.push(dot(image, image));
  }
  const products = samples.length;
  if (exact) {
    return { value: Math.sqrt(samples.reduce((s, x) => s + x, 0)), standardError: 0, products };
  }
  const { value, standardError } = meanOf(samples);
  const root = Math.sqrt(value);
  return { value: root, standardError: root > 0 ? standardError / (2 * root) : 0, products };
}

interface Probed {
  readonly v: Float64Array;
  readonly image: Float64Array;
  /** The index of the unit vector that v is, when the budget covers them all. */
  readonly unit: number | undefined;
}

async function* probes(
  who: string,
  op: LinearOperator,
  options: ProbeOptions,
): AsyncGenerator<Probed> {
  checkOptionNames(who, options, probeOptionNames);
  const { products = 100, probe = "rademacher", seed = 0 } = options;
  checkBudget(who, "products", products, 2);
  checkProbe(who, probe);
  const pace = new Pace(options.signal);
  const random = new Random(seed);
  const exact = products >= op.size;
  const count = exact ? op.size : products;
  for (let i = 0; i < count; i++) {
    await pace.step();
    const v = exact ? unitVector(op.size, i) : drawProbe(random, probe, op.size);
    yield { v, image: op.apply(v), unit: exact ? i : undefined };
    options.onProgress?.({ done: i + 1, products: i + 1, of: count });
  }
}

function unitVector(n: number, index: number): Float64Array {
  const unit = new Float64Array(n);
  unit[index] = 1;
  return unit;
}
