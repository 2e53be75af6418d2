/**
 * Git Re-Basin's weight matching: the reordering of b's hidden units that brings its weights nearest
 * to those of a.
 *
 * For one hidden layer it is an assignment: pair the units whose incoming and outgoing weights agree
 * most; a tanh unit may be turned, −tanh(−z) = tanh z, if it then agrees better. Each layer's answer depends on its neighbours', so layers are visited in random order until no
 * visit changes anything; the distance only ever falls. Ainsworth, Hayase and Srinivasa, ICLR 2023.
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

/** a and b, as layers or as named tensors, have the same shapes. */
export function matchPermutation(
  a: NetworkWeights,
  b: NetworkWeights,
  options: MatchOptions = {},
): Matching {
  const { seed = 0, starts = 5, activation = "other" } = options;
  const target = copyLayers("matchPermutation", a);
  const source = copyLayers("matchPermutation", b);
  checkSameShapes(target, source);
  const distanceBefore = distanceBetween(target, source);
  const random = new Random(seed);
  let best: Matching | undefined;
  for (let start = 0; start < Math.max(1, starts); start++) {
    const candidate = matchFrom(target, source, random, start > 0, activation === "tanh");
    const distance = distanceBetween(target, candidate.permuted);
    if (!best || distance < best.distance) best = { ...candidate, distance, distanceBefore };
  }
  return best!;
}

function matchFrom(
  target: readonly OwnLayer[],
  source: readonly OwnLayer[],
  random: Random,
  shuffled: boolean,
  turning: boolean,
): Pick<Matching, "permutations" | "signs" | "permuted"> {
  const permuted = copyLayers("matchPermutation", source);
  const hidden = target.length - 1;
  const permutations = target
    .slice(0, hidden)
    .map((layer) => Uint32Array.from(layer.bias, (_, i) => i));
  const signs = permutations.map((order) => new Int8Array(order.length).fill(1));
  const reorder = (l: number, order: Uint32Array) => {
    permuteUnits(permuted, l, order);
    const [before, turned] = [permutations[l]!, signs[l]!.slice()];
    permutations[l] = order.map((from) => before[from]!);
    signs[l] = Int8Array.from(order, (from) => turned[from]!);
  };
  const turn = (l: number, i: number) => {
    scaleUnit(permuted, l, i, -1);
    signs[l]![i]! *= -1;
  };
  if (shuffled)
    for (let l = 0; l < hidden; l++) reorder(l, random.permutation(permutations[l]!.length));
  for (let changed = hidden > 0; changed; ) {
    changed = false;
    for (const l of random.permutation(hidden)) {
      const similarity = agreement(target, permuted, l);
      const worth = (value: number) => (turning ? Math.abs(value) : value);
      const order = assign(similarity.map((row) => row.map((value) => -worth(value))));
      const gain = order.reduce(
        (sum, from, i) => sum + worth(similarity[i]![from]!) - similarity[i]![i]!,
        0,
      );
      const size = similarity.reduce((sum, row) => sum + Math.max(...row.map(Math.abs)), 0);
      if (gain > 1e-12 * size) {
        reorder(l, order);
        if (turning) {
          order.forEach((from, i) => {
            if (similarity[i]![from]! < 0) turn(l, i);
          });
        }
        changed = true;
      }
    }
  }
  return { permutations, signs, permuted };
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
