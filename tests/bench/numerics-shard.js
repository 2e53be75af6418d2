/** The loss of some examples of the bench's 784-128-64-10 network, for `shardedHessian`. */
import { tensor, tf } from "../../dist/src/index.js";
import { Random } from "../../dist/src/tensor/random.js";

export default function loss({ start, end }) {
  const count = end - start;
  const x = tensor(new Random(start).normals(count * 784), [count, 784]);
  const labels = Array.from({ length: count }, (_, i) => (start + i) % 10);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), 10), "float32");
  return (p) => {
    const first = tf.relu(tf.add(tf.matMul(x, p.w0), p.b0));
    const second = tf.relu(tf.add(tf.matMul(first, p.w1), p.b1));
    const logits = tf.add(tf.matMul(second, p.w2), p.b2);
    return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), -1)));
  };
}
