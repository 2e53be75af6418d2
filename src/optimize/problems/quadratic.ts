/**
 * ½(x − c)ᵀA(x − c) with a spectrum of one's choice, in axis-parallel or random directions.
 *
 * On it every claim about conditioning has an exact answer: gradient descent, momentum and conjugate
 * gradients depend on the eigenvalues alone. *Deep Learning*, 4.2 and 8.2.1.
 */
import { addScaled, dot, norm, scaled } from "../../operators/vectors.js";
import { Random } from "../../tensor/random.js";
import type { TestProblem } from "./test-problem.js";

export interface QuadraticOptions {
  /** The stationary point; the origin unless given. */
  readonly centre?: ArrayLike<number>;
  /** Turns the axes to random directions; without it A is diagonal. */
  readonly seed?: number;
}

/**
 * The quadratic with the given eigenvalues. Its start is c + 1 in every coordinate.
 *
 * @example problems.quadratic([1, 100]).value(Float64Array.of(100, 1)) // 5050
 */
export function quadratic(
  spectrum: ArrayLike<number>,
  options: QuadraticOptions = {},
): TestProblem {
  const eigenvalues = Float64Array.from(spectrum);
  const n = eigenvalues.length;
  const centre = Float64Array.from(options.centre ?? new Float64Array(n));
  if (n === 0 || centre.length !== n) {
    throw new RangeError(`quadratic: ${n} eigenvalues and a centre of ${centre.length} entries`);
  }
  const turn = options.seed === undefined ? (v: Float64Array) => v : reflection(n, options.seed);
  const multiply = (v: Float64Array) => turn(turn(v).map((entry, i) => eigenvalues[i]! * entry));
  const away = (x: Float64Array) => addScaled(x, -1, centre);
  return {
    name: `quadratic of ${n} eigenvalues`,
    start: centre.map((entry) => entry + 1),
    minima: eigenvalues.every((value) => value >= 0) ? [{ fun: 0, x: [...centre] }] : [],
    value: (x) => 0.5 * dot(away(x), multiply(away(x))),
    gradient: (x) => multiply(away(x)),
    hessian: () =>
      Array.from({ length: n }, (_, i) => {
        const unit = new Float64Array(n);
        unit[i] = 1;
        return multiply(unit);
      }),
    hvp: (_, v) => multiply(v),
  };
}

/** v ↦ v − 2u(uᵀv), u a random unit vector: its own inverse. */
function reflection(n: number, seed: number): (v: Float64Array) => Float64Array {
  const random = new Random(seed).normals(n);
  const u = scaled(1 / norm(random), random);
  return (v) => addScaled(v, -2 * dot(u, v), u);
}
