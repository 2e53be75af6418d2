/**
 * Surfaces whose critical points are published, as sums of terms with their derivatives.
 *
 * Each is given by f and its first and second derivatives in the plane, by hand.
 */
import type { ObjectiveSpec } from "../../src/optimize/objective.js";

type Planar = (
  x: number,
  y: number,
) => {
  readonly value: number;
  readonly gradient: readonly [number, number];
  /** ∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y². */
  readonly second: readonly [number, number, number];
};

function surface(at: Planar): ObjectiveSpec {
  return {
    value: ([x = 0, y = 0]) => at(x, y).value,
    gradient: ([x = 0, y = 0]) => at(x, y).gradient,
    hessian: ([x = 0, y = 0]) => {
      const [xx, xy, yy] = at(x, y).second;
      return [
        [xx, xy],
        [xy, yy],
      ];
    },
  };
}

/** f(x) + f(y) for a function of one variable. */
function twice(f: (x: number) => readonly [number, number, number]): ObjectiveSpec {
  return surface((x, y) => {
    const [[p, dp, ddp], [q, dq, ddq]] = [f(x), f(y)];
    return { value: p + q, gradient: [dp, dq], second: [ddp, 0, ddq] };
  });
}

/** ½Σ(x⁴ − 16x² + 5x): 3² critical points. */
export const styblinskiTang = twice((x) => [
  0.5 * (x ** 4 - 16 * x * x + 5 * x),
  2 * x ** 3 - 16 * x + 2.5,
  6 * x * x - 16,
]);

const TURN = 2 * Math.PI;
/** Σ(10 + x² − 10 cos 2πx): a minimum near each pair of whole numbers. */
export const rastrigin = twice((x) => [
  10 + x * x - 10 * Math.cos(TURN * x),
  2 * x + 10 * TURN * Math.sin(TURN * x),
  2 + 10 * TURN ** 2 * Math.cos(TURN * x),
]);

export const threeHumpCamel = surface((x, y) => ({
  value: 2 * x * x - 1.05 * x ** 4 + x ** 6 / 6 + x * y + y * y,
  gradient: [4 * x - 4.2 * x ** 3 + x ** 5 + y, x + 2 * y],
  second: [4 - 12.6 * x * x + 5 * x ** 4, 1, 2],
}));

export const sixHumpCamel = surface((x, y) => ({
  value: (4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (-4 + 4 * y * y) * y * y,
  gradient: [8 * x - 8.4 * x ** 3 + 2 * x ** 5 + y, x - 8 * y + 16 * y ** 3],
  second: [8 - 25.2 * x * x + 10 * x ** 4, 1, -8 + 48 * y * y],
}));

export const branin = surface((x, y) => {
  const [b, c, t] = [5.1 / (4 * Math.PI ** 2), 5 / Math.PI, 1 / (8 * Math.PI)];
  const inner = y - b * x * x + c * x - 6;
  const slope = c - 2 * b * x;
  return {
    value: inner ** 2 + 10 * (1 - t) * Math.cos(x) + 10,
    gradient: [2 * inner * slope - 10 * (1 - t) * Math.sin(x), 2 * inner],
    second: [2 * slope ** 2 - 4 * b * inner - 10 * (1 - t) * Math.cos(x), 2 * slope, 2],
  };
});

/** Müller and Brown's model of a reaction: A·exp(a(x−X)² + b(x−X)(y−Y) + c(y−Y)²), four times. */
const WELLS = [
  [-200, -1, 0, -10, 1, 0],
  [-100, -1, 0, -10, 0, 0.5],
  [-170, -6.5, 11, -6.5, -0.5, 1.5],
  [15, 0.7, 0.6, 0.7, -1, 1],
] as const;

export const mullerBrown = surface((x, y) => {
  let value = 0;
  const gradient: [number, number] = [0, 0];
  const second: [number, number, number] = [0, 0, 0];
  for (const [height, a, b, c, x0, y0] of WELLS) {
    const [u, v] = [x - x0, y - y0];
    const e = height * Math.exp(a * u * u + b * u * v + c * v * v);
    const [p, q] = [2 * a * u + b * v, b * u + 2 * c * v];
    value += e;
    gradient[0] += e * p;
    gradient[1] += e * q;
    second[0] += e * (p * p + 2 * a);
    second[1] += e * (p * q + b);
    second[2] += e * (q * q + 2 * c);
  }
  return { value, gradient, second };
});
