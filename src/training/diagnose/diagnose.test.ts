import { beforeAll, describe, expect, test } from "vitest";
import type { Task } from "../../data/index.js";
import { displaySymbol, type MimeBundle } from "../../figures/display.js";
import { models } from "../../models/index.js";
import { tf, use } from "../../tensor/index.js";
import { Random } from "../../tensor/random.js";
import { diagnose } from "./diagnose.js";
import { noiseScale } from "./noise.js";

beforeAll(() => use("float64"));

/** Least squares on inputs of the given deviations; the target is their sum plus noise. */
function regression(deviations: readonly number[], noise = 0.1): Task {
  return {
    name: "regression",
    inputShape: [deviations.length],
    targetShape: [1],
    outputs: 1,
    draw: (count, index) => {
      const random = new Random(index);
      const inputs = new Float32Array(count * deviations.length);
      const targets = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        deviations.forEach((deviation, j) => {
          const x = random.normal(0, deviation);
          inputs[i * deviations.length + j] = x;
          targets[i]! += x;
        });
        targets[i]! += random.normal(0, noise);
      }
      return { count, inputs, targets };
    },
    loss: (outputs, targets) => tf.mean(tf.square(tf.sub(outputs, targets))) as tf.Scalar,
    mistakes: () => 0,
  };
}

const line = (inputs: number) =>
  models.mlp({ inputs, hidden: [], outputs: 1, activation: "linear" });

describe("diagnose", () => {
  test("on least squares, finds 2 XᵀX/N: its sharpness against 2/η and its spread", async () => {
    const task = regression([1, 1, 1, 1, 40]);
    const report = await diagnose(line(5), task, { learningRate: 0.01, examples: 2000 });
    // Eigenvalues are 2·1600 and, five times with the bias, about 2; 5 % covers 2000 samples.
    const { value, level, advice } = report.on("step length");
    expect(value / ((0.01 * 3200) / 2)).toBeCloseTo(1, 1);
    expect(level).toBe("problem");
    expect(advice).toContain("Divide the learning rate by 1");
    expect(Math.abs(report.on("conditioning").value / 1600 - 1)).toBeLessThan(0.15);
    expect(report.on("negative curvature").level).toBe("good");
    expect(report.findings[0]!.level).toBe("problem");
  });

  test("calls steps too short that could be a hundred times as long", async () => {
    const report = await diagnose(line(3), regression([1, 1, 1]), { learningRate: 1e-4 });
    expect(report.on("step length").level).toBe("problem");
    expect(report.on("step length").text).toContain("far too short");
  });

  test("sees the saddle of a linear network at zero", async () => {
    const model = models.mlp({ inputs: 1, hidden: [1], outputs: 1, activation: "linear" });
    const report = await diagnose(model, regression([1]), {
      learningRate: 0.1,
      // Weights 0, bias of the output away from its optimum so that the gradient is not zero.
      parameters: [0, 0, 0, 0.5],
    });
    // H couples the two weights with −2E[xy]: eigenvalues near −2, 2 and, for the bias, 2.
    expect(report.on("negative curvature").value).toBeGreaterThan(0.5);
    expect(report.on("negative curvature").level).toBe("problem");
  });

  test("counts dead and saturated units, layer by layer", async () => {
    const task = regression([1, 1]);
    const relu = models.mlp({ inputs: 2, hidden: [4], outputs: 1, activation: "relu" });
    const weights = [1, 1, -1, 0.5, 1, -1, 1, 0.5];
    const report = await diagnose(relu, task, {
      learningRate: 0.1,
      parameters: [...weights, 0, -100, -100, 0, 1, 1, 1, 1, 0],
    });
    expect(report.on("dead units").value).toBe(0.5);
    expect(report.on("dead units").text).toContain("2 of 4 in layer1");
    const tanh = models.mlp({ inputs: 2, hidden: [4], outputs: 1 });
    const saturated = await diagnose(tanh, task, {
      learningRate: 0.1,
      parameters: [...weights, 30, 0, 0, 0, 1, 1, 1, 1, 0],
    });
    expect(saturated.on("saturated units").value).toBe(0.25);
  });

  test("sees layers of different scales", async () => {
    const model = models.mlp({ inputs: 2, hidden: [2], outputs: 1, activation: "linear" });
    // Ten times the one layer and a tenth of the next is the same function. A gradient scales as the
    // inverse of its weights, so the ratio of the relative changes is multiplied by 10⁴.
    const first = [1, 0.5, -0.5, 1];
    const even = { learningRate: 0.01, parameters: [...first, 0, 0, 1, 1, 0] };
    const steep = first.map((w) => 10 * w);
    const odd = { learningRate: 0.01, parameters: [...steep, 0, 0, 0.1, 0.1, 0] };
    const task = regression([1, 1]);
    const base = (await diagnose(model, task, even)).on("layer scales");
    const scaled = (await diagnose(model, task, odd)).on("layer scales");
    const signed = (text: string, ratio: number) =>
      /changes output\.weights by/.test(text) ? ratio : 1 / ratio;
    const change = signed(scaled.text, scaled.value) / signed(base.text, base.value);
    expect(change).toBeCloseTo(10 ** 4, 0);
  });

  test("shows itself, leaks nothing, and stops when told to", async () => {
    const before = tf.memory().numTensors;
    const report = await diagnose(line(2), regression([1, 1]), { learningRate: 0.1 });
    expect(tf.memory().numTensors).toBe(before);
    expect(report.toString()).toMatch(/^mlp 2-1 linear \(3 parameters\) on 256 examples/);
    expect((report[displaySymbol]() as MimeBundle)["text/html"]).toContain("step length");
    expect(() => report.on("luck")).toThrow('no finding on "luck"');
    const stopped = diagnose(line(2), regression([1, 1]), {
      learningRate: 0.1,
      signal: AbortSignal.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    await expect(diagnose(line(1), regression([1]), { learningRate: 0 })).rejects.toThrow(
      "learningRate is 0",
    );
  });
});

describe("noiseScale", () => {
  test("recovers ‖g‖² and tr Σ from noisy batches of a known gradient", () => {
    const random = new Random(5);
    const n = 200;
    const g = random.normals(n).map((x) => 0.5 * x);
    const squared = g.reduce((sum, x) => sum + x * x, 0);
    const batchSize = 16;
    const gradients = Array.from({ length: 400 }, () =>
      g.map((x) => x + random.normal(0, 3 / Math.sqrt(batchSize))),
    );
    const found = noiseScale(gradients, batchSize);
    // Single examples have variance 9 in each of 200 entries. Relative error about 1/√(400·200/2).
    expect(found.trace / (9 * n)).toBeCloseTo(1, 1);
    expect(found.squaredGradient / squared).toBeCloseTo(1, 1);
    expect(found.examples).toBeCloseTo(found.trace / found.squaredGradient, 10);
  });

  test("is infinite where there is nothing but noise", () => {
    const opposite = [Float64Array.of(1, 0), Float64Array.of(-1, 0)];
    expect(noiseScale(opposite, 8).examples).toBe(Number.POSITIVE_INFINITY);
  });
});
