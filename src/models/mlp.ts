/**
 * A fully connected network: x → act(x·W₁ + b₁) → … → x·W + b.
 *
 * Parameters are named layer1.weights, layer1.bias, …, output.weights, output.bias.
 */
import type * as tf from "@tensorflow/tfjs";
import {
  type Activation,
  activations,
  checkActivation,
  checkLists,
  checkSizes,
  gainOf,
  initialParameters,
} from "./layers.js";
import type { Network, Parameters } from "./network.js";

export interface MlpOptions {
  readonly inputs: number;
  /** Width of each hidden layer. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation?: Activation;
  /** Scale of the output layer's first weights; 1 unless given. */
  readonly outputGain?: number;
}

/**
 * A multilayer perceptron; inputs of any shape are flattened to [batch, inputs].
 *
 * @example
 * const net = mlp({ inputs: 2, hidden: [16, 16], outputs: 1 });
 * parameterCount(net); // 337
 */
export function mlp(options: MlpOptions): Network {
  checkLists("mlp", options, ["hidden"]);
  const { inputs, hidden, outputs, activation = "tanh", outputGain = 1 } = options;
  checkActivation("mlp", activation);
  checkSizes("mlp", {
    inputs,
    outputs,
    ...Object.fromEntries(hidden.map((n, i) => [`hidden[${i}]`, n])),
  });
  const names = [...hidden.map((_, i) => `layer${i + 1}`), "output"];
  const widths = [inputs, ...hidden, outputs];
  const shapes = Object.fromEntries(
    names.flatMap((name, i) => [
      [`${name}.weights`, [widths[i]!, widths[i + 1]!]],
      [`${name}.bias`, [widths[i + 1]!]],
    ]),
  );
  const gains = Object.fromEntries(names.map((name) => [`${name}.weights`, gainOf(activation)]));
  gains["output.weights"] = outputGain;
  const bend = activations[activation];
  const layers = (params: Parameters, x: tf.Tensor): tf.Tensor[] => {
    const values = [x.reshape([-1, inputs])];
    for (const name of names) {
      const sum = values.at(-1)!.matMul(params[`${name}.weights`]!).add(params[`${name}.bias`]!);
      values.push(name === "output" ? sum : bend(sum));
    }
    return values;
  };
  return {
    name: `mlp ${widths.join("-")} ${activation}`,
    shapes,
    initialize: (seed) => initialParameters(shapes, gains, seed),
    apply: (params, x) => layers(params, x).at(-1) as tf.Tensor2D,
    activations: (params, x) => {
      const values = layers(params, x).slice(1, -1);
      return Object.fromEntries(values.map((value, i) => [names[i]!, value]));
    },
  };
}
