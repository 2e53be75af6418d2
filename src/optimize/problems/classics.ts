/**
 * Small objectives on which the text books show what can go wrong, in one and two variables.
 *
 * The scalar ones are where Newton's method fails in each of its ways; `cubicRoot` has the gradient
 * x³ − 2x + 2, whose root Newton's iteration for that equation seeks. *Deep Learning*, 4.3 and 8.2.
 */
import type { Minimum, TestProblem } from "./test-problem.js";

/** An objective of one variable from its value and two derivatives. */
function scalar(
  name: string,
  start: number,
  minima: readonly Minimum[],
  f: (x: number) => number,
  derivative: (x: number) => number,
  second: (x: number) => number,
): TestProblem {
  return {
    name,
    start: Float64Array.of(start),
    minima,
    value: (x) => f(x[0]!),
    gradient: (x) => Float64Array.of(derivative(x[0]!)),
    hessian: (x) => [Float64Array.of(second(x[0]!))],
    hvp: (x, v) => Float64Array.of(second(x[0]!) * v[0]!),
  };
}

function planar(
  name: string,
  start: readonly [number, number],
  minima: readonly Minimum[],
  f: (x: number, y: number) => number,
  derivative: (x: number, y: number) => readonly [number, number],
  second: (x: number, y: number) => readonly [number, number, number],
): TestProblem {
  const hessian = (x: Float64Array) => {
    const [xx, xy, yy] = second(x[0]!, x[1]!);
    return [Float64Array.of(xx, xy), Float64Array.of(xy, yy)];
  };
  return {
    name,
    start: Float64Array.from(start),
    minima,
    value: (x) => f(x[0]!, x[1]!),
    gradient: (x) => Float64Array.from(derivative(x[0]!, x[1]!)),
    hessian,
    hvp: (x, v) => Float64Array.from(hessian(x), (row) => row[0]! * v[0]! + row[1]! * v[1]!),
  };
}

/** Four minima at 0, four saddles and a maximum (Himmelblau 1972). */
export const himmelblau = planar(
  "Himmelblau",
  [0, 0],
  [
    { fun: 0, x: [3, 2] },
    { fun: 0, x: [-2.805118086952745, 3.131312518250573] },
    { fun: 0, x: [-3.779310253377747, -3.283185991286169] },
    { fun: 0, x: [3.584428340330492, -1.848126526964404] },
  ],
  (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
  (x, y) => [
    4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
    2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
  ],
  (x, y) => [12 * x * x + 4 * y - 42, 4 * (x + y), 12 * y * y + 4 * x - 26],
);

/** x³ − 3xy²: at the origin gradient and Hessian vanish, and Newton halves the distance to it. */
export const monkeySaddle = planar(
  "Monkey saddle",
  [1, 0.5],
  [],
  (x, y) => x ** 3 - 3 * x * y * y,
  (x, y) => [3 * x * x - 3 * y * y, -6 * x * y],
  (x, y) => [6 * x, -6 * y, -6 * x],
);

/** f' = x³ − 2x + 2: from 0 Newton cycles 0, 1, 0, 1 …; the root is −1.7692923542386314. */
export const cubicRoot = scalar(
  "x⁴/4 − x² + 2x",
  0,
  [{ fun: -4.219136248741586, x: [-1.7692923542386314] }],
  (x) => x ** 4 / 4 - x * x + 2 * x,
  (x) => x ** 3 - 2 * x + 2,
  (x) => 3 * x * x - 2,
);

/** x⁴: the Hessian vanishes at the minimum, and Newton only shrinks x by ⅔. */
export const quartic = scalar(
  "x⁴",
  1,
  [{ fun: 0, x: [0] }],
  (x) => x ** 4,
  (x) => 4 * x ** 3,
  (x) => 12 * x * x,
);

/** √(1 + x²): Newton maps x to −x³ and diverges from |x| > 1. */
export const hyperbola = scalar(
  "√(1 + x²)",
  1.1,
  [{ fun: 1, x: [0] }],
  (x) => Math.hypot(1, x),
  (x) => x / Math.hypot(1, x),
  (x) => Math.hypot(1, x) ** -3,
);

/** log cosh x: convex, yet Newton diverges beyond |x| = 1.0886594925. */
export const logCosh = scalar(
  "log cosh x",
  1.1,
  [{ fun: 0, x: [0] }],
  (x) => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
  (x) => Math.tanh(x),
  (x) => 1 / Math.cosh(x) ** 2,
);

/** x·arctan x − ½ln(1 + x²), whose gradient is arctan x: Newton diverges beyond 1.3917452003. */
export const arctangent = scalar(
  "x·arctan x − ½ln(1 + x²)",
  1.4,
  [{ fun: 0, x: [0] }],
  (x) => x * Math.atan(x) - 0.5 * Math.log1p(x * x),
  (x) => Math.atan(x),
  (x) => 1 / (1 + x * x),
);
