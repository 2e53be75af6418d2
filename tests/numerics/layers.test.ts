/**
 * Models of tf.layers: their losses differentiate twice like any other, through the weights that
 * they own. The Hessian is held against central differences of the gradient.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { gradient, hvp, type Parameters, unflatten } from "../../src/operators/index.js";
import { flatten } from "../../src/operators/parameters.js";
import { tensor, use } from "../../src/tensor/index.js";
import { Random } from "../../src/tensor/random.js";
import { tf } from "../../src/tensor/tf.js";

beforeAll(() => use("float64"));

const init = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed });
const dense = (units: number, seed: number, activation?: "tanh" | "relu" | "softmax" | "elu") =>
  tf.layers.dense({
    units,
    kernelInitializer: init(seed),
    biasInitializer: init(seed + 1),
    ...(activation ? { activation } : {}),
  });

const models: Record<string, () => tf.Sequential> = {
  "dense, tanh": () =>
    tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [4] }), dense(3, 1, "tanh"), dense(2, 3)],
    }),
  "dense, elu and relu, with l2": () =>
    tf.sequential({
      layers: [
        tf.layers.dense({
          inputShape: [4],
          units: 5,
          activation: "elu",
          kernelInitializer: init(5),
          kernelRegularizer: tf.regularizers.l2({ l2: 0.03 }),
        }),
        dense(4, 6, "relu"),
        dense(2, 8),
      ],
    }),
  "convolution, batch normalisation, pooling": () =>
    tf.sequential({
      layers: [
        tf.layers.reshape({ inputShape: [4], targetShape: [2, 2, 1] }),
        tf.layers.conv2d({
          filters: 2,
          kernelSize: 2,
          padding: "same",
          kernelInitializer: init(9),
        }),
        tf.layers.batchNormalization({ gammaInitializer: init(10) }),
        tf.layers.activation({ activation: "tanh" }),
        tf.layers.averagePooling2d({ poolSize: 2, strides: 1 }),
        tf.layers.flatten(),
        dense(2, 11),
      ],
    }),
  "layer normalisation, softmax": () =>
    tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [4] }),
        dense(4, 12),
        tf.layers.layerNormalization(),
        dense(2, 14, "softmax"),
      ],
    }),
  "recurrent (GRU)": () =>
    tf.sequential({
      layers: [
        tf.layers.reshape({ inputShape: [4], targetShape: [2, 2] }),
        tf.layers.gru({ units: 2, kernelInitializer: init(15), recurrentInitializer: init(16) }),
        dense(2, 17),
      ],
    }),
};

describe.each(Object.keys(models))("%s", (name) => {
  it("has the Hessian-vector product that differences give", () => {
    const model = models[name]!();
    const random = new Random(3);
    const x = tensor(random.normals(20), [5, 4]);
    const y = tensor(random.normals(10), [5, 2]);
    const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const params: Parameters = Object.fromEntries(weights.map((w) => [w.name, w]));
    const loss = () => {
      const fit = tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor);
      return model.calculateLosses().reduce((sum, extra) => tf.add(sum, extra), fit);
    };
    const point = flatten(params);
    const v = random.normals(point.length);
    const at = (t: number) => {
      const moved = unflatten(
        point.map((p, i) => p + t * v[i]!),
        params,
      );
      for (const w of weights) w.assign(moved[w.name]!);
      const g = gradient(loss, params);
      tf.dispose(moved);
      return g;
    };
    const found = hvp(loss, params, v);
    const central = (h: number) => {
      const [ahead, behind] = [at(h), at(-h)];
      return ahead.map((a, i) => (a - behind[i]!) / (2 * h));
    };
    const [wide, narrow] = [central(1e-3), central(5e-4)];
    const expected = narrow.map((b, i) => (4 * b - wide[i]!) / 3);
    const scale = Math.max(1, ...expected.map(Math.abs));
    found.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!) / scale).toBeLessThan(1e-8);
    });
  });
});
