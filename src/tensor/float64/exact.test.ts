/** Every way in which numbers enter tfjs, on the float64 backend: as the doubles that they are. */
import { beforeAll, describe, expect, it } from "vitest";
import { gradient } from "../../operators/index.js";
import { tensor, tf, use } from "../index.js";

beforeAll(() => use("float64"));

const TENTHS = [0.1, 0.2, 0.30000000000000004];
const numbers = (t: tf.Tensor) => [...t.dataSync()];

/** What is made, and the doubles that it must hold. */
const entries: Record<string, readonly [() => tf.Tensor, readonly number[]]> = {
  tensor: [() => tf.tensor(TENTHS), TENTHS],
  "tensor, nested": [() => tf.tensor([[0.1], [0.2]]), [0.1, 0.2]],
  "tensor of a Float64Array": [() => tf.tensor(Float64Array.from(TENTHS) as never), TENTHS],
  tensor1d: [() => tf.tensor1d(TENTHS), TENTHS],
  tensor2d: [() => tf.tensor2d([0.1, 0.2], [1, 2]), [0.1, 0.2]],
  "tensor4d, nested": [() => tf.tensor4d([[[[0.1], [0.2]]]]), [0.1, 0.2]],
  scalar: [() => tf.scalar(0.1), [0.1]],
  variable: [() => tf.variable(tf.tensor(TENTHS)), TENTHS],
  fill: [() => tf.fill([2], 0.1), [0.1, 0.1]],
  linspace: [() => tf.linspace(0, 0.3, 4), [0, 0.09999999999999999, 0.19999999999999998, 0.3]],
  range: [() => tf.range(0, 0.3, 0.1), [0, 0.1, 0.2]],
  "a number in an op": [() => tf.mul(tf.ones([2]), 0.1), [0.1, 0.1]],
  "an array in an op": [() => tf.add(tf.zeros([3]), TENTHS), TENTHS],
  "a chained op": [() => tf.ones([1]).sub(0.1).pow(0.5), [Math.sqrt(0.9)]],
  clipByValue: [() => tf.clipByValue(tf.ones([1]), 0, 0.1), [0.1]],
  leakyRelu: [() => tf.leakyRelu(tf.tensor([-1]), 0.1), [-0.1]],
  pad: [() => tf.pad(tf.ones([1]), [[1, 0]], 0.1), [0.1, 1]],
  "oneHot with values": [() => tf.oneHot([1], 2, 0.1, 0.2, "float32"), [0.2, 0.1]],
  "where with constants": [
    () => tf.where(tf.tensor([1, 0], [2], "bool"), [0.1, 0.1], [0.2, 0.2]),
    [0.1, 0.2],
  ],
  stack: [() => tf.stack([tf.scalar(0.1), tf.scalar(0.2)]), [0.1, 0.2]],
  "buffer, values given": [
    () => tf.buffer([3], "float32", Float64Array.from(TENTHS) as never).toTensor(),
    TENTHS,
  ],
  clone: [() => tf.clone(tf.scalar(0.1)), [0.1]],
  "cast of integers": [() => tf.div(tf.tensor([1], [1], "int32").toFloat(), 10), [0.1]],
  "a sum of bools": [() => tf.mul(tf.sum(tf.tensor([1, 1, 0], [3], "bool").toFloat()), 0.1), [0.2]],
};

describe("numbers stay exact through", () => {
  it.each(Object.entries(entries))("%s", (_, [make, expected]) => {
    const made = make();
    expect(numbers(made)).toEqual(expected);
    made.dispose();
  });

  it("constants that a loss makes anew each time", () => {
    const w = tensor([3]);
    const loss = ({ w: p }: { w: tf.Tensor }) =>
      tf.sum(tf.mul(tf.scalar(0.1), tf.square(p)).add(0.2));
    for (let i = 0; i < 4; i++) expect(gradient(loss, { w })).toEqual(Float64Array.of(0.1 * 2 * 3));
  });

  it("dataSync, data, arraySync and array, whose floats are Float64Arrays", async () => {
    const t = tf.tensor2d([[0.1, 0.2]]);
    expect(t.dataSync()).toEqual(Float64Array.of(0.1, 0.2));
    expect(await t.data()).toEqual(Float64Array.of(0.1, 0.2));
    expect(t.arraySync()).toEqual([[0.1, 0.2]]);
    expect(await t.array()).toEqual([[0.1, 0.2]]);
    expect(tf.tensor([1, 2], [2], "int32").dataSync()).toEqual(Int32Array.of(1, 2));
    expect(tf.tensor([1, 0], [2], "bool").dataSync()).toEqual(Uint8Array.of(1, 0));
    // What is read is a copy: writing to it changes nothing.
    t.dataSync()[0] = 7;
    expect(t.arraySync()).toEqual([[0.1, 0.2]]);
  });

  it("random numbers that a seed repeats", () => {
    const draw = () => numbers(tf.randomNormal([4], 0, 1, "float32", 3));
    expect(draw()).toEqual(draw());
    expect(numbers(tf.randomUniform([4], 0, 1, "float32", 3)).every((x) => x >= 0 && x < 1)).toBe(
      true,
    );
  });

  it("tf.memory, which counts tensors as ever", () => {
    const before = tf.memory().numTensors;
    const t = tf.tensor(TENTHS);
    expect(tf.memory().numTensors).toBe(before + 1);
    t.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
