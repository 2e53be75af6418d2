/**
 * The whole spectrum of a symmetric operator as a distribution, by stochastic Lanczos quadrature.
 *
 * k Lanczos steps from a random unit vector give a Gauss rule whose nodes are the eigenvalues of T and
 * whose weights are the squared first entries of its eigenvectors; it integrates polynomials up to
 * degree 2k − 1 exactly against that vector's spectral measure. Averaged over vectors it stands for
 * (1/n) Σ δ(λ − λᵢ). Golub and Meurant 2010; Ubaru, Chen and Saad 2017; Lin, Saad and Yang 2016.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { type LongWork, Pace } from "../operators/pace.js";
import { Random } from "../tensor/random.js";
import { checkedOperator } from "./checked-operator.js";
import { lanczos } from "./lanczos.js";
import {
  checkBudget,
  checkProbe,
  drawProbe,
  meanOf,
  type ProbeLaw,
  type ProductProgress,
} from "./probes.js";
import { tridiagonalEigh } from "./tridiagonal-eigh.js";

export interface SpectralDensityOptions extends LongWork<ProductProgress> {
  /** Lanczos steps a vector; 80, or n if that is less. */
  readonly steps?: number;
  /** Random vectors; 10. */
  readonly vectors?: number;
  readonly probe?: ProbeLaw;
  readonly seed?: number;
}

export interface SpectralDensity {
  /** Ascending; eigenvalues of A are spread as the weights are over the nodes. */
  readonly nodes: Float64Array;
  /** Non-negative; they sum to 1. */
  readonly weights: Float64Array;
  readonly products: number;
  /** ∫ f dμ ≈ (1/n) Σ f(λᵢ), with its standard error over the vectors. */
  integrate(f: (eigenvalue: number) => number): { value: number; standardError: number };
  /** The density at each point of a grid, every node widened to a normal of that deviation. */
  smooth(grid: ArrayLike<number>, deviation: number): Float64Array;
}

const optionNames: readonly (keyof SpectralDensityOptions)[] = [
  "steps",
  "vectors",
  "probe",
  "seed",
  "onProgress",
  "signal",
];

interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * @example
 * const density = await spectralDensity([[1, 0], [0, 3]]);
 * density.integrate((x) => x).value // 2, the mean eigenvalue
 */
export async function spectralDensity(
  matrix: LinearOperator | Rows,
  options: SpectralDensityOptions = {},
): Promise<SpectralDensity> {
  const op = checkedOperator("spectralDensity", matrix);
  checkOptionNames("spectralDensity", options, optionNames);
  const { vectors = 10, probe = "rademacher", seed = 0 } = options;
  const steps = options.steps ?? Math.min(80, op.size);
  checkBudget("spectralDensity", "vectors", vectors, 1);
  checkBudget("spectralDensity", "steps", steps, 1);
  checkProbe("spectralDensity", probe);
  if (steps > op.size) {
    throw new RangeError(
      `spectralDensity: steps = ${steps} is more than the operator's size ${op.size}`,
    );
  }
  const pace = new Pace(options.signal);
  const random = new Random(seed);
  const rules: Rule[] = [];
  let products = 0;
  for (let i = 0; i < vectors; i++) {
    await pace.step();
    const start = drawProbe(random, probe, op.size);
    const before = products;
    const run = await lanczos(op, {
      k: steps,
      start,
      ...(options.signal && { signal: options.signal }),
      onProgress: (lanczosDone) => {
        const done = before + lanczosDone.products;
        options.onProgress?.({ done, products: done, of: vectors * steps });
      },
    });
    products += run.products;
    rules.push(gaussRule(run.diagonal, run.offDiagonal));
  }
  return density(rules, products);
}

function gaussRule(diagonal: Float64Array, offDiagonal: Float64Array): Rule {
  const { eigenvalues, vectors } = tridiagonalEigh(diagonal, offDiagonal);
  const k = diagonal.length;
  return { nodes: eigenvalues, weights: eigenvalues.map((_, i) => vectors[i * k]! ** 2) };
}

function density(rules: readonly Rule[], products: number): SpectralDensity {
  const pairs = rules
    .flatMap(({ nodes, weights }) => Array.from(nodes, (x, i) => [x, weights[i]!] as const))
    .sort((p, q) => p[0] - q[0]);
  const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
  const nodes = Float64Array.from(pairs, ([node]) => node);
  const weights = Float64Array.from(pairs, ([, weight]) => weight / total);
  return {
    nodes,
    weights,
    products,
    integrate: (f) =>
      meanOf(
        rules.map((rule) => rule.nodes.reduce((sum, x, i) => sum + rule.weights[i]! * f(x), 0)),
      ),
    smooth(grid, deviation) {
      if (!(deviation > 0)) {
        throw new RangeError(`smooth: the deviation is ${deviation}; a positive one is needed`);
      }
      const height = 1 / (deviation * Math.sqrt(2 * Math.PI));
      return Float64Array.from({ length: grid.length }, (_, g) =>
        nodes.reduce((sum, node, i) => {
          const distance = (grid[g]! - node) / deviation;
          return sum + weights[i]! * height * Math.exp(-0.5 * distance * distance);
        }, 0),
      );
    },
  };
}
