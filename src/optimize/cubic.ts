/**
 * Adaptive cubic regularisation (ARC): minimise gᵀs + ½sᵀHs + ⅓σ‖s‖³ and adapt σ.
 *
 * The cubic term bounds the model below whatever H is, and stands for the error of the quadratic one:
 * σ is quartered where the model is right and quadrupled where it is not. The minimiser is
 * s = −(H + λI)⁻¹g with λ = σ‖s‖, found exactly in the eigenbasis. Nesterov and Polyak 2006; Cartis,
 * Gould and Toint, Math. Program. 127, 2011.
 */
import { addScaled, combine, dot, norm } from "../operators/vectors.js";
import { eigh } from "../spectra/eigh.js";
import { agreement, modelChange } from "./objective.js";
import { shiftedStep } from "./shifted-step.js";
import { type Solver, stalled } from "./solver.js";

export const cubic: Solver = (oracle, { damping = 1 }) => {
  let sigma = damping;
  return (from) => {
    const eigen = eigh(oracle.hessian(from.x));
    for (;;) {
      const { step, multiplier } = shiftedStep(eigen, from.gradient, {
        inverse: (lambda) => sigma / lambda,
        slope: (lambda) => -sigma / lambda ** 2,
        bound: (size) => Math.sqrt(sigma * size),
        // λ = σ‖s‖ is 0 only for a step of length 0.
        allowsNewton: (length) => length === 0,
      });
      const length = norm(step);
      if (!(length > 2 ** -54 * norm(from.x))) return stalled("cubic");
      const coordinates = eigen.eigenvectors.map((q, i) => eigen.eigenvalues[i]! * dot(q, step));
      const image = combine(eigen.eigenvectors, coordinates, step.length);
      const predicted = -modelChange(from.gradient, step, image);
      const point = oracle.at(addScaled(from.x, 1, step));
      const used = sigma;
      const ratio = agreement(from, point, predicted - (sigma / 3) * length ** 3);
      if (!(ratio >= 0.1)) sigma *= 4;
      else if (ratio > 0.9) sigma = Math.max(1e-16, sigma / 4);
      if (ratio > 1e-4) return { point, details: { sigma: used, multiplier, ratio } };
    }
  };
};
