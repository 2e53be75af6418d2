/**
 * A test problem: an objective whose start and minima are published.
 *
 * Sums of squares are written term by term: each residual is given with its first and second
 * derivatives at x, as sparse lists, and the objective f = Σrᵢ², its gradient 2Jᵀr and its Hessian
 * 2(JᵀJ + Σ rᵢ∇²rᵢ) follow.
 */
import type { LeastSquaresParts, Objective } from "../objective.js";

export interface Minimum {
  readonly fun: number;
  /** Where it is; absent when the source gives only the value, or the place is at infinity. */
  readonly x?: readonly number[];
}

export interface TestProblem extends Objective {
  readonly name: string;
  readonly start: Float64Array;
  /** Known local minima, the global one first. */
  readonly minima: readonly Minimum[];
  hessian(x: Float64Array): Float64Array[];
}

export interface SumOfSquares extends TestProblem {
  readonly leastSquares: LeastSquaresParts;
}

/** Entries (index, derivative); indices that are absent have derivative 0. */
export type First = readonly (readonly [number, number])[];
/** Entries (row, column, derivative) with row ≥ column, each standing for its mirror image too. */
export type Second = readonly (readonly [number, number, number])[];

/** Adds one residual with its derivatives. */
export type AddTerm = (value: number, first: First, second?: Second) => void;

interface Term {
  readonly value: number;
  readonly first: First;
  readonly second: Second;
}

export function sumOfSquares(
  name: string,
  start: readonly number[],
  minima: readonly Minimum[],
  write: (x: Float64Array, add: AddTerm) => void,
): SumOfSquares {
  const n = start.length;
  const terms = (x: Float64Array): Term[] => {
    const list: Term[] = [];
    write(x, (value, first, second = []) => list.push({ value, first, second }));
    return list;
  };
  const value = (list: readonly Term[]) => list.reduce((sum, term) => sum + term.value ** 2, 0);
  const gradient = (list: readonly Term[]) => {
    const g = new Float64Array(n);
    for (const term of list) for (const [j, d] of term.first) g[j]! += 2 * term.value * d;
    return g;
  };
  return {
    name,
    start: Float64Array.from(start),
    minima,
    value: (x) => value(terms(x)),
    gradient: (x) => gradient(terms(x)),
    valueAndGradient: (x) => {
      const list = terms(x);
      return { value: value(list), gradient: gradient(list) };
    },
    hessian: (x) => hessian(terms(x), n),
    leastSquares: {
      factor: 1,
      residuals: (x) => Float64Array.from(terms(x), (term) => term.value),
      jacobian: (x) => terms(x).map((term) => denseRow(term.first, n)),
    },
  };
}

function hessian(terms: readonly Term[], n: number): Float64Array[] {
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (const { value, first, second } of terms) {
    const dense = denseRow(first, n);
    for (let i = 0; i < n; i++) {
      if (dense[i] === 0) continue;
      for (let j = 0; j < n; j++) rows[i]![j]! += 2 * dense[i]! * dense[j]!;
    }
    for (const [i, j, d] of second) {
      rows[i]![j]! += 2 * value * d;
      if (i !== j) rows[j]![i]! += 2 * value * d;
    }
  }
  return rows;
}

function denseRow(first: First, n: number): Float64Array {
  const row = new Float64Array(n);
  for (const [j, d] of first) row[j]! += d;
  return row;
}
