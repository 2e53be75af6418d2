/**
 * Second derivatives by nothing but tfjs's own nested `tf.grads`, for readers who never call `hvp`:
 * once curvlab is imported they are right too, or refused by name.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { balanced } from "../../src/operators/derivatives.js";
import { hvp } from "../../src/operators/index.js";
import { tensor, use } from "../../src/tensor/index.js";
import { tf } from "../../src/tensor/tf.js";
import { lossOf, parametersAt } from "./derivatives.js";
import { opCases, pointOf } from "./ops/index.js";

beforeAll(() => use("float64"));

const entries = (tensors: readonly tf.Tensor[]) => tensors.flatMap((t) => [...t.dataSync()]);

describe("nested tf.grads", () => {
  it.each(opCases)("of $family: $op give the Hessian-vector product", (op) => {
    balanced(() => {
      const params = parametersAt(op, pointOf(op));
      const loss = lossOf(op);
      const names = Object.keys(params);
      const point = Object.values(params);
      const v = point.map((t, k) =>
        tensor(
          Array.from({ length: t.size }, (_, i) => Math.cos(i + k)),
          t.shape,
        ),
      );
      const asLoss = (...values: tf.Tensor[]) =>
        loss(Object.fromEntries(names.map((name, i) => [name, values[i]!]))) as tf.Scalar;
      const slope = (...values: tf.Tensor[]) =>
        tf.addN(
          tf
            .grads(asLoss)(values)
            .map((g, i) => tf.sum(tf.mul(g, v[i]!))),
        );
      const found = entries(tf.grads(slope)(point));
      const expected = hvp(loss, params, Float64Array.from(entries(v)));
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-12 * (1 + Math.abs(expected[i]!)));
      });
    });
  });

  it("agree with closed forms through tf.grad, tf.valueAndGrad and tf.variableGrads", () => {
    balanced(() => {
      const x = tensor([0.3, -1.2]);
      const slope = (t: tf.Tensor) => tf.sum(tf.grad((u: tf.Tensor) => tf.sum(tf.tanh(u)))(t));
      const expected = [...x.dataSync()].map((u) => {
        const y = Math.tanh(u);
        return -2 * y * (1 - y * y);
      });
      const near = (t: tf.Tensor) => {
        for (const [i, value] of t.dataSync().entries())
          expect(value).toBeCloseTo(expected[i]!, 14);
      };
      near(tf.grad(slope)(x));
      near(tf.valueAndGrad(slope)(x).grad);
      const w = tf.variable(x, true, "nested-w");
      near(tf.variableGrads(() => slope(w) as tf.Scalar, [w]).grads["nested-w"]!);
      w.dispose();
    });
  });

  it("of logSumExp twice give diag p − ppᵀ", () => {
    balanced(() => {
      const z = tensor([0.5, -1, 2]);
      const p = tf.softmax(z).dataSync();
      const row = (k: number) =>
        tf.grad((t: tf.Tensor) => {
          const g = tf.grad((u: tf.Tensor) => tf.logSumExp(u))(t);
          return tf.sum(
            tf.mul(
              g,
              tf
                .oneHot(tf.tensor1d([k], "int32"), 3)
                .squeeze()
                .toFloat(),
            ),
          );
        })(z);
      for (let k = 0; k < 3; k++) {
        [...row(k).dataSync()].forEach((value, i) => {
          expect(value).toBeCloseTo((i === k ? p[k]! : 0) - p[i]! * p[k]!, 14);
        });
      }
    });
  });

  it.each([
    ["avgPool3d", (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, "valid"), "AvgPool3D"],
    ["maxPool3d", (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid"), "MaxPool3D"],
  ] as const)("of %s are refused with the op's name", async (_, f, kernel) => {
    await use("cpu");
    expect(() =>
      balanced(() => {
        const x = tf.ones([1, 2, 2, 2, 1]);
        const slope = (t: tf.Tensor) =>
          tf.sum(tf.square(tf.grad((u) => tf.sum(tf.square(f(u))))(t)));
        tf.grad(slope)(x);
      }),
    ).toThrow(`${kernel}: this op can be differentiated once, not twice`);
    await use("float64");
    expect(() => balanced(() => f(tf.ones([1, 2, 2, 2, 1])))).toThrow(
      `${kernel}: the float64 backend has no kernel for it`,
    );
  });
});
