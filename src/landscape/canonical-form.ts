/**
 * One representative of all the networks that a network equals by symmetry.
 *
 * n units in each of m hidden layers can be ordered in n!ᵐ ways; a tanh unit can be turned (−tanh(−z) =
 * tanh z), which makes 2ⁿn! for one layer; a relu unit can be rescaled by any α > 0. The canonical
 * form turns or rescales each unit to a fixed sign or to incoming norm 1, then sorts the units.
 * *Deep Learning*, 8.2.2; Hecht-Nielsen 1990; Chen, Lu and Hecht-Nielsen 1993.
 */
import { norm } from "../operators/vectors.js";
import {
  copyLayers,
  type NetworkWeights,
  type OwnLayer,
  permuteUnits,
  scaleUnit,
} from "./dense-layers.js";

export type SymmetricActivation = "tanh" | "relu" | "other";

/**
 * The same function, with each hidden layer's units in canonical sign or scale and order.
 *
 * @example
 * const layers = [{ weights: [[-2, 1]] }, { weights: [[5], [3]] }];
 * canonicalForm(layers, "tanh").map(({ weights }) => weights); // [[[1, 2]], [[3], [-5]]]
 */
export function canonicalForm(layers: NetworkWeights, activation: SymmetricActivation): OwnLayer[] {
  const own = copyLayers("canonicalForm", layers);
  for (let l = 0; l < own.length - 1; l++) {
    const units = own[l]!.bias.length;
    for (let i = 0; i < units; i++) {
      const factor = normalizer(incoming(own[l]!, i), activation);
      if (factor !== 1) scaleUnit(own, l, i, factor);
    }
    const keys = Array.from({ length: units }, (_, i) => incoming(own[l]!, i));
    const order = Array.from(keys, (_, i) => i).sort((i, j) => compare(keys[i]!, keys[j]!));
    permuteUnits(own, l, order);
  }
  return own;
}

/**
 * How many settings of the weights make the same function: Π n! over hidden layers, times 2ⁿ each
 * for tanh. For relu the orbits are infinite and this counts the orders alone.
 *
 * @example symmetryCount([3], "tanh") // 48n
 */
export function symmetryCount(widths: readonly number[], activation: SymmetricActivation): bigint {
  return widths.reduce((count, width) => {
    let orders = 1n;
    for (let i = 2n; i <= BigInt(width); i++) orders *= i;
    return count * orders * (activation === "tanh" ? 2n ** BigInt(width) : 1n);
  }, 1n);
}

/** The bias first, then the weights that come into unit i. */
function incoming({ weights, bias }: OwnLayer, i: number): Float64Array {
  return Float64Array.of(bias[i]!, ...weights.map((row) => row[i]!));
}

function normalizer(values: Float64Array, activation: SymmetricActivation): number {
  if (activation === "relu") {
    const length = norm(values);
    return length > 0 ? 1 / length : 1;
  }
  if (activation === "tanh") return (values.find((value) => value !== 0) ?? 1) < 0 ? -1 : 1;
  return 1;
}

function compare(a: Float64Array, b: Float64Array): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
