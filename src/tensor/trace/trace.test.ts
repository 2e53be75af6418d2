import { beforeAll, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../index.js";
import { observing, record } from "./index.js";

beforeAll(() => use("float64"));

/** Like tf.tidy, for results that are no tensors. */
function scoped<T>(f: () => T): T {
  tf.engine().startScope();
  try {
    return f();
  } finally {
    tf.engine().endScope();
  }
}

describe("a recorded program", () => {
  it("replays what depends on the seeds, and holds the rest", () => {
    const stored = tf.backend().numDataIds();
    const v = tensor([1, 2]);
    const program = scoped(() => {
      const fixed = tf.tanh(tf.square(tensor([3, 0.5])));
      const { program: recorded } = record([v], () => {
        tf.sin(v);
        return [tf.reshape(tf.mul(tf.mul(fixed, v), 2), [2, 1]), tf.sum(v)];
      });
      return recorded;
    });
    v.dispose();
    expect(program.kernels).toEqual(["Multiply", "Multiply", "Sum"]);
    expect([program.inputSize, program.outputSize]).toEqual([2, 3]);
    const expected = [2 * 10 * Math.tanh(9), 2 * 20 * Math.tanh(0.25), 30];
    expect([...program.run(Float64Array.of(10, 20))]).toEqual(expected);
    expect([...program.run(Float64Array.of(10, 20))]).toEqual(expected);
    program.dispose();
    program.dispose();
    expect(() => program.run(Float64Array.of(1, 2))).toThrow("disposed");
    expect(tf.backend().numDataIds()).toBe(stored);
  });

  it("takes lists of inputs, and outputs that no seed reaches", () => {
    const v = tensor([1, 2]);
    const one = tensor([7]);
    const { program } = record([v], () => [tf.concat([v, one, v]), one]);
    expect([...program.run(Float64Array.of(3, 4))]).toEqual([3, 4, 7, 3, 4, 7]);
    program.dispose();
    tf.dispose([v, one]);
  });

  it("frees what it held when the evaluation fails", () => {
    const stored = tf.backend().numDataIds();
    const v = tensor([1, 2]);
    const failing = () =>
      scoped(() => record([v], () => [tf.matMul(tf.mul(v, tensor([3, 4])), v)]));
    expect(failing).toThrow("matMul");
    v.dispose();
    expect(tf.backend().numDataIds()).toBe(stored);
  });

  it("runs on its own backend after a switch to another", async () => {
    const v = tensor([1]);
    const { program } = record([v], () => [tf.div(v, 3)]);
    v.dispose();
    await use("cpu");
    expect(program.run(Float64Array.of(1))[0]).toBe(1 / 3);
    program.dispose();
    await use("float64");
  });
});

describe("observers", () => {
  it("are told of each kernel once, the outer ones too, and of none inside another kernel", () => {
    const [outer, inner]: [string[], string[]] = [[], []];
    tf.tidy(() => {
      observing(
        ({ name }) => outer.push(name),
        () => {
          tf.square(tensor([1]));
          observing(
            ({ name }) => inner.push(name),
            () => tf.fused.matMul({ a: tf.ones([2, 2]), b: tf.ones([2, 2]), activation: "relu" }),
          );
        },
      );
      tf.square(tensor([1]));
    });
    expect(inner).toEqual(["Reshape", "Reshape", "_FusedMatMul", "Reshape"]);
    expect(outer).toEqual(["Square", ...inner]);
  });
});
