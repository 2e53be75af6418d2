/**
 * A network is a pure function of named parameters and inputs; its parameters live outside it.
 *
 * That is what derivatives are taken of: `(params) => loss(model.apply(params, inputs), targets)`.
 */
import type * as tf from "@tensorflow/tfjs";

export type Parameters = Record<string, tf.Tensor>;

export interface Network {
  readonly name: string;
  /** Shape of each parameter, in the order in which they are flattened. */
  readonly shapes: { readonly [parameter: string]: readonly number[] };
  /** Fresh parameters; the same for the same seed. The caller disposes of them. */
  initialize(seed: number): Parameters;
  /** Outputs of shape [batch, outputs] for inputs of shape [batch, ...inputShape]. */
  apply(params: Parameters, inputs: tf.Tensor): tf.Tensor2D;
  /** What each hidden layer puts out, by name, where a diagnosis wants to look inside. */
  activations?(params: Parameters, inputs: tf.Tensor): Record<string, tf.Tensor>;
}

/**
 * How many numbers a model's parameters hold together.
 *
 * @example
 * parameterCount(models.mlp({ inputs: 2, hidden: [3], outputs: 1 })); // 13
 */
export function parameterCount(model: Network): number {
  return Object.values(model.shapes).reduce(
    (total, shape) => total + shape.reduce((product, n) => product * n, 1),
    0,
  );
}
