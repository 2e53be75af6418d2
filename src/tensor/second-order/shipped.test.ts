import { beforeAll, describe, expect, it } from "vitest";
import { gradient, hvp } from "../../operators/index.js";
import { tensor, tf, use, withShippedGradients } from "../index.js";

beforeAll(() => use("float64"));

const y = Math.tanh(1);
const slope = tf.grad((x) => x.tanh().square().sum());
const second = () =>
  tf
    .grad((x) => slope(x).sum())(tensor([1]))
    .dataSync()[0]!;

describe("withShippedGradients", () => {
  it("loses the bend of tanh in a second derivative, and ours has it before and after", () => {
    const truth = 2 * (1 - y * y) * (1 - 3 * y * y);
    expect(second()).toBeCloseTo(truth, 14);
    expect(withShippedGradients(second)).toBeCloseTo(2 * (1 - y * y) ** 2, 14);
    expect(second()).toBeCloseTo(truth, 14);
  });

  it("loses what softmax cross entropy saved, too", () => {
    const labels = tensor([[1, 0]]);
    const slopes = tf.grad((z) => tf.losses.softmaxCrossEntropy(labels, z));
    const weights = tensor([[1, 0]]);
    const row = () => [
      ...tf
        .grad((z) => slopes(z).mul(weights).sum())(tf.zeros([1, 2]))
        .dataSync(),
    ];
    expect(row()).toEqual([expect.closeTo(0.25, 14), expect.closeTo(-0.25, 14)]);
    expect(() => withShippedGradients(row)).toThrow("Cannot compute gradient");
  });

  it("leaves first derivatives right, and is refused by hvp", () => {
    const loss = ({ x }: { x: tf.Tensor }) => x.tanh().square().sum();
    const params = { x: tensor([1]) };
    const first = withShippedGradients(() => gradient(loss, params));
    expect(first[0]).toBeCloseTo(2 * y * (1 - y * y), 14);
    const product = () => hvp(loss, params, Float64Array.of(1));
    expect(() => withShippedGradients(product)).toThrow("second derivative would be wrong");
    expect(product()[0]).toBeCloseTo(second(), 14);
  });

  it("puts ours back after a throw", () => {
    const before = second();
    expect(() =>
      withShippedGradients(() => {
        throw new Error("oh");
      }),
    ).toThrow("oh");
    expect(second()).toBe(before);
  });
});
