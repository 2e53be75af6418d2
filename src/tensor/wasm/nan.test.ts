/** NaN goes through every op on wasm as it does on cpu, and fused ops leave nothing behind. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradient, hvp, type Parameters } from "../../operators/index.js";
import { tensor, tf, use } from "../index.js";

type Op = (x: tf.Tensor) => tf.Tensor;
const image = (x: tf.Tensor) => tf.reshape(x, [1, 2, 2, 1]) as tf.Tensor4D;
const square = (x: tf.Tensor) => tf.reshape(x, [2, 2]) as tf.Tensor2D;
const filter = (size: number) => tf.ones([size, size, 1, 1]) as tf.Tensor4D;

const UNARY = [
  ...["abs", "atan", "ceil", "cos", "elu", "erf", "exp", "expm1", "floor", "leakyRelu", "log"],
  ...["log1p", "neg", "reciprocal", "relu", "relu6", "round", "rsqrt", "selu", "sigmoid", "sign"],
  ...["sin", "softplus", "sqrt", "square", "step", "tanh"],
] as const;
const ACTIVATIONS = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const;

const ops: Record<string, Op> = {
  ...Object.fromEntries(
    UNARY.map((name): [string, Op] => [name, (x) => (tf[name as "abs"] as Op)(x)]),
  ),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  max: (x) => tf.max(x),
  min: (x) => tf.min(x),
  sum: (x) => tf.sum(x),
  mean: (x) => tf.mean(x),
  prod: (x) => tf.prod(x),
  "maximum (first)": (x) => tf.maximum(x, 0),
  "maximum (second)": (x) => tf.maximum(0, x),
  "maximum (one shape)": (x) => tf.maximum(tf.zerosLike(x), x),
  "minimum (first)": (x) => tf.minimum(x, 0),
  "minimum (second)": (x) => tf.minimum(tf.zerosLike(x), x),
  "0·x": (x) => tf.mul(0, x),
  softmax: (x) => tf.softmax(x),
  logSumExp: (x) => tf.logSumExp(x),
  maxPool: (x) => tf.maxPool(image(x), 2, 2, "valid"),
  avgPool: (x) => tf.avgPool(image(x), 2, 1, "same"),
  matMul: (x) => tf.matMul(square(x), tf.ones([2, 2])),
  "conv2d (1×1)": (x) => tf.conv2d(image(x), filter(1), 1, "valid"),
  "conv2d (2×2)": (x) => tf.conv2d(image(x), filter(2), 1, "same"),
  depthwiseConv2d: (x) => tf.depthwiseConv2d(image(x), filter(1), 1, "valid"),
  ...Object.fromEntries(
    ACTIVATIONS.flatMap((activation): [string, Op][] => [
      [
        `fused.matMul, ${activation}`,
        (x) => tf.fused.matMul({ a: square(x), b: tf.eye(2), bias: tf.zeros([2]), activation }),
      ],
      [`fused.conv2d, ${activation}`, (x) => tf.fused.conv2d(convolution(x, activation))],
      [
        `fused.depthwiseConv2d, ${activation}`,
        (x) => tf.fused.depthwiseConv2d(convolution(x, activation)),
      ],
    ]),
  ),
};

function convolution(x: tf.Tensor, activation: (typeof ACTIVATIONS)[number]) {
  const place = { strides: 1, pad: "valid" as const, bias: tf.zeros([1]), leakyreluAlpha: 0.1 };
  return { x: image(x), filter: filter(1), activation, ...place };
}

afterAll(() => use("float64"));

describe("on wasm", () => {
  it.each(Object.entries(ops))("%s gives what cpu gives for NaN and for numbers", async (_, f) => {
    const results: number[][] = [];
    for (const backend of ["cpu", "wasm"] as const) {
      await use(backend);
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      for (const values of [
        [1, Number.NaN, -2, 0.5],
        [1, 3, -2, 0.5],
      ]) {
        const x = tensor(values);
        const y = tf.tidy(() => f(x));
        results.push([...y.dataSync()]);
        tf.dispose([x, y]);
      }
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    }
    const [cpuNaN, cpu, wasmNaN, wasm] = results;
    expect(wasmNaN!.map(Number.isNaN)).toEqual(cpuNaN!.map(Number.isNaN));
    wasm!.forEach((value, i) => {
      if (Number.isNaN(cpu![i])) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(cpu![i]!, 5);
    });
  });

  it("a true −∞ stays one", async () => {
    await use("wasm");
    const x = tensor([-3e38, -3e38, 0, 0]);
    const sum = tf.tidy(() => tf.conv2d(image(x), filter(2), 1, "valid").dataSync()[0]);
    expect(sum).toBe(Number.NEGATIVE_INFINITY);
    x.dispose();
  });

  describe("fused ops", () => {
    beforeAll(() => use("wasm"));

    it.each(ACTIVATIONS)("with %s leave no tensor and no data behind", (activation) => {
      const params = { x: tensor([1, 3, -2, 0.5]) };
      const loss = ({ x }: Parameters) =>
        tf.addN([
          tf.sum(tf.square(tf.fused.conv2d(convolution(x!, activation)))),
          tf.sum(tf.square(tf.fused.depthwiseConv2d(convolution(x!, activation)))),
          tf.sum(tf.square(tf.fused.matMul({ a: square(x!), b: tf.ones([2, 2]), activation }))),
        ]);
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      for (let i = 0; i < 4; i++) {
        gradient(loss, params);
        hvp(loss, params, Float64Array.of(1, 2, 3, 4));
        tf.tidy(() => loss(params).dataSync());
      }
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
      tf.dispose(params);
    });
  });
});
