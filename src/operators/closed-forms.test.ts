/**
 * Hessians with a closed form: least squares (2/N)XᵀX, logistic regression XᵀDX/N with
 * D = diag σ(1 − σ), softmax regression mean (diag p − ppᵀ) ⊗ xxᵀ, and its spectrum at W = 0.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../tensor/index.js";
import { Random } from "../tensor/random.js";
import { gaussNewton } from "./gauss-newton.js";
import { hessian } from "./hessian.js";
import type { Loss } from "./parameters.js";
import { toMatrix } from "./to-matrix.js";

const N = 12;
const D = 3;
const C = 4;
const random = new Random(5);
const X = Array.from({ length: N }, () => [...random.normals(D)]);
const labels = Array.from({ length: N }, (_, i) => i % C);

beforeAll(() => use("float64"));

/** Σᵢ weightᵢ xᵢxᵢᵀ. */
const weightedGram = (weights: readonly number[]) =>
  Array.from({ length: D }, (_, a) =>
    Array.from({ length: D }, (__, b) =>
      X.reduce((sum, x, i) => sum + weights[i]! * x[a]! * x[b]!, 0),
    ),
  );

function expectMatrix(found: readonly Float64Array[], expected: readonly (readonly number[])[]) {
  expect(found.length).toBe(expected.length);
  found.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(1e-10);
    });
  });
}

describe("the Hessian", () => {
  it("of least squares is (2/N)XᵀX", () => {
    const y = tensor(random.normals(N), [N, 1]);
    const loss: Loss = ({ w }) => tf.losses.meanSquaredError(y, tf.matMul(tensor(X), w!));
    const H = hessian(loss, { w: tensor(random.normals(D), [D, 1]) });
    expectMatrix(toMatrix(H), weightedGram(X.map(() => 2 / N)));
  });

  it("of logistic regression is XᵀDX/N", () => {
    const y = tensor(labels.map((k) => [k % 2]));
    const w = random.normals(D);
    const loss: Loss = (p) => tf.losses.sigmoidCrossEntropy(y, tf.matMul(tensor(X), p.w!));
    const slopes = X.map((x) => {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, j) => sum + value * w[j]!, 0)));
      return (p * (1 - p)) / N;
    });
    expectMatrix(toMatrix(hessian(loss, { w: tensor(w, [D, 1]) })), weightedGram(slopes));
  });

  const softmaxLoss: Loss = ({ W }) => {
    const targets = tf.oneHot(tf.tensor1d(labels, "int32"), C);
    return tf.losses.softmaxCrossEntropy(targets, tf.matMul(tensor(X), W!));
  };

  it("of softmax regression is the mean of (diag p − ppᵀ) ⊗ xxᵀ, and is its Gauss-Newton matrix", () => {
    const w = random.normals(D * C);
    const W = tensor(w, [D, C]);
    const expected = Array.from({ length: D * C }, () => new Array<number>(D * C).fill(0));
    for (const x of X) {
      const z = Array.from({ length: C }, (_, c) =>
        x.reduce((sum, value, a) => sum + value * w[a * C + c]!, 0),
      );
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      const p = z.map((value) => Math.exp(value) / total);
      for (let i = 0; i < D * C; i++) {
        for (let j = 0; j < D * C; j++) {
          const [a, c, b, d] = [Math.floor(i / C), i % C, Math.floor(j / C), j % C];
          const curvature = (c === d ? p[c]! : 0) - p[c]! * p[d]!;
          expected[i]![j]! += (curvature * x[a]! * x[b]!) / N;
        }
      }
    }
    expectMatrix(toMatrix(hessian(softmaxLoss, { W })), expected);
    const G = gaussNewton(
      (p) => tf.matMul(tensor(X), p.W!),
      (logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, "int32"), C), logits),
      { W },
    );
    expectMatrix(toMatrix(G), expected);
  });

  it("of softmax regression at W = 0 is (XᵀX/N)/C ⊗ (I − 11ᵀ/C)", () => {
    const gram = weightedGram(X.map(() => 1 / (N * C)));
    const expected = Array.from({ length: D * C }, (_, i) =>
      Array.from({ length: D * C }, (__, j) => {
        const [a, c, b, d] = [Math.floor(i / C), i % C, Math.floor(j / C), j % C];
        return gram[a]![b]! * ((c === d ? 1 : 0) - 1 / C);
      }),
    );
    expectMatrix(toMatrix(hessian(softmaxLoss, { W: tf.zeros([D, C]) })), expected);
  });
});
