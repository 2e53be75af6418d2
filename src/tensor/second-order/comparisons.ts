/**
 * Ops whose derivative is zero wherever it exists: comparisons, logic, rounding to integers.
 *
 * tfjs ships no gradient for most of them, so a mask inside a loss could not be differentiated.
 * A cast of floats to integers belongs here too: tfjs lets the gradient through as if it were the
 * identity.
 */
import * as tf from "@tensorflow/tfjs";
import { register } from "./rule.js";

const BINARY = [
  tf.Equal,
  tf.NotEqual,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalOr,
  tf.LogicalXor,
  tf.FloorDiv,
] as const;

export function registerComparisons(): void {
  for (const kernel of BINARY) {
    register({
      kernel,
      saves: ["a", "b"],
      gradient: (_, { a, b }) => ({ a: () => zeros(a), b: () => zeros(b) }),
    });
  }
  for (const kernel of [tf.LogicalNot, tf.Any, tf.All]) {
    register({
      kernel,
      saves: ["x"],
      gradient: (_, { x }) => ({ x: () => zeros(x) }),
    });
  }
  register({
    kernel: tf.Cast,
    saves: ["x"],
    gradient: (dy, { x }, { dtype }: tf.CastAttrs) => ({
      x: () => (x.dtype === "float32" && dtype !== "float32" ? zeros(x) : tf.clone(dy)),
    }),
  });
}

function zeros(x: tf.Tensor): tf.Tensor {
  return tf.zeros(x.shape, "float32");
}
