/** A block of products is the products: where it runs as one wide program, and where it cannot. */
import { afterAll, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../tensor/index.js";
import { Random } from "../tensor/random.js";
import { hessian, type Loss, type Parameters, toMatrix } from "./index.js";

afterAll(() => use("float64"));

const random = new Random(4);
const draw = (...shape: number[]) =>
  tensor(random.normals(shape.reduce((product, n) => product * n, 1)), shape);

/** Each with parameters of several shapes, one of them a scalar. */
const losses: Record<string, () => { loss: Loss; params: Parameters }> = {
  "a dense net": () => {
    const x = draw(6, 3);
    return {
      params: { w: draw(3, 4), b: draw(4), s: draw(), u: draw(4, 2) },
      loss: ({ w, b, s, u }) => {
        const h = tf.tanh(tf.mul(tf.add(tf.matMul(x, w!), b!), s!));
        return tf.mean(tf.square(tf.matMul(h, u!)));
      },
    };
  },
  "transposes, means along axes and quotients": () => ({
    params: { a: draw(3, 4), b: draw(4, 3) },
    loss: ({ a, b }) => {
      const c = tf.matMul(a!, b!, true, true);
      const d = tf.div(tf.transpose(c), tf.add(tf.square(tf.mean(c, 0, true)), 1));
      return tf.sum(tf.sin(tf.sub(d, tf.sum(tf.exp(b!), 1, true).reshape([1, 4]))));
    },
  }),
  "a convolution, which has no wide form": () => {
    const x = draw(2, 5, 5, 1) as tf.Tensor4D;
    return {
      params: { f: draw(3, 3, 1, 2) },
      loss: ({ f }) => tf.mean(tf.square(tf.tanh(tf.conv2d(x, f as tf.Tensor4D, 1, "same")))),
    };
  },
  "a parameter that does not matter": () => ({
    params: { w: draw(3), idle: draw(2) },
    loss: ({ w }) => tf.sum(tf.pow(w!, 3)),
  }),
  "tensors too large for a block to pay": () => {
    const x = draw(600, 3);
    return { params: { w: draw(3, 2) }, loss: ({ w }) => tf.mean(tf.sigmoid(tf.matMul(x, w!))) };
  },
};

describe.each(["float64", "wasm"] as const)("on %s", (backend) => {
  it.each(Object.keys(losses))("applyBlock of %s", async (name) => {
    await use(backend);
    const { loss, params } = losses[name]!();
    const H = hessian(loss, params);
    const stored = tf.backend().numDataIds();
    for (const count of [0, 1, 2, 31, 32, 33, 70]) {
      const vectors = Array.from({ length: count }, () => random.normals(H.size));
      const found = H.applyBlock!(vectors);
      expect(found.length).toBe(count);
      vectors.forEach((v, k) => {
        H.apply(v).forEach((x, i) => {
          expect(Math.abs(found[k]![i]! - x)).toBeLessThanOrEqual(
            // Larger matrices may be summed in another order.
            (backend === "float64" ? 1e-14 : 1e-5) * (1 + Math.abs(x)),
          );
        });
      });
    }
    expect(tf.backend().numDataIds()).toBe(stored);
    expect(() => H.applyBlock!([new Float64Array(H.size + 1)])).toThrow("the vector has");
    H.dispose();
    expect(() => H.applyBlock!([new Float64Array(H.size)])).toThrow("disposed");
  });

  it("toMatrix is symmetric", async () => {
    await use(backend);
    const { loss, params } = losses["a dense net"]!();
    const rows = toMatrix(hessian(loss, params));
    rows.forEach((row, i) => {
      row.forEach((x, j) => {
        expect(x).toBeCloseTo(rows[j]![i]!, backend === "float64" ? 13 : 5);
      });
    });
  });
});
