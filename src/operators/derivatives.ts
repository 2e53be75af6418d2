/**
 * Values, gradients and Hessian-vector products of a loss, at a point, once.
 *
 * For many products at one point, `hessian` runs the forward pass once and serves them all.
 */
import { tf } from "../tensor/tf.js";
import { connectionGuard, derive, observing } from "../tensor/trace/index.js";
import {
  checkedVector,
  checkFunction,
  checkParameters,
  type Loss,
  type Parameters,
  unflatten,
} from "./parameters.js";

/** Thrown where a loss is NaN or infinite; an optimiser that steps too far catches it. */
export class NotANumberError extends RangeError {
  override readonly name = "NotANumberError";
}

export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * L(θ) and ∇L(θ). A parameter that the loss does not use has gradient zero.
 *
 * @example
 * valueAndGradient(({ x }) => x.square().sum(), { x: tensor([1, 2]) });
 * // { value: 5, gradient: [2, 4] }
 */
export function valueAndGradient<P extends Parameters>(loss: Loss<P>, params: P): ValueAndGradient {
  return differentiated("valueAndGradient", loss, params);
}

/**
 * ∇L(θ).
 *
 * @example
 * gradient(({ x }) => x.square().sum(), { x: tensor([1, 2]) }); // [2, 4]
 */
export function gradient<P extends Parameters>(loss: Loss<P>, params: P): Float64Array {
  return differentiated("gradient", loss, params).gradient;
}

function differentiated<P extends Parameters>(
  who: string,
  loss: Loss<P>,
  params: P,
): ValueAndGradient {
  checkParameters(who, params);
  checkFunction(who, "loss", loss);
  return balanced(() => {
    let value = Number.NaN;
    const found = derive("gradient", loss, {
      roots: Object.values(params),
      seeds: [],
      loss: () => {
        const y = lossOf(who, loss, params);
        value = checkedValue(y, params);
        return y;
      },
      byTape: (evaluate) => Object.values(taped(evaluate, params).gradients),
    });
    return { value, gradient: found };
  });
}

/**
 * H(θ)v, the Hessian of the loss times a vector, by differentiating gᵀv.
 *
 * @example
 * hvp(({ x }) => x.square().sum(), { x: tensor([1, 2]) }, Float64Array.of(1, 0)); // [2, 0]
 */
export function hvp<P extends Parameters>(
  loss: Loss<P>,
  params: P,
  v: ArrayLike<number>,
): Float64Array {
  checkParameters("hvp", params);
  checkFunction("hvp", "loss", loss);
  const tangent = checkedVector("hvp", v, params);
  return balanced(() => {
    const direction = unflatten(tangent, params);
    return derive("hvp", loss, {
      roots: Object.values(params),
      seeds: Object.values(direction),
      loss: () => {
        const y = lossOf("hvp", loss, params);
        checkedValue(y, params);
        return y;
      },
      byTape: (evaluate) => {
        const slope = () => inner(taped(evaluate, params).gradients, direction);
        const guard = connectionGuard(Object.values(params));
        return observing(guard, () => Object.values(taped(slope, params).gradients));
      },
    });
  });
}

/** Σ ⟨aᵢ, bᵢ⟩ over the tensors of two records. */
export function inner(a: Parameters, b: Parameters): tf.Tensor {
  const terms = Object.keys(a).map((name) => tf.sum(tf.mul(a[name]!, b[name]!)));
  return terms.reduce((total, term) => tf.add(total, term));
}

export interface Taped {
  readonly value: tf.Tensor;
  readonly gradients: Parameters;
}

/** f's value and Jᵀdy by parameter, dy being 1 by default; zeros where f does not depend on one. */
export function taped(f: () => tf.Tensor, params: Parameters, dy?: tf.Tensor): Taped {
  const names = Object.keys(params);
  const { value, grads } = tf.engine().gradients(f, Object.values(params), dy, true);
  const found: readonly (tf.Tensor | undefined)[] = grads;
  const gradients = names.map((name, i) => [name, found[i] ?? tf.zerosLike(params[name]!)]);
  return { value, gradients: Object.fromEntries(gradients) };
}

/** The loss at the parameters, a float scalar; errors begin with `who`. */
export function lossOf<P extends Parameters>(who: string, loss: Loss<P>, params: P): tf.Tensor {
  return scalar(
    explained(who, () => loss(params)),
    who,
  );
}

export function scalar(value: tf.Tensor, who: string): tf.Tensor {
  const isScalar = value instanceof tf.Tensor && value.size === 1 && value.dtype === "float32";
  if (!isScalar) {
    throw new RangeError(
      `${who}: the loss must return one number, a scalar float tensor; found ${described(value)}`,
    );
  }
  return value.rank === 0 ? value : tf.reshape(value, []);
}

function described(value: unknown): string {
  if (value instanceof tf.Tensor) return `${value.dtype} of shape [${value.shape.join(", ")}]`;
  return value instanceof Promise ? "a promise: a loss cannot be async" : typeof value;
}

/** tfjs looks for the backend of a tensor's data, and finds none once the tensor is disposed. */
export function explained<T>(who: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof TypeError && error.message.includes("reading 'backend'")) {
      throw new Error(`${who}: the loss reads a tensor that has been disposed`, { cause: error });
    }
    throw error;
  }
}

/** Throws where the model's output holds NaN. */
export function checkOutput(y: tf.Tensor, params: Parameters): void {
  if (y.dataSync().some((entry) => Number.isNaN(entry))) throw notANumber("the output", params);
}

export function checkedValue(value: tf.Tensor, params: Parameters): number {
  const number = value.dataSync()[0] ?? Number.NaN;
  if (Number.isFinite(number)) return number;
  if (Number.isNaN(number)) throw notANumber("the loss", params);
  throw new NotANumberError(
    `the loss is ${number}: look for a division by zero, the logarithm of zero, or numbers too large ` +
      "for the backend, such as exp of a large one",
  );
}

function notANumber(what: string, params: Parameters): NotANumberError {
  for (const [name, t] of Object.entries(params)) {
    const at = t.dataSync().findIndex((entry) => Number.isNaN(entry));
    if (at >= 0) {
      return new NotANumberError(
        `${what} is NaN: parameter "${name}" is NaN at entry ${at} of ${t.size}`,
      );
    }
  }
  return new NotANumberError(
    `${what} is NaN although every parameter is a number: look for NaN in the data, a division by ` +
      "zero, or the logarithm of a negative number",
  );
}

/** Runs f and disposes every tensor that it made, also when it throws. */
export function balanced<T>(f: () => T): T {
  const engine = tf.engine();
  engine.startScope("curvlab");
  try {
    return f();
  } catch (error) {
    disposeTape();
    throw error;
  } finally {
    engine.endScope();
  }
}

/** tfjs keeps what a gradient saved until the gradient ends; one that throws never does. */
function disposeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) tf.dispose(node.saved ?? []);
  state.activeTape = [];
}
