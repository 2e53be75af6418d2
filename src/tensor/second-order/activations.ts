/**
 * Activations, each as dy · f′(x) with f′ written in x alone once the gradient is itself taped.
 *
 * ELU and SELU take exp of min(x, 0): a where() over exp(x) would multiply 0 by infinity for large
 * x as soon as it is differentiated again.
 */
import * as tf from "@tensorflow/tfjs";
import { beingTaped, detach, register, unbroadcast } from "./rule.js";

// Klambauer and others, "Self-normalizing neural networks", 2017.
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

export function registerActivations(): void {
  register({
    kernel: tf.Tanh,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }) => ({
      x: () => {
        const y = beingTaped() ? tf.tanh(x) : output;
        return tf.mul(tf.sub(1, tf.square(y)), dy);
      },
    }),
  });
  register({
    kernel: tf.Sigmoid,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }) => ({
      x: () => {
        const y = beingTaped() ? tf.sigmoid(x) : output;
        return tf.mul(tf.sub(y, tf.square(y)), dy);
      },
    }),
  });
  register({
    kernel: tf.Exp,
    saves: ["x"],
    savesOutput: true,
    gradient: (dy, { x, output }) => ({
      x: () => tf.mul(dy, beingTaped() ? tf.exp(x) : output),
    }),
  });
  registerRectifiers();
  register({
    kernel: tf.Elu,
    saves: ["x"],
    gradient: (dy, { x }) => ({ x: () => tf.mul(dy, tf.exp(tf.minimum(x, 0))) }),
  });
  register({
    kernel: tf.Selu,
    saves: ["x"],
    gradient: (dy, { x }) => ({
      x: () => {
        const left = tf.mul(SELU_SCALE_ALPHA, tf.exp(tf.minimum(x, 0)));
        const slope = tf.where(tf.greater(detach(x), 0), tf.onesLike(x).mul(SELU_SCALE), left);
        return tf.mul(dy, slope);
      },
    }),
  });
  register({
    kernel: tf.Erf,
    saves: ["x"],
    gradient: (dy, { x }) => ({
      x: () => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
    }),
  });
}

function registerRectifiers(): void {
  register({
    kernel: tf.Relu,
    saves: ["x"],
    gradient: (dy, { x }) => ({ x: () => tf.mul(dy, tf.step(detach(x))) }),
  });
  register({
    kernel: tf.Relu6,
    saves: ["x"],
    gradient: (dy, { x }) => ({
      x: () => {
        const still = detach(x);
        return tf.mul(dy, tf.mul(tf.step(still), tf.cast(tf.lessEqual(still, 6), "float32")));
      },
    }),
  });
  register({
    kernel: tf.LeakyRelu,
    saves: ["x"],
    gradient: (dy, { x }, { alpha }: { alpha: number }) => ({
      x: () => tf.mul(dy, tf.step(detach(x), alpha)),
    }),
  });
  register({
    kernel: tf.Prelu,
    saves: ["x", "alpha"],
    gradient: (dy, { x, alpha }) => {
      const positive = () => tf.step(detach(x));
      return {
        x: () => tf.mul(dy, tf.add(positive(), tf.mul(tf.sub(1, positive()), alpha))),
        alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
      };
    },
  });
}
