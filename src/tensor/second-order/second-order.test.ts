/**
 * That every gradient of tfjs has been looked at: it is right at every order (an op of the table in
 * ../OPS.md runs it), or it is refused when it is differentiated twice.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tensor, tf, use } from "../index.js";
import { REFUSED_TWICE } from "./refused.js";
import { hasGradient } from "./rule.js";

/** tfjs's gradients whose kernels no op runs, so that nothing can be wrong. */
const NEVER_RUN = [tf.BroadcastTo, tf.LogSoftmax, tf.LogicalXor];

const kernelNames = [
  ...new Set(
    Object.values(tf).flatMap((value: unknown) => (typeof value === "string" ? [value] : [])),
  ),
];

describe("the gradients of tfjs", () => {
  it("are all in the op table, or refused", () => {
    const seen = readFileSync(new URL("../OPS.md", import.meta.url), "utf8").split("## Kernels")[1];
    const run = new Set(seen?.match(/\w+/g));
    const unseen = kernelNames.filter(
      (name) => hasGradient(name) && !run.has(name) && !REFUSED_TWICE.includes(name),
    );
    expect(unseen).toEqual(NEVER_RUN);
  });

  const image = () => tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
  const volume = (x: tf.Tensor) => tf.reshape(x, [1, 2, 4, 4, 1]) as tf.Tensor5D;
  it.each<[string, (x: tf.Tensor4D) => tf.Tensor]>([
    ["LRN", (x) => tf.localResponseNormalization(x)],
    ["Dilation2D", (x) => tf.dilation2d(x, tf.ones([2, 2, 2]) as tf.Tensor3D, 1, "same")],
    ["MaxPool3D", (x) => tf.maxPool3d(volume(x), 2, 1, "same")],
    ["AvgPool3D", (x) => tf.avgPool3d(volume(x), 2, 1, "same")],
  ])("%s is right once and refused twice, by name", async (name, f) => {
    await use("cpu");
    const once = tf.grad((x: tf.Tensor) =>
      f(x as tf.Tensor4D)
        .square()
        .sum(),
    );
    expect(once(image()).shape).toEqual([1, 4, 4, 2]);
    expect(() => tf.grad((x: tf.Tensor) => once(x).sum())(image())).toThrow(
      `${name}: this op can be differentiated once, not twice`,
    );
  });

  it("nest in plain tfjs, as this third derivative of tanh", async () => {
    await use("float64");
    const third = tf.grad(tf.grad(tf.grad((x: tf.Tensor) => tf.tanh(x))));
    const x = 0.4;
    const [t, s] = [Math.tanh(x), 1 / Math.cosh(x) ** 2];
    expect(third(tensor(x)).dataSync()[0]).toBeCloseTo(s * (4 * t * t - 2 * s), 14);
  });
});
