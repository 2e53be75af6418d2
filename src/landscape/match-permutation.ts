/**
 * Git Re-Basin's weight matching: the reordering of b's hidden units that brings its weights nearest
 * to those of a.
 *
 * For one hidden layer it is an assignment: pair the units whose incoming and outgoing weights agree
 * most; a tanh unit may be turned, −tanh(−z) = tanh z, if it then agrees better. Each layer's answer
 * depends on its neighbours', so layers are visited in random order until no visit changes anything;
 * the distance only ever falls. Ainsworth, Hayase and Srinivasa, ICLR 2023.
 */
import { Random } from "../tensor/random.js";
import { assign } from "./assign.js";
import type { SymmetricActivation } from "./canonical-form.js";
import {
  copyLayers,
  type NetworkWeights,
  type OwnLayer,
  permuteUnits,
  scaleUnit,
} from "./dense-layers.js";

export interface Matching {
  /** For each hidden layer, the unit of b that takes place i. */
  readonly permutations: Uint32Array[];
  /** For each hidden layer, −1 at each place whose unit was turned, else 1. */
  readonly signs: Int8Array[];
  /** b with its units in their new places: the same function. */
  readonly permuted: OwnLayer[];
  /** The Euclidean distance to a before and after. */
  readonly distanceBefore: number;
  readonly distance: number;
}

export interface MatchOptions {
  readonly seed?: number;
  /** Orders to search from, to escape poor local optima of deep networks; 5, the first b's own. */
  readonly starts?: number;
  /** With "tanh", units are turned too; otherwise they are only permuted. */
  readonly activation?: SymmetricActivation;
}

/**
 * a and b, as layers or as named tensors, have the same shapes.
 *
 * @example
 * const a = [{ weights: [[1, 2]] }, { weights: [[3], [4]] }];
 * const b = [{ weights: [[2, 1]] }, { weights: [[4], [3]] }];
 * const { permutations, distance } = matchPermutation(a, b);
 * permutations; // [[1, 0]]
 * distance; // 0
 */
export function matchPermutation(
  a: NetworkWeights,
  b: NetworkWeights,
  options: MatchOptions = {},
): Matching {
  const { seed = 0, starts = 5, activation = "other" } = options;
  const target = copyLayers("matchPermutation", a, "a");
  const source = copyLayers("matchPermutation", b, "b");
  checkSameShapes(target, source);
  const distanceBefore = distanceBetween(target, source);
  const random = new Random(seed);
  let best: Matching | undefined;
  for (let start = 0; start < Math.max(1, starts); start++) {
    const candidate = matchFrom(target, source, random, start > 0, activation === "tanh");
    const distance = distanceBetween(target, candidate.permuted);
    if (best && best.distance <= distance) continue;
    const { permutations, signs, permuted } = candidate;
    best = { permutations, signs, permuted, distance, distanceBefore };
  }
  return best!;
}

/** b with its units in other places, and how they came there. */
class Arrangement {
  readonly permutations: Uint32Array[];
  readonly signs: Int8Array[];

  constructor(readonly permuted: OwnLayer[]) {
    const hidden = permuted.slice(0, -1);
    this.permutations = hidden.map(({ bias }) => Uint32Array.from(bias, (_, i) => i));
    this.signs = hidden.map(({ bias }) => new Int8Array(bias.length).fill(1));
  }

  reorder(l: number, order: Uint32Array): void {
    permuteUnits(this.permuted, l, order);
    const [places, signs] = [this.permutations[l]!, this.signs[l]!];
    this.permutations[l] = order.map((from) => places[from]!);
    this.signs[l] = Int8Array.from(order, (from) => signs[from]!);
  }

  turn(l: number, i: number): void {
    scaleUnit(this.permuted, l, i, -1);
    this.signs[l]![i]! *= -1;
  }
}

function matchFrom(
  target: readonly OwnLayer[],
  source: readonly OwnLayer[],
  random: Random,
  shuffled: boolean,
  turning: boolean,
): Arrangement {
  const found = new Arrangement(copyLayers("matchPermutation", source));
  const hidden = target.length - 1;
  if (shuffled) {
    found.permutations.forEach(({ length }, l) => {
      found.reorder(l, random.permutation(length));
    });
  }
  for (let changed = hidden > 0; changed; ) {
    changed = false;
    for (const l of random.permutation(hidden)) {
      if (improve(target, found, l, turning)) changed = true;
    }
  }
  return found;
}

/** The best order of layer l while its neighbours stay; says whether it was another. */
function improve(
  target: readonly OwnLayer[],
  found: Arrangement,
  l: number,
  turning: boolean,
): boolean {
  const similarity = agreement(target, found.permuted, l);
  const worth = (value: number) => (turning ? Math.abs(value) : value);
  const order = assign(similarity.map((row) => row.map((value) => -worth(value))));
  const gain = order.reduce(
    (sum, from, i) => sum + worth(similarity[i]![from]!) - similarity[i]![i]!,
    0,
  );
  const size = similarity.reduce((sum, row) => sum + Math.max(...row.map(Math.abs)), 0);
  if (!(gain > 1e-12 * size)) return false;
  found.reorder(l, order);
  order.forEach((from, i) => {
    if (turning && similarity[i]![from]! < 0) found.turn(l, i);
  });
  return true;
}

/** Entry (i, j): the inner product of all weights at unit i of a and unit j of b. */
function agreement(a: readonly OwnLayer[], b: readonly OwnLayer[], l: number): Float64Array[] {
  const n = a[l]!.bias.length;
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const outgoing = a[l + 1]!.weights[i]!;
    for (let j = 0; j < n; j++) {
      let sum = a[l]!.bias[i]! * b[l]!.bias[j]!;
      a[l]!.weights.forEach((row, k) => {
        sum += row[i]! * b[l]!.weights[k]![j]!;
      });
      outgoing.forEach((weight, k) => {
        sum += weight * b[l + 1]!.weights[j]![k]!;
      });
      rows[i]![j] = sum;
    }
  }
  return rows;
}

function distanceBetween(a: readonly OwnLayer[], b: readonly OwnLayer[]): number {
  let squares = 0;
  a.forEach((layer, l) => {
    layer.weights.forEach((row, i) => {
      row.forEach((weight, j) => {
        squares += (weight - b[l]!.weights[i]![j]!) ** 2;
      });
    });
    layer.bias.forEach((entry, j) => {
      squares += (entry - b[l]!.bias[j]!) ** 2;
    });
  });
  return Math.sqrt(squares);
}

function checkSameShapes(a: readonly OwnLayer[], b: readonly OwnLayer[]): void {
  const shapes = (layers: readonly OwnLayer[]) =>
    layers.map((layer) => `${layer.weights.length}×${layer.bias.length}`).join(", ");
  if (shapes(a) !== shapes(b)) {
    throw new RangeError(`matchPermutation: layers of ${shapes(a)} do not match ${shapes(b)}`);
  }
}
