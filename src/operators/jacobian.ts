/**
 * Products with the Jacobian of a model, J = ∂y/∂θ, with y and θ as vectors.
 *
 * Jᵀu is one backward pass. Jv is the derivative of vᵀJᵀu by u, which is a backward pass through
 * the backward pass and needs no forward mode (J. Townsend, "A new trick for calculating Jacobian
 * vector products", 2017).
 */

import { tensor } from "../tensor/tensor.js";
import { tf } from "../tensor/tf.js";
import { balanced, explained, inner, taped } from "./derivatives.js";
import {
  checkedVector,
  checkParameters,
  flatten,
  type Parameters,
  unflatten,
} from "./parameters.js";

/** Any differentiable function of named parameters: predictions, residuals, per-example losses. */
export type Model<P extends Parameters = Parameters> = (params: P) => tf.Tensor;

/**
 * Jv, as long as the model's output has entries.
 *
 * @example
 * jvp(({ x }) => x.square(), { x: tensor([1, 2]) }, Float64Array.of(1, 1)); // [2, 4]
 */
export function jvp<P extends Parameters>(
  model: Model<P>,
  params: P,
  v: ArrayLike<number>,
): Float64Array {
  checkParameters("jvp", params);
  const tangent = checkedVector("jvp", v, params);
  return balanced(() => {
    const direction = unflatten(tangent, params);
    return flatten({ y: pushForward(model, params, direction) });
  });
}

/**
 * Jᵀu, for u as long as the model's output has entries.
 *
 * @example
 * vjp(({ x }) => x.square(), { x: tensor([1, 2]) }, Float64Array.of(1, 10)); // [2, 40]
 */
export function vjp<P extends Parameters>(
  model: Model<P>,
  params: P,
  u: ArrayLike<number>,
): Float64Array {
  checkParameters("vjp", params);
  return balanced(() => {
    const y = output("vjp", model, params);
    const cotangent = tensor(checkedVector("vjp", u, { "the output": y }), y.shape);
    return flatten(taped(() => model(params), params, cotangent).gradients);
  });
}

export function output<P extends Parameters>(who: string, model: Model<P>, params: P): tf.Tensor {
  const y = explained(who, () => model(params));
  if (!(y instanceof tf.Tensor) || y.dtype !== "float32") {
    throw new TypeError(`${who}: the model must return a float tensor`);
  }
  return y;
}

/** Jv as a tensor of the output's shape. */
export function pushForward<P extends Parameters>(
  model: Model<P>,
  params: P,
  direction: Parameters,
): tf.Tensor {
  const u = tf.onesLike(output("jvp", model, params));
  const paired = () => inner(taped(() => model(params), params, u).gradients, direction);
  return taped(paired, { u }).gradients.u!;
}
