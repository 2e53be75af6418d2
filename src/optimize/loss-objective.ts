/**
 * A TensorFlow.js loss of named parameters as an objective on ℝⁿ, for `minimize`.
 *
 * The vector is `flatten(params)`; the parameters give names, shapes and the start, and their values
 * are never changed. The Hessian at a point is recorded once and serves every product there. A loss
 * that is NaN, because a step went too far, reads as NaN instead of throwing.
 */
import { NotANumberError, valueAndGradient } from "../operators/derivatives.js";
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

export interface LossObjective<P extends Parameters = Parameters> extends Objective {
  readonly size: number;
  /** The parameters' values when the objective was made. */
  readonly start: Float64Array;
  /** x as named tensors; the caller disposes them. */
  parameters(x: Float64Array): P;
  hessian(x: Float64Array): Float64Array[];
  hvp(x: Float64Array, v: Float64Array): Float64Array;
  valueAndGradient(x: Float64Array): { value: number; gradient: Float64Array };
  /** Frees the recording that is kept for the last point. */
  dispose(): void;
}

/**
 * @example
 * const f = objective(({ w }) => w.sub(tensor([1, 2])).square().sum(), { w: tensor([0, 0]) });
 * (await minimize(f, f.start, { method: "newton" })).x; // [1, 2]
 */
export function objective<P extends Parameters>(loss: Loss<P>, params: P): LossObjective<P> {
  const at = <T>(x: Float64Array, use: (named: P) => T): T => {
    const named = unflatten(x, params);
    try {
      return use(named);
    } finally {
      tf.dispose(named);
    }
  };
  const both = (x: Float64Array) => {
    try {
      return at(x, (named) => valueAndGradient(loss, named));
    } catch (error) {
      if (!(error instanceof NotANumberError)) throw error;
      return { value: Number.NaN, gradient: new Float64Array(x.length).fill(Number.NaN) };
    }
  };
  let held: { x: Float64Array; operator: CurvatureOperator } | undefined;
  const forget = () => {
    held?.operator.dispose();
    held = undefined;
  };
  const operatorAt = (x: Float64Array): CurvatureOperator => {
    if (held?.x.every((entry, i) => entry === x[i])) return held.operator;
    forget();
    const operator = at(x, (named) => hessian(loss, named));
    held = { x: x.slice(), operator };
    return operator;
  };
  return {
    size: countParameters(params),
    start: flatten(params),
    parameters: (x) => unflatten(x, params),
    value: (x) => at(x, (named) => tf.tidy(() => loss(named).dataSync()[0] ?? Number.NaN)),
    gradient: (x) => both(x).gradient,
    valueAndGradient: both,
    hvp: (x, v) => operatorAt(x).apply(v),
    hessian: (x) => toMatrix(operatorAt(x)),
    dispose: forget,
  };
}
