/**
 * The top eigenpairs of the Hessian of a network of 101,770 parameters, judged by products that the
 * search did not use. `npm run bench -- algorithms` times the same at batch 256 with ten pairs.
 */
import { beforeAll, expect, it } from "vitest";
import { models } from "../../src/models/index.js";
import { countParameters, hessian, hvp } from "../../src/operators/index.js";
import { addScaled, dot, norm } from "../../src/operators/vectors.js";
import { topEigenpairs } from "../../src/spectra/top-eigenpairs.js";
import { tensor, tf, use } from "../../src/tensor/index.js";
import { Random } from "../../src/tensor/random.js";

beforeAll(() => use("float64"));

/** Softmax regression through one tanh layer, on a fixed batch of noise. */
function noisyNetwork(batch: number) {
  const random = new Random(2);
  const network = models.mlp({ inputs: 784, hidden: [128], outputs: 10 });
  const inputs = tensor(random.normals(batch * 784), [batch, 784]);
  const labels = tf.oneHot(
    Array.from({ length: batch }, () => random.integer(10)),
    10,
  );
  const loss = (p: Record<string, tf.Tensor>) =>
    tf.neg(
      tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(network.apply(p, inputs))), 1)),
    ) as tf.Scalar;
  return { params: network.initialize(1), loss };
}

it("finds the top five eigenpairs of a 100,000-parameter Hessian, with honest residuals", async () => {
  const { params, loss } = noisyNetwork(64);
  expect(countParameters(params)).toBe(101_770);
  const rtol = 1e-5;
  const op = hessian(loss, params);
  const top = await topEigenpairs(op, { k: 5, rtol, seed: 0 });
  op.dispose();
  expect(top.converged).toEqual([true, true, true, true, true]);
  // ‖A‖ is the top eigenvalue here: the Hessian of a softmax loss is nearly positive semidefinite.
  const scale = top.eigenvalues[0]!;
  top.eigenvectors.forEach((v, i) => {
    const residual = norm(addScaled(hvp(loss, params, v), -top.eigenvalues[i]!, v));
    expect(residual).toBeLessThan(rtol * scale);
    expect(Math.abs(residual - top.residuals[i]!)).toBeLessThan(1e-12 * scale);
    top.eigenvectors.forEach((w, j) => {
      expect(Math.abs(dot(v, w) - (i === j ? 1 : 0))).toBeLessThan(1e-12);
    });
  });
  expect([...top.eigenvalues]).toEqual([...top.eigenvalues].sort((p, q) => q - p));
  tf.dispose(params);
});
