/**
 * Momentum: steps that remember, by Polyak's heavy ball and by Nesterov's accelerated gradient.
 *
 * Heavy ball: v ← βv − η∇f(x), x ← x + v; stable on a quadratic while λ < (2 + 2β)/η.
 * Nesterov: x' = y − η∇f(y), y' = x' + β(x' − x), with y the point that is reported; stable while
 * λ < (2 + 2β)/(η(1 + 2β)). Polyak 1964; Nesterov 1983; *Deep Learning*, 8.3.2 and 8.3.3.
 */
import { addScaled, axpy, scaled, subtract } from "../operators/vectors.js";
import type { Solver } from "./solver.js";

export const momentum: Solver = (oracle, { stepSize = 0.01, momentum: beta = 0.9 }) => {
  let velocity: Float64Array | undefined;
  return (from) => {
    velocity = scaled(beta, velocity ?? new Float64Array(from.x.length));
    axpy(-stepSize, from.gradient, velocity);
    return { point: oracle.at(addScaled(from.x, 1, velocity)), details: { stepSize } };
  };
};

export const nesterov: Solver = (oracle, { stepSize = 0.01, momentum: beta = 0.9 }) => {
  let behind: Float64Array | undefined;
  return (from) => {
    const x = addScaled(from.x, -stepSize, from.gradient);
    const ahead = addScaled(x, beta, subtract(x, behind ?? from.x));
    behind = x;
    return { point: oracle.at(ahead), details: { stepSize } };
  };
};
