import { beforeAll, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../index.js";
import { erf } from "./loops.js";

const first = (t: tf.Tensor) => t.dataSync()[0];

beforeAll(() => use("float64"));

describe("numbers enter float64 as the doubles that they are", () => {
  it.each<[string, () => tf.Tensor]>([
    ["tensor", () => tensor([0.1])],
    ["tensor of a Float64Array", () => tensor(Float64Array.of(0.1), [1, 1])],
    ["tf.scalar", () => tf.scalar(0.1)],
    ["tf.tensor", () => tf.tensor([0.1, 0.2, 0.3])],
    ["tf.tensor of a Float64Array", () => tf.tensor(Float64Array.of(0.1, 0.2))],
    [
      "tf.tensor3d",
      () =>
        tf.tensor3d([
          [[0.1], [0.2]],
          [[0.3], [0.4]],
        ]),
    ],
    ["an operand", () => tf.ones([2]).mul(0.1)],
    ["an array operand", () => tf.zeros([2]).add([0.1, 0.7])],
    ["tf.fill", () => tf.fill([2], 0.1)],
    ["tf.linspace", () => tf.linspace(0.1, 1, 4)],
    ["an attribute", () => tf.clipByValue(tf.zeros([1]), 0.1, 1)],
  ])("%s", (_, make) => {
    expect(first(make())).toBe(0.1);
  });

  it("many rows at once", () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i + 0.1, i + 0.7]);
    expect(tf.tensor2d(rows).arraySync()).toEqual(rows);
  });

  it("constants inside tfjs's own losses", () => {
    const loss = tf.losses.huberLoss(tf.zeros([1]), tensor([5]), undefined, 0.1);
    expect(first(loss)).toBeCloseTo(0.1 * 5 - 0.5 * 0.01, 15);
  });

  it("float32 data stays what it was", () => {
    expect(first(tf.tensor(Float32Array.of(0.1)))).toBe(Math.fround(0.1));
    tf.scalar(0.1).dispose();
    expect(first(tf.tensor(Float32Array.of(0.1)))).toBe(Math.fround(0.1));
  });
});

describe("storage", () => {
  it("gives and takes copies, never its own arrays", () => {
    const source = Float64Array.of(1, 2);
    const t = tensor(source);
    source[0] = 9;
    const out = t.dataSync();
    out[1] = 9;
    expect([...t.dataSync()]).toEqual([1, 2]);
  });

  it("leaks nothing", () => {
    const before = tf.memory().numTensors;
    const stored = tf.backend().numDataIds();
    tf.tidy(() => tf.softmax(tf.matMul(tf.ones([3, 4]), tf.ones([4, 5]))).dataSync());
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.backend().numDataIds()).toBe(stored);
  });

  it("is not rounded by a switch of backends", async () => {
    const t = tensor([0.1]);
    await use("cpu");
    expect(() => t.add(1)).toThrow("would be rounded to float32 by cpu");
    const half = tf.scalar(0.5);
    await use("float64");
    expect(first(t.add(half))).toBe(0.6);
  });
});

describe("the error function", () => {
  // Abramowitz and Stegun, table 7.1, and erfc(3) from table 7.3.
  it.each([
    [0, 0],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
    [3, 1 - 2.209049699858544e-5],
    [-1, -0.8427007929],
  ])("erf(%f) = %f", (x, expected) => {
    expect(erf(x)).toBeCloseTo(expected, 10);
  });

  it("is smooth where its two formulas meet", () => {
    const slope = (erf(2.5 + 1e-6) - erf(2.5 - 1e-6)) / 2e-6;
    expect(slope).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-6.25), 9);
  });
});

it("refuses ragged data and a shape that does not fit", () => {
  expect(() => tensor([[1, 2], [3]])).toThrow("ragged: [2, 2] expected, 1 entries found");
  expect(() => tensor([1, 2, 3], [2, 2])).toThrow("3 values do not fill the shape [2, 2]");
});

it("use names the backends that there are", async () => {
  await expect(use("tensorflow")).rejects.toThrow('no backend "tensorflow"');
});
