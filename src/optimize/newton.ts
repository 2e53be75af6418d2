/**
 * Pure Newton: x ← x − H⁻¹g, and nothing else.
 *
 * It solves for a zero of the gradient, so it converges to saddles and maxima as gladly as to minima,
 * jumps where H is nearly singular, and may cycle or diverge. It is kept pure on purpose: those
 * failures are what the other methods are for. *Deep Learning*, 4.3.1 and 8.6.1.
 */
import { subtract } from "../operators/vectors.js";
import { ldlt } from "../spectra/ldlt.js";
import type { Solver } from "./solver.js";

export const newton: Solver = (oracle) => (from) => {
  // Only an exact zero is refused: a nearly singular Hessian gives the long jump that it should.
  const factor = ldlt(oracle.hessian(from.x), 0);
  if (factor.inertia.zero > 0) {
    return {
      status: "singular",
      message: `the Hessian is singular (${factor.inertia.zero} pivots are zero)`,
    };
  }
  const point = oracle.at(subtract(from.x, factor.solve(from.gradient)));
  const { positive, negative } = factor.inertia;
  return { point, details: { positive, negative } };
};
