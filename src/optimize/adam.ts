/**
 * Adam: each coordinate moves by its mean gradient over its root mean square gradient.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², x ← x − η·m̂/(√v̂ + 1e-8), where m̂ and v̂ undo the bias
 * of starting at zero. Kingma and Ba, ICLR 2015; *Deep Learning*, 8.5.3.
 */
import type { Solver } from "./solver.js";

const EPSILON = 1e-8;

export const adam: Solver = (oracle, { stepSize = 0.001, beta1 = 0.9, beta2 = 0.999 }) => {
  const mean = new Float64Array(oracle.size);
  const square = new Float64Array(oracle.size);
  let time = 0;
  return (from) => {
    time += 1;
    const x = from.x.slice();
    const meanScale = 1 - beta1 ** time;
    const squareScale = 1 - beta2 ** time;
    from.gradient.forEach((g, i) => {
      mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
      square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
      x[i]! -= (stepSize * mean[i]!) / meanScale / (Math.sqrt(square[i]! / squareScale) + EPSILON);
    });
    return { point: oracle.at(x), details: { stepSize } };
  };
};
