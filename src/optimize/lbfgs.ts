/**
 * L-BFGS: Newton's direction with an inverse Hessian built from the last few steps.
 *
 * Each pair s = Δx, y = Δg teaches the matrix that it maps y to s; the product with −g is formed from
 * m pairs in 4mn operations (the two-loop recursion), and the Wolfe conditions keep sᵀy > 0.
 * Nocedal, Math. Comp. 35, 1980; Liu and Nocedal 1989; Nocedal and Wright, 7.2.
 */
import { axpy, dot, scaled, subtract } from "../operators/vectors.js";
import { wolfe } from "./line-search.js";
import type { Point } from "./objective.js";
import { type Solver, stalled } from "./solver.js";

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly sy: number;
}

export const lbfgs: Solver = (oracle, { memory = 10 }) => {
  let pairs: Pair[] = [];
  return (from) => {
    for (;;) {
      const direction = twoLoop(from.gradient, pairs);
      const first = pairs.length > 0 ? 1 : 1 / Math.max(1, from.gradientNorm);
      const searched = wolfe(oracle, from, direction, first, 0.9);
      if (searched) {
        pairs = remember(pairs, from, searched.point, memory);
        return { point: searched.point, details: { stepSize: searched.stepSize } };
      }
      // Old pairs may mislead: forget them and try the gradient itself before giving up.
      if (pairs.length === 0) return stalled("lbfgs");
      pairs = [];
    }
  };
};

function remember(pairs: readonly Pair[], from: Point, to: Point, memory: number): Pair[] {
  const s = subtract(to.x, from.x);
  const y = subtract(to.gradient, from.gradient);
  const sy = dot(s, y);
  return sy > 1e-16 * dot(y, y) ? [...pairs, { s, y, sy }].slice(-memory) : [...pairs];
}

/** −Hg, H the limited-memory inverse Hessian; scaled by sᵀy/yᵀy of the last pair. */
function twoLoop(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = scaled(-1, gradient);
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, sy } = pairs[i]!;
    alphas[i] = dot(s, q) / sy;
    axpy(-alphas[i]!, y, q);
  }
  const last = pairs.at(-1);
  const r = last ? scaled(last.sy / dot(last.y, last.y), q) : q;
  pairs.forEach(({ s, y, sy }, i) => {
    axpy(alphas[i]! - dot(y, r) / sy, s, r);
  });
  return r;
}
