import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { use } from "../tensor/backends.js";
import { tensor } from "../tensor/tensor.js";
import { tf } from "../tensor/tf.js";
import { objective } from "./loss-objective.js";
import { minimize } from "./minimize.js";

describe("objective", () => {
  beforeEach(() => use("float64"));
  afterEach(() => tf.disposeVariables());

  const centre = [1, -2, 0.5];
  const make = () =>
    objective(
      ({ w, b }) =>
        tf.add(
          w!
            .sub(tensor(centre.slice(0, 2)))
            .pow(4)
            .sum(),
          b!.sub(0.5).square().sum(),
        ),
      { w: tensor([0, 0]), b: tensor([0]) },
    );

  it("gives the value, the gradient and the Hessian of the closed form", () => {
    const f = make();
    const x = Float64Array.of(2, 0, 1);
    expect(f.value(x)).toBeCloseTo(1 + 16 + 0.25, 12);
    expect([...f.gradient(x)]).toEqual([4, 32, 1].map((entry) => expect.closeTo(entry, 12)));
    expect(f.hessian(x).map((row) => [...row])).toEqual(
      [
        [12, 0, 0],
        [0, 48, 0],
        [0, 0, 2],
      ].map((row) => row.map((entry) => expect.closeTo(entry, 10))),
    );
    expect([...f.hvp(Float64Array.of(1, -2, 0), Float64Array.of(1, 1, 1))]).toEqual(
      [0, 0, 2].map((entry) => expect.closeTo(entry, 10)),
    );
  });

  it("is what minimize wants, from the parameters' own values", async () => {
    const f = make();
    const { x, fun } = await minimize(f, f.start, { method: "trust-exact", gtol: 1e-12 });
    expect(fun).toBeLessThan(1e-12);
    expect(Math.abs(x[2]! - 0.5)).toBeLessThan(1e-10);
  });

  it("leaves no tensors behind but those of the last Hessian, and those until it is disposed", () => {
    const none = tf.memory().numTensors;
    const f = make();
    const params = tf.memory().numTensors - none;
    f.hessian(f.start);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) {
      f.valueAndGradient(Float64Array.of(i, 1, 2));
      f.hessian(Float64Array.of(i, 1, 2));
    }
    expect(tf.memory().numTensors).toBe(before);
    f.dispose();
    expect(tf.memory().numTensors).toBe(none + params);
  });

  it("takes plain arrays wherever it takes a vector", () => {
    const f = make();
    expect(f.value([1, -2, 0.5])).toBe(0);
    expect(f.gradient([2, 0, 1])).toEqual(f.gradient(Float64Array.of(2, 0, 1)));
    for (let i = 0; i < 2; i++) {
      expect(f.hvp([2, 0, 1], [1, 1, 1])).toEqual(
        f.hvp(Float64Array.of(2, 0, 1), Float64Array.of(1, 1, 1)),
      );
    }
    expect(() => f.hvp([2, 0, 1], [1, 1])).toThrow("the vector has 2 entries, the parameters 3");
    expect(() => f.hvp([2, 0], [1, 1, 1])).toThrow("the vector has 2 entries, the parameters 3");
    f.dispose();
  });

  it("refuses a loss of several numbers wherever it is asked", () => {
    const several = objective(({ x }) => x!.square(), { x: tensor([1, 2]) });
    for (const ask of ["value", "gradient", "valueAndGradient", "hessian"] as const) {
      expect(() => several[ask]([1, 2]), ask).toThrow("the loss must return one number");
    }
  });

  it("tells an infinite loss from one that is NaN, and gives neither a gradient", async () => {
    const barrier = objective(({ x }) => tf.sub(x!, tf.log(x!)).sum(), { x: tensor([1]) });
    const { value, gradient } = barrier.valueAndGradient([0]);
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect([...gradient]).toEqual([Number.NaN]);
    const { status, message } = await minimize(barrier, [0]);
    expect([status, message]).toEqual(["diverged", expect.stringContaining("f = Infinity")]);
  });

  it("reads a loss that is NaN as NaN, so that a line search can come back", async () => {
    const logarithm = objective(({ x }) => tf.sub(x!, tf.log(x!)).sum(), { x: tensor([0.05]) });
    expect(logarithm.value(Float64Array.of(-1))).toBeNaN();
    expect(logarithm.gradient(Float64Array.of(-1))[0]).toBeNaN();
    const { x, status } = await minimize(logarithm, logarithm.start, { method: "lbfgs" });
    expect(status).toBe("converged");
    expect(x[0]).toBeCloseTo(1, 8);
  });
});
