import { beforeAll, describe, expect, test } from "vitest";
import { tf, use } from "../tensor/index.js";
import { convNet } from "./conv-net.js";
import { mlp } from "./mlp.js";
import { parameterCount } from "./network.js";

beforeAll(() => use("cpu"));

describe("mlp", () => {
  test("computes act(xW + b) layer by layer, as by hand", () => {
    const net = mlp({ inputs: 2, hidden: [2], outputs: 1 });
    const params = {
      "layer1.weights": tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      "layer1.bias": tf.tensor1d([0.5, -0.5]),
      "output.weights": tf.tensor2d([[1], [-1]]),
      "output.bias": tf.tensor1d([2]),
    };
    const y = net.apply(params, tf.tensor2d([[0.1, -0.2]])).dataSync()[0];
    expect(y).toBeCloseTo(Math.tanh(0.1 - 0.6 + 0.5) - Math.tanh(0.2 - 0.8 - 0.5) + 2, 6);
    expect(parameterCount(mlp({ inputs: 2, hidden: [16, 16], outputs: 1 }))).toBe(337);
  });

  test("starts with variance gain²/fanIn, the same from the same seed", () => {
    const net = mlp({ inputs: 100, hidden: [400], outputs: 1, activation: "relu" });
    const weights = Array.from(net.initialize(4)["layer1.weights"]!.dataSync());
    expect(Array.from(net.initialize(4)["layer1.weights"]!.dataSync())).toEqual(weights);
    expect(Array.from(net.initialize(5)["layer1.weights"]!.dataSync())).not.toEqual(weights);
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    // Five standard errors of the variance of 40,000 Gaussians of variance 2/100.
    expect(Math.abs(variance - 0.02)).toBeLessThan(5 * 0.02 * Math.sqrt(2 / 40_000));
    expect(Math.max(...net.initialize(4)["layer1.bias"]!.dataSync())).toBe(0);
  });
});

describe("convNet", () => {
  test("has the parameters and outputs of its description", () => {
    const net = convNet({ input: [24, 24, 1], channels: [8, 16], hidden: 32, outputs: 10 });
    expect(parameterCount(net)).toBe(20_042);
    const params = net.initialize(0);
    expect(net.apply(params, tf.zeros([3, 24, 24, 1])).shape).toEqual([3, 10]);
    const layers = net.activations!(params, tf.zeros([3, 24, 24, 1]));
    expect(Object.entries(layers).map(([name, { shape }]) => [name, ...shape])).toEqual([
      ["conv1", 3, 24, 24, 8],
      ["conv2", 3, 12, 12, 16],
      ["hidden", 3, 32],
    ]);
  });

  test("takes sides that pooling does not divide", () => {
    const net = convNet({ input: [7, 5, 2], channels: [3, 4], hidden: 6, outputs: 2 });
    expect(net.shapes["hidden.weights"]).toEqual([4, 6]);
    expect(net.apply(net.initialize(0), tf.zeros([2, 7, 5, 2])).shape).toEqual([2, 2]);
  });
});

test("sizes and activations that make no network are refused with their name", () => {
  expect(() => mlp({ inputs: 2, hidden: [0], outputs: 1 })).toThrow("hidden[0] is 0");
  expect(() => convNet({ input: [3, 8, 1], channels: [1, 1], hidden: 1, outputs: 1 })).toThrow(
    "convNet: input [3, 8, 1] with 2 convolutions",
  );
  expect(() => mlp(undefined as never)).toThrow(
    "mlp: the options are undefined; an object is needed, with a list of sizes for hidden",
  );
  expect(() => mlp({ inputs: 2, outputs: 1 } as never)).toThrow("mlp: hidden is undefined; a list");
  expect(() => convNet({ input: [8, 8, 1], channels: 4 } as never)).toThrow(
    "channels is 4; a list",
  );
  const activation = "tahn" as "tanh";
  expect(() => mlp({ inputs: 1, hidden: [1], outputs: 1, activation })).toThrow("is tahn");
});
