/**
 * How often gradient descent ends in a bad minimum of the Safran–Shamir loss, for each number k of
 * teachers.
 *
 * Each run starts from N(0, 1/k) entries of its own random stream and follows gradient descent at a
 * step safely below 2/λmax until the gradient is small and the basin is settled; L-BFGS then finishes
 * what descent would take thousands of steps for. A run is bad when its loss stays above 1e-6: the
 * bad minima lie above 0.01. Safran and Shamir, ICML 2018, table 1.
 */
import { axpy, norm } from "../operators/vectors.js";
import { minimize } from "../optimize/minimize.js";
import { PopulationLoss } from "../optimize/problems/population-loss.js";
import { safranShamir } from "../optimize/problems/safran-shamir.js";
import { Random } from "../tensor/random.js";
import { type ParallelOptions, parallelMap } from "./parallel-map.js";

export interface CensusOptions extends ParallelOptions {
  readonly sizes: readonly number[];
  /** Runs a size; 1,000. */
  readonly runs?: number;
  readonly seed?: number;
  /** Students beyond the k that there are teachers; 0. */
  readonly extra?: number;
}

export interface CensusRow {
  readonly k: number;
  readonly runs: number;
  readonly bad: number;
  readonly fraction: number;
  /** Wilson's 95 % interval of the fraction. */
  readonly interval: readonly [number, number];
  /** The distinct bad losses to six decimals, commonest first, with how many runs ended there. */
  readonly losses: readonly { readonly loss: number; readonly runs: number }[];
  /** Runs whose gradient did not reach 1e-6 in the limit; their loss still counts. */
  readonly unfinished: number;
}

/** Runs that one message to a worker stands for. */
const CHUNK = 20;

export interface Chunk {
  readonly k: number;
  readonly extra?: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Outcome {
  readonly loss: number;
  readonly finished: boolean;
}

/**
 * Counts the runs that end in a bad minimum, for each size.
 *
 * @example
 * const [row] = await census({ sizes: [2], runs: 10, threads: 1 });
 * row?.bad; // 0, bad minima are found from k = 6 on
 */
export async function census(options: CensusOptions): Promise<CensusRow[]> {
  const { sizes, runs = 1000, seed = 0, extra = 0 } = options;
  // Large sizes first: the longest work must not be left for last.
  const chunks = [...sizes]
    .sort((p, q) => q - p)
    .flatMap((k) =>
      Array.from({ length: Math.ceil(runs / CHUNK) }, (_, i): Chunk => {
        const from = i * CHUNK;
        return { k, extra, seed, from, to: Math.min(runs, from + CHUNK) };
      }),
    );
  const results = await parallelMap<Chunk, Outcome[]>(import.meta.url, "runChunk", chunks, options);
  return sizes.map((k) => {
    const outcomes = results.filter((_, i) => chunks[i]!.k === k).flat();
    return summarize(k, outcomes);
  });
}

/** The final losses of a chunk's runs; run i of a seed is the same on any thread. */
export async function runChunk({ k, extra = 0, seed, from, to }: Chunk): Promise<Outcome[]> {
  const students = k + extra;
  const problem = safranShamir(k, { students });
  const loss = new PopulationLoss(k, students);
  const outcomes: Outcome[] = [];
  for (let run = from; run < to; run++) {
    const x = new Random(seed)
      .fork(run)
      .normals(students * k)
      .map((entry) => entry / Math.sqrt(k));
    descend(loss, x);
    const end = await minimize(problem, x, {
      method: "lbfgs",
      memory: 30,
      maxIterations: 5000,
      gtol: 1e-6,
      trace: false,
    });
    outcomes.push({ loss: end.fun, finished: end.status === "converged" });
  }
  return outcomes;
}

/** Gradient descent in place, until the gradient is small. */
function descend(loss: PopulationLoss, x: Float64Array): void {
  // λmax at the teacher is ¼ + n/2π; elsewhere it is of that size, and descent stays below twice it.
  const stepSize = 1 / (0.25 + loss.students / (2 * Math.PI));
  const gradient = new Float64Array(x.length);
  for (let step = 0; step < 20_000; step++) {
    loss.evaluate(x, gradient);
    if (norm(gradient) <= 1e-2) return;
    axpy(-stepSize, gradient, x);
  }
}

function summarize(k: number, outcomes: readonly Outcome[]): CensusRow {
  const losses = outcomes.map(({ loss }) => loss).filter((loss) => loss > 1e-6);
  const counts = new Map<number, number>();
  for (const loss of losses) {
    const rounded = Math.round(loss * 1e6) / 1e6;
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return {
    k,
    runs: outcomes.length,
    bad: losses.length,
    fraction: losses.length / outcomes.length,
    interval: wilson(losses.length, outcomes.length),
    losses: [...counts].map(([loss, runs]) => ({ loss, runs })).sort((p, q) => q.runs - p.runs),
    unfinished: outcomes.filter(({ finished }) => !finished).length,
  };
}

/** Wilson's score interval at 95 %, right for fractions near 0 and 1 too (J. ASA 22, 1927). */
export function wilson(hits: number, runs: number): readonly [number, number] {
  const z = 1.959963984540054;
  const p = hits / runs;
  const centre = p + (z * z) / (2 * runs);
  const half = z * Math.sqrt((p * (1 - p)) / runs + (z * z) / (4 * runs * runs));
  const scale = 1 + (z * z) / runs;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
