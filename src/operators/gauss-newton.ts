/**
 * The generalised Gauss-Newton matrix and the empirical Fisher matrix.
 *
 * G = Jᵀ ∇²L J with J the Jacobian of the model's output and ∇²L the Hessian of the loss in the
 * output: the part of the Hessian that is positive semidefinite for a convex L. Schraudolph, "Fast
 * curvature matrix-vector products for second-order gradient descent", 2002.
 */
import { tf } from "../tensor/tf.js";
import { connectionGuard, observing } from "../tensor/trace/index.js";
import { checkOutput, inner, lossOf, taped } from "./derivatives.js";
import { asOperator, type CurvatureOperator } from "./hessian.js";
import { type Model, output, pushForward } from "./jacobian.js";
import { linearize } from "./linearize.js";
import { checkFunction, checkParameters, type Parameters } from "./parameters.js";

/**
 * Jᵀ ∇²L(y) J at the present values of the parameters, y = model(params), L = outputLoss.
 *
 * Cost: about six gradients to make; a product costs one to two.
 *
 * @example
 * // y = w·x with L = ½‖y − t‖²: G = xxᵀ, whatever t is.
 * const model = ({ w }: { w: tf.Tensor }) => w.mul(tensor([1, 2])).sum();
 * const G = gaussNewton(model, (y) => y.sub(7).square().mul(0.5), { w: tensor([0, 0]) });
 * G.apply(Float64Array.of(1, 0)); // [1, 2]
 */
export function gaussNewton<P extends Parameters>(
  model: Model<P>,
  outputLoss: (y: tf.Tensor) => tf.Tensor,
  params: P,
): CurvatureOperator {
  checkParameters("gaussNewton", params);
  checkFunction("gaussNewton", "model", model);
  checkFunction("gaussNewton", "output loss", outputLoss);
  const map = linearize("gaussNewton", params, (direction) => {
    const y = output("gaussNewton", model, params);
    checkOutput(y, params);
    const tangent = pushForward(model, params, direction);
    const slope = () => {
      const { gradients } = taped(() => lossOf("gaussNewton", () => outputLoss(y), params), { y });
      return inner(gradients, { y: tangent });
    };
    const curved = observing(connectionGuard([y]), () => taped(slope, { y }).gradients.y!);
    return Object.values(taped(() => model(params), params, curved).gradients);
  });
  return asOperator(map);
}

/**
 * (1/N) Σ gᵢgᵢᵀ with gᵢ the gradient of the i-th of N per-example losses, which the function returns
 * as a tensor of N entries.
 *
 * @example
 * // Losses θ and 2θ: gradients 1 and 2, so F = (1 + 4) / 2.
 * empiricalFisher(({ x }) => x.mul(tensor([1, 2])), { x: tensor(3) }).apply(Float64Array.of(1)); // [2.5]
 */
export function empiricalFisher<P extends Parameters>(
  losses: Model<P>,
  params: P,
): CurvatureOperator {
  return gaussNewton(losses, (y) => tf.mul(0.5, tf.mean(tf.square(y))), params);
}
