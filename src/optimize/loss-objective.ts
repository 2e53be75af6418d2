/**
 * A tfjs loss of named parameters as an objective on ℝⁿ, for `minimize`.
 *
 * The parameters give the names, the shapes and the start; their values are never changed. The
 * Hessian at a point is recorded once and serves every product there, until another point is asked.
 */
import { gradient, valueAndGradient } from "../operators/derivatives.js";
import { type CurvatureOperator, hessian } from "../operators/hessian.js";
import {
  countParameters,
  flatten,
  type Loss,
  type Parameters,
  unflatten,
} from "../operators/parameters.js";
import { toMatrix } from "../operators/to-matrix.js";
import { tf } from "../tensor/tf.js";
import type { Objective } from "./objective.js";

export interface LossObjective extends Objective {
  readonly size: number;
  /** The parameters' values when the objective was made. */
  readonly start: Float64Array;
  /** x as named tensors; the caller disposes them. */
  parameters(x: Float64Array): Parameters;
  hessian(x: Float64Array): Float64Array[];
  hvp(x: Float64Array, v: Float64Array): Float64Array;
  valueAndGradient(x: Float64Array): { value: number; gradient: Float64Array };
}

/**
 * @example
 * const f = objective(({ w }) => w.sub(tensor([1, 2])).square().sum(), { w: tensor([0, 0]) });
 * (await minimize(f, f.start, { method: "newton" })).x; // [1, 2]
 */
export function objective(loss: Loss, params: Parameters): LossObjective {
  const start = flatten(params);
  const shapes = Object.fromEntries(
    Object.entries(params).map(([name, t]) => [name, tf.tidy(() => tf.zerosLike(t))]),
  );
  const at = <T>(x: Float64Array, use: (named: Parameters) => T): T => {
    const named = unflatten(x, shapes);
    try {
      return use(named);
    } finally {
      tf.dispose(named);
    }
  };
  let held: { x: Float64Array; operator: CurvatureOperator } | undefined;
  const operatorAt = (x: Float64Array): CurvatureOperator => {
    if (held?.x.every((entry, i) => entry === x[i])) return held.operator;
    held?.operator.dispose();
    const operator = at(x, (named) => hessian(loss, named));
    held = { x: x.slice(), operator };
    return operator;
  };
  return {
    size: countParameters(params),
    start,
    parameters: (x) => unflatten(x, shapes),
    value: (x) => at(x, (named) => tf.tidy(() => loss(named).dataSync()[0] ?? Number.NaN)),
    gradient: (x) => at(x, (named) => gradient(loss, named)),
    valueAndGradient: (x) => at(x, (named) => valueAndGradient(loss, named)),
    hvp: (x, v) => operatorAt(x).apply(v),
    hessian: (x) => toMatrix(operatorAt(x)),
  };
}
