/** The networks that the numerics bench measures, as functions of any tfjs: curvlab's or a plain one. */
export const networks = {
  "2-16-16-1 tanh, batch 64": (kit) => perceptron(kit, [2, 16, 16, 1], 64, kit.tf.tanh),
  "2-64-64-1 tanh, batch 256": (kit) => perceptron(kit, [2, 64, 64, 1], 256, kit.tf.tanh),
  "784-128-64-10 relu, batch 256": (kit) => perceptron(kit, [784, 128, 64, 10], 256, kit.tf.relu),
  "conv 24×24, batch 64": (kit) => convolutional(kit, 64),
};

/** `kit.random(shape, scale)` makes a tensor; the same names and shapes as in numerics-torch.py. */
export function perceptron({ tf, random }, sizes, batch, activation) {
  const x = random([batch, sizes[0]], 1);
  const layers = sizes.slice(1).map((width, i) => ({ w: `w${i}`, b: `b${i}`, width }));
  const params = {};
  layers.forEach(({ w, b, width }, i) => {
    params[w] = random([sizes[i], width], 1 / Math.sqrt(sizes[i]));
    params[b] = random([width], 0.1);
  });
  const output = (p) =>
    layers.reduce((h, { w, b }, i) => {
      const z = tf.add(tf.matMul(h, p[w]), p[b]);
      return i < layers.length - 1 ? activation(z) : z;
    }, x);
  const last = sizes.at(-1);
  if (last > 1) return { params, loss: crossEntropy(tf, output, batch, last) };
  const y = random([batch, 1], 1);
  return { params, loss: (p) => tf.mean(tf.square(tf.sub(output(p), y))) };
}

function convolutional({ tf, random }, batch) {
  const x = random([batch, 24, 24, 1], 1);
  const shapes = {
    c1: [5, 5, 1, 8],
    d1: [8],
    c2: [5, 5, 8, 16],
    d2: [16],
    w1: [576, 32],
    b1: [32],
    w2: [32, 6],
    b2: [6],
  };
  const params = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, random(shape, 0.1)]),
  );
  const stage = (h, filter, bias) =>
    tf.maxPool(tf.tanh(tf.add(tf.conv2d(h, filter, 1, "same"), bias)), 2, 2, "same");
  const output = (p) => {
    const features = stage(stage(x, p.c1, p.d1), p.c2, p.d2);
    const hidden = tf.tanh(tf.add(tf.matMul(tf.reshape(features, [batch, 576]), p.w1), p.b1));
    return tf.add(tf.matMul(hidden, p.w2), p.b2);
  };
  return { params, loss: crossEntropy(tf, output, batch, 6) };
}

function crossEntropy(tf, output, batch, classes) {
  const labels = Array.from({ length: batch }, (_, i) => i % classes);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32");
  return (p) => tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(output(p))), -1)));
}
