/**
 * The Hessian of a loss as an operator: H(θ)v = ∇(∇L(θ)ᵀv), Pearlmutter, "Fast exact multiplication
 * by the Hessian", Neural Computation 6 (1994), here by differentiating the gradient.
 */
import type { tf } from "../tensor/tf.js";
import { connectionGuard, observing } from "../tensor/trace/index.js";
import { checkedValue, inner, lossOf, taped } from "./derivatives.js";
import type { LinearOperator } from "./linear-operator.js";
import { type LinearMap, linearize } from "./linearize.js";
import { checkOptionNames } from "./option-names.js";
import { checkFunction, checkParameters, type Loss, type Parameters } from "./parameters.js";

/** An operator that holds tensors until it is disposed or collected. */
export interface CurvatureOperator extends LinearOperator {
  dispose(): void;
  /** The bytes of the tensors that it holds. */
  readonly bytes: number;
}

export interface HessianOptions {
  /** The names of the parameters to differentiate by; the others stay constant. All by default. */
  readonly only?: readonly string[];
}

/**
 * ∇²L(θ) at the present values of the parameters, symmetric, of the size of all parameters or of
 * those named in `only`: the diagonal block of a layer.
 *
 * Cost: about five gradients to make; a product costs one to two. Blocks of products of small nets run
 * together, at a half to a tenth of the cost each.
 *
 * @example
 * const H = hessian(({ x }) => x.pow(3).sum(), { x: tensor([1, 2]) });
 * H.apply(Float64Array.of(1, 1)); // [6, 12]
 */
export function hessian<P extends Parameters>(
  loss: Loss<P>,
  params: P,
  options: HessianOptions = {},
): CurvatureOperator {
  checkParameters("hessian", params);
  checkFunction("hessian", "loss", loss);
  checkOptionNames("hessian", options, ["only"]);
  const chosen = choose("hessian", params, options.only);
  const map = linearize("hessian", chosen, (direction) => {
    const slope = () => {
      const { value, gradients } = taped(() => lossOf("hessian", loss, params), chosen);
      checkedValue(value, params);
      return inner(gradients, direction);
    };
    const guard = connectionGuard(Object.values(chosen));
    return observing(guard, () => Object.values(taped(slope, chosen).gradients));
  });
  return asOperator(map);
}

export function asOperator(map: LinearMap): CurvatureOperator {
  return {
    size: map.inputSize,
    bytes: map.bytes,
    apply: (v) => map.apply(v),
    applyBlock: (vs) => map.applyBlock(vs),
    dispose: () => map.dispose(),
  };
}

export function choose(
  who: string,
  params: Parameters,
  only: readonly string[] | undefined,
): Parameters {
  if (only === undefined) return params;
  const names = Object.keys(params);
  if (!Array.isArray(only)) {
    throw new TypeError(
      `${who}: only is ${typeof only}; a list of names is needed: ["${names[0]}"]`,
    );
  }
  const repeated = only.find((name, i) => only.indexOf(name) !== i);
  if (repeated !== undefined) throw new RangeError(`${who}: only names "${repeated}" twice`);
  if (only.length === 0) throw new RangeError(`${who}: only names no parameter`);
  const chosen = only.map((name): [string, tf.Tensor] => {
    const found = params[name];
    if (found === undefined) {
      throw new RangeError(
        `${who}: there is no parameter "${name}"; there are ${names.join(", ")}`,
      );
    }
    return [name, found];
  });
  return Object.fromEntries(chosen);
}
