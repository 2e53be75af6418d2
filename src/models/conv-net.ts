/**
 * A small convolutional network: blocks of convolution, activation and 2 × 2 max pooling, one
 * hidden layer, one linear output layer.
 *
 * Parameters are named conv1.filters, conv1.bias, …, hidden.weights, hidden.bias, output.weights,
 * output.bias. Convolutions keep the image's size; each pooling halves it, rounding down.
 */
import * as tf from "@tensorflow/tfjs";
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

export interface ConvNetOptions {
  /** [height, width, channels] of an input. */
  readonly input: readonly number[];
  /** Channels of each convolution. */
  readonly channels: readonly number[];
  /** Side of the filters; 3 unless given. */
  readonly filter?: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly activation?: Activation;
  /** Scale of the output layer's first weights; 1 unless given. */
  readonly outputGain?: number;
}

/**
 * @example
 * const net = convNet({ input: [24, 24, 1], channels: [8, 16], hidden: 32, outputs: 10 });
 * parameterCount(net); // 20042
 */
export function convNet(options: ConvNetOptions): Network {
  checkLists("convNet", options, ["input", "channels"]);
  const { input, channels, filter = 3, hidden, outputs, activation = "tanh" } = options;
  const [height, width, depth] = checkedInput(input, channels.length);
  checkActivation("convNet", activation);
  const sizes = Object.fromEntries(channels.map((n, i) => [`channels[${i}]`, n]));
  checkSizes("convNet", { filter, hidden, outputs, ...sizes });
  const planes = [depth, ...channels];
  const pooled =
    Math.floor(height / 2 ** channels.length) * Math.floor(width / 2 ** channels.length);
  const features = pooled * planes.at(-1)!;
  const shapes = Object.fromEntries([
    ...channels.flatMap((count, i) => [
      [`conv${i + 1}.filters`, [filter, filter, planes[i]!, count]],
      [`conv${i + 1}.bias`, [count]],
    ]),
    ["hidden.weights", [features, hidden]],
    ["hidden.bias", [hidden]],
    ["output.weights", [hidden, outputs]],
    ["output.bias", [outputs]],
  ]) as Network["shapes"];
  const gain = gainOf(activation);
  const gains = Object.fromEntries(Object.keys(shapes).map((name) => [name, gain]));
  gains["output.weights"] = options.outputGain ?? 1;
  const inside = hiddenLayers(channels.length, features, activations[activation]);
  return {
    name: `convNet ${channels.join("-")}-${hidden}-${outputs} ${activation}`,
    shapes,
    initialize: (seed) => initialParameters(shapes, gains, seed),
    apply: (params, x) => {
      const last = inside(params, x).hidden!;
      return last.matMul(params["output.weights"]!).add(params["output.bias"]!) as tf.Tensor2D;
    },
    activations: inside,
  };
}

type Inside = (params: Parameters, x: tf.Tensor) => Record<string, tf.Tensor>;

function hiddenLayers(blocks: number, features: number, bend: (x: tf.Tensor) => tf.Tensor): Inside {
  return (params, x) => {
    const layers: Record<string, tf.Tensor> = {};
    let value = x as tf.Tensor4D;
    for (let i = 1; i <= blocks; i++) {
      const sum = tf.conv2d(value, params[`conv${i}.filters`] as tf.Tensor4D, 1, "same");
      const block = bend(sum.add(params[`conv${i}.bias`]!)) as tf.Tensor4D;
      layers[`conv${i}`] = block;
      value = tf.maxPool(block, 2, 2, "valid");
    }
    const flat = value.reshape([-1, features]);
    layers.hidden = bend(flat.matMul(params["hidden.weights"]!).add(params["hidden.bias"]!));
    return layers;
  };
}

function checkedInput(input: readonly number[], blocks: number): [number, number, number] {
  const [height, width, depth] = input;
  const smallest = 2 ** blocks;
  const whole = input.every((n) => Number.isInteger(n) && n >= 1);
  if (input.length !== 3 || !whole || height! < smallest || width! < smallest || blocks < 1) {
    throw new RangeError(
      `convNet: input [${input.join(", ")}] with ${blocks} convolutions; the input is ` +
        `[height, width, channels], at least ${smallest} high and wide, with one convolution or more`,
    );
  }
  return [height!, width!, depth!];
}
