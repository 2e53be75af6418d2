/**
 * A TensorFlow.js loss of named parameters as an objective on ℝⁿ, for `minimize`.
 *
 * The vector is `flatten(params)`; the parameters give names, shapes and the start, and their values
 * are never changed. The Hessian at a point is recorded once and serves every product there. A loss
 * that is NaN or infinite, because a step went too far, has a gradient of NaN instead of throwing.
 */
import { lossOf, NotANumberError, valueAndGradient } from "../operators/derivatives.js";
import { type CurvatureOperator, hessian } from "../operators/hessian.js";
import {
  countParameters,
  flatten,
  type Loss,
  type Parameters,
  unflatten,
  vectorFor,
} from "../operators/parameters.js";
import { toMatrix } from "../operators/to-matrix.js";
import { tf } from "../tensor/tf.js";
import type { Objective } from "./objective.js";

export interface LossObjective<P extends Parameters = Parameters> extends Objective {
  readonly size: number;
  /** The parameters' values when the objective was made. */
  readonly start: Float64Array;
  /** x as named tensors; the caller disposes them. */
  parameters(x: ArrayLike<number>): P;
  value(x: ArrayLike<number>): number;
  gradient(x: ArrayLike<number>): Float64Array;
  hessian(x: ArrayLike<number>): Float64Array[];
  hvp(x: ArrayLike<number>, v: ArrayLike<number>): Float64Array;
  valueAndGradient(x: ArrayLike<number>): { value: number; gradient: Float64Array };
  /** Frees the recording that is kept for the last point. */
  dispose(): void;
}

/**
 * @example
 * const f = objective(({ w }) => w.sub(tensor([1, 2])).square().sum(), { w: tensor([0, 0]) });
 * (await minimize(f, f.start, { method: "newton" })).x; // [1, 2]
 */
export function objective<P extends Parameters>(loss: Loss<P>, params: P): LossObjective<P> {
  const at = <T>(x: ArrayLike<number>, use: (named: P) => T): T => {
    const named = unflatten(x, params);
    try {
      return use(named);
    } finally {
      tf.dispose(named);
    }
  };
  const value = (x: ArrayLike<number>): number =>
    at(x, (named) => tf.tidy(() => lossOf("objective", loss, named).dataSync()[0] ?? Number.NaN));
  const both = (x: ArrayLike<number>) => {
    try {
      return at(x, (named) => valueAndGradient(loss, named));
    } catch (error) {
      if (!(error instanceof NotANumberError)) throw error;
      return { value: value(x), gradient: new Float64Array(x.length).fill(Number.NaN) };
    }
  };
  let held: { x: Float64Array; operator: CurvatureOperator } | undefined;
  const forget = () => {
    held?.operator.dispose();
    held = undefined;
  };
  const operatorAt = (x: ArrayLike<number>): CurvatureOperator => {
    const last = held;
    if (last?.x.length === x.length && last.x.every((entry, i) => entry === x[i])) {
      return last.operator;
    }
    forget();
    const operator = at(x, (named) => hessian(loss, named));
    held = { x: Float64Array.from(x), operator };
    return operator;
  };
  return {
    size: countParameters(params),
    start: flatten(params),
    parameters: (x) => unflatten(x, params),
    value,
    gradient: (x) => both(x).gradient,
    valueAndGradient: both,
    hvp: (x, v) => operatorAt(x).apply(vectorFor("objective.hvp", v, params)),
    hessian: (x) => toMatrix(operatorAt(x)),
    dispose: forget,
  };
}
