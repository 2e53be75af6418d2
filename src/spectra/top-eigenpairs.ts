/**
 * A few eigenpairs at an end of the spectrum, with the residual of each.
 *
 * A thick-restart Lanczos search finds candidates. One Krylov space holds a single vector of each
 * eigenspace, so copies of a multiple eigenvalue could be missed: a second search, orthogonal to what
 * was found, goes on until nothing in the rest could displace a pair. Residuals are then measured, not
 * estimated. An operator no larger than the search's basis is written out and diagonalised.
 */
import { applyToBlock, type LinearOperator, type Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { type LongWork, Pace } from "../operators/pace.js";
import { toMatrix } from "../operators/to-matrix.js";
import { addScaled, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { checkedOperator } from "./checked-operator.js";
import { eigh } from "./eigh.js";
import { type RitzPair, type SearchState, thickRestart } from "./thick-restart.js";

/** Largest, smallest, largest in magnitude, or from both ends alternately, starting at the top. */
export type Which = "LA" | "SA" | "LM" | "BE";

export interface TopEigenpairsOptions
  extends LongWork<{ products: number; found: number; of: number }> {
  /** How many pairs; 1 unless said otherwise. */
  readonly k?: number;
  readonly which?: Which;
  /** A pair has converged when ‖Av − λv‖ ≤ rtol·‖A‖; 1e-10 unless said otherwise. */
  readonly rtol?: number;
  readonly seed?: number;
  /** The most vectors kept, at least k + 2; a quarter of a gigabyte's worth, held twice, by default. */
  readonly maxDimension?: number;
  /** The search stops here, converged or not, with the pairs that it has; 2000 + 2n by default. */
  readonly maxProducts?: number;
}

const optionNames: readonly (keyof TopEigenpairsOptions)[] = [
  "k",
  "which",
  "rtol",
  "seed",
  "maxDimension",
  "maxProducts",
  "onProgress",
  "signal",
];

export interface TopEigenpairs {
  /** Most wanted first: descending for "LA", ascending for "SA", by magnitude for "LM"; for "BE"
   *  descending. */
  readonly eigenvalues: Float64Array;
  /** `eigenvectors[i]` has length 1 and belongs to `eigenvalues[i]`; they are orthonormal. */
  readonly eigenvectors: Float64Array[];
  /** ‖Avᵢ − λᵢvᵢ‖, measured: some eigenvalue lies within it of λᵢ. */
  readonly residuals: Float64Array;
  readonly converged: boolean[];
  /** Products with the operator, those for the residuals included. */
  readonly products: number;
}

/**
 * k eigenpairs of a symmetric operator, or of a matrix given by rows.
 *
 * @example
 * const op = fromMatrix([[2, 1, 0], [1, 2, 0], [0, 0, -5]]);
 * (await topEigenpairs(op, { k: 2 })).eigenvalues; // [3, 1]
 * (await topEigenpairs(op, { k: 2, which: "LM" })).eigenvalues; // [-5, 3]
 */
export async function topEigenpairs(
  matrix: LinearOperator | Rows,
  options: TopEigenpairsOptions = {},
): Promise<TopEigenpairs> {
  const op = checkedOperator("topEigenpairs", matrix);
  checkOptionNames("topEigenpairs", options, optionNames);
  const n = op.size;
  const { k = 1, which = "LA", rtol = 1e-10, seed = 0, maxProducts = 2000 + 2 * n } = options;
  checkOptions(n, k, which, rtol);
  const dimension = Math.max(4 * k, 2 * k + 40);
  const maxDimension = Math.max(k + 2, options.maxDimension ?? Math.floor(2 ** 25 / n));
  const pace = new Pace(options.signal);
  if (dimension >= n) {
    return finish(op, densePairs(op), { k, which, rtol, scale: 0, products: n });
  }

  const random = new Random(seed);
  let products = 0;
  const search: BoundSearch = (locked, count, settled) =>
    thickRestart({
      op,
      locked: locked.map((pair) => pair.vector),
      count,
      dimension,
      maxDimension,
      order: (values) => wantedOrder(values, which),
      settled,
      draw: () => random.normals(n),
      spend: async () => {
        await pace.step();
        if (products >= maxProducts) return false;
        products++;
        options.onProgress?.({ products, found: locked.length, of: k });
        return true;
      },
    });
  const mayGoOn = () => products < maxProducts;
  const { pairs, scale } = await searchAll(search, { k, which, rtol, n }, mayGoOn);
  return finish(op, pairs, { k, which, rtol, scale, products });
}

type Settled = (value: number, residual: number, state: SearchState) => boolean;

type BoundSearch = (
  locked: readonly RitzPair[],
  count: number,
  settled: Settled,
) => ReturnType<typeof thickRestart>;

/** The first k candidates, and then whatever a search of their complement finds to displace them. */
async function searchAll(
  search: BoundSearch,
  { k, which, rtol, n }: { k: number; which: Which; rtol: number; n: number },
  mayGoOn: () => boolean,
): Promise<{ pairs: RitzPair[]; scale: number }> {
  const first = await search([], k, (_, residual, { scale }) => residual <= 0.5 * rtol * scale);
  let { pairs } = first;
  while (mayGoOn() && pairs.length < n) {
    const found = pairs;
    const missing = await search(found, which === "BE" ? 2 : 1, (value, residual, state) => {
      if (residual <= 0.5 * rtol * Math.max(state.scale, first.scale)) return true;
      const reach = Math.max(residual, Math.min(beyond(state, n), residual / OVERLOOKED));
      return !displaces([value + reach, value - reach], found, k, which, 0);
    });
    const slack = rtol * Math.max(first.scale, missing.scale);
    const better = missing.pairs.filter((pair) => displaces([pair.value], found, k, which, slack));
    if (better.length === 0) break;
    pairs = [...found, ...better];
  }
  return { pairs, scale: first.scale };
}

/** A random start is taken to have no smaller part, and no rarer luck, than this. */
const OVERLOOKED = 1e-3;

/**
 * How far beyond the outermost Ritz values of `steps` Lanczos steps from a random start an eigenvalue
 * may lie, save with probability OVERLOOKED: a Ritz value with a small residual is near *some*
 * eigenvalue, but a rare one farther out may not have shown yet.
 * Kuczyński and Woźniakowski, SIAM J. Matrix Anal. Appl. 13:4, 1992, theorem 4.2.
 */
function beyond({ spread, steps }: SearchState, n: number): number {
  const share = (Math.log((1.648 * Math.sqrt(n)) / OVERLOOKED) / (2 * steps - 1)) ** 2;
  return share < 0.5 ? (spread * share) / (1 - 2 * share) : Number.POSITIVE_INFINITY;
}

function checkOptions(n: number, k: number, which: Which, rtol: number): void {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`topEigenpairs: k = ${k}; a whole number of at least 1 is needed`);
  }
  if (k > n) throw new RangeError(`topEigenpairs: k = ${k} is more than the operator's size ${n}`);
  if (!["LA", "SA", "LM", "BE"].includes(which)) {
    throw new RangeError(`topEigenpairs: which = "${which}"; "LA", "SA", "LM" or "BE" is needed`);
  }
  if (!(rtol > 0)) throw new RangeError(`topEigenpairs: rtol = ${rtol}; a positive one is needed`);
}

/** Indices of ascending values, most wanted first. */
export function wantedOrder(values: Float64Array, which: Which): Uint32Array {
  const n = values.length;
  const indices = Uint32Array.from({ length: n }, (_, i) => i);
  switch (which) {
    case "SA":
      return indices;
    case "LA":
      return indices.reverse();
    case "LM":
      return indices.sort((i, j) => Math.abs(values[j]!) - Math.abs(values[i]!));
    case "BE":
      return indices.map((rank) => (rank % 2 === 0 ? n - 1 - rank / 2 : (rank - 1) / 2));
  }
}

/** Whether a pair of one of these values would be among the k wanted, by more than `slack`. */
function displaces(
  values: readonly number[],
  found: readonly RitzPair[],
  k: number,
  which: Which,
  slack: number,
): boolean {
  const present = Float64Array.from(found, (pair) => pair.value).sort();
  const wanted = Array.from(wantedOrder(present, which).subarray(0, k), (i) => present[i]!);
  switch (which) {
    case "LA":
      return Math.max(...values) > Math.min(...wanted) + slack;
    case "SA":
      return Math.min(...values) < Math.max(...wanted) - slack;
    case "LM":
      return Math.max(...values.map(Math.abs)) > Math.min(...wanted.map(Math.abs)) + slack;
    case "BE": {
      const high = wanted.filter((_, rank) => rank % 2 === 0);
      const low = wanted.filter((_, rank) => rank % 2 === 1);
      return (
        Math.max(...values) > Math.min(...high) + slack ||
        Math.min(...values) < Math.max(...low, Number.NEGATIVE_INFINITY) - slack
      );
    }
  }
}

function densePairs(op: LinearOperator): RitzPair[] {
  const { eigenvalues, eigenvectors } = eigh(toMatrix(op));
  return eigenvectors.map((vector, i) => ({ value: eigenvalues[i]!, vector, residual: 0 }));
}

/** The k wanted of the pairs found, in their order, with measured residuals. */
function finish(
  op: LinearOperator,
  found: readonly RitzPair[],
  search: { k: number; which: Which; rtol: number; scale: number; products: number },
): TopEigenpairs {
  const { k, which, rtol } = search;
  const sorted = [...found].sort((p, q) => p.value - q.value);
  const ranks = wantedOrder(
    Float64Array.from(sorted, (pair) => pair.value),
    which,
  );
  const chosen = Array.from(ranks.subarray(0, k), (rank) => sorted[rank]!);
  if (which === "BE") chosen.sort((p, q) => q.value - p.value);
  const eigenvectors = chosen.map((pair) => pair.vector);
  const images = applyToBlock(op, eigenvectors);
  const residuals = Float64Array.from(chosen, (pair, i) =>
    norm(addScaled(images[i]!, -pair.value, pair.vector)),
  );
  const scale = Math.max(
    search.scale,
    ...found.map((pair) => Math.abs(pair.value)),
    ...images.map(norm),
  );
  return {
    eigenvalues: Float64Array.from(chosen, (pair) => pair.value),
    eigenvectors,
    residuals,
    converged: Array.from(residuals, (residual) => residual <= rtol * scale),
    products: search.products + eigenvectors.length,
  };
}
