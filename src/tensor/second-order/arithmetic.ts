/**
 * Elementwise arithmetic where the shipped gradient reads a saved output, forgets to sum over a
 * broadcast, meets 0·∞, or runs more ops than it needs.
 */
import * as tf from "@tensorflow/tfjs";
import { detach, register, unbroadcast } from "./rule.js";

export function registerArithmetic(): void {
  registerProducts();
  registerPow();
  register({
    kernel: tf.SquaredDifference,
    saves: ["a", "b"],
    gradient: (dy, { a, b }) => {
      const slope = () => tf.mul(dy, tf.mul(2, tf.sub(a, b)));
      return {
        a: () => unbroadcast(slope(), a.shape),
        b: () => unbroadcast(tf.neg(slope()), b.shape),
      };
    },
  });
  registerExtremum(tf.Maximum, tf.greaterEqual);
  registerExtremum(tf.Minimum, tf.lessEqual);
  register({
    kernel: tf.ClipByValue,
    saves: ["x"],
    gradient: (dy, { x }, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs) => ({
      x: () => {
        const still = detach(x);
        const inside = tf.logicalAnd(
          tf.greaterEqual(still, clipValueMin),
          tf.lessEqual(still, clipValueMax),
        );
        return tf.mul(dy, tf.cast(inside, "float32"));
      },
    }),
  });
  register({
    kernel: tf.Abs,
    saves: ["x"],
    gradient: (dy, { x }) => ({ x: () => tf.mul(dy, tf.sign(detach(x))) }),
  });
  register({
    kernel: tf.Select,
    saves: ["condition"],
    gradient: (dy, { condition }) => {
      const mask = () => tf.cast(detach(condition), "float32");
      return {
        condition: () => tf.zeros(condition.shape, "float32"),
        t: () => tf.mul(dy, mask()),
        e: () => tf.mul(dy, tf.sub(1, mask())),
      };
    },
  });
}

/** tfjs's own with fewer ops: its casts are taped, and differentiated, even where they do nothing. */
function registerProducts(): void {
  register({
    kernel: tf.Multiply,
    saves: ["a", "b"],
    gradient: (dy, { a, b }) => ({
      a: () => unbroadcast(tf.mul(dy, b), a.shape),
      b: () => unbroadcast(tf.mul(dy, a), b.shape),
    }),
  });
  register({
    kernel: tf.RealDiv,
    saves: ["a", "b"],
    gradient: (dy, { a, b }) => ({
      a: () => unbroadcast(tf.div(dy, b), a.shape),
      b: () => unbroadcast(tf.neg(tf.div(tf.mul(dy, a), tf.square(b))), b.shape),
    }),
  });
}

/** d a^b = b·a^(b−1) da + log(a)·a^b db, with the convention of tfjs that log a counts as 0 for a ≤ 0. */
function registerPow(): void {
  register({
    kernel: tf.Pow,
    saves: ["a", "b"],
    gradient: (dy, { a, b }) => ({
      a: () => {
        // Where b is 0 the product is 0, though a^(b−1) may be infinite.
        const constant = tf.equal(detach(b), 0);
        const safe = tf.where(constant, tf.onesLike(b), b);
        const slope = tf.mul(b, tf.pow(a, tf.sub(safe, 1)));
        return unbroadcast(tf.mul(dy, slope), a.shape);
      },
      b: () => {
        const positive = tf.greater(detach(a), 0);
        const logarithm = tf.log(tf.where(positive, a, tf.onesLike(a)));
        return unbroadcast(tf.mul(dy, tf.mul(tf.pow(a, b), logarithm)), b.shape);
      },
    }),
  });
}

/** `takesA` says where the result is a; elsewhere it is b. */
function registerExtremum(kernel: string, takesA: typeof tf.greaterEqual): void {
  register({
    kernel,
    saves: ["a", "b"],
    gradient: (dy, { a, b }) => {
      const mask = () => tf.cast(takesA(detach(a), detach(b)), "float32");
      return {
        a: () => unbroadcast(tf.mul(dy, mask()), a.shape),
        b: () => unbroadcast(tf.mul(dy, tf.sub(1, mask())), b.shape),
      };
    },
  });
}
