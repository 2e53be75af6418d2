import { beforeAll, describe, expect, test } from "vitest";
import { data } from "../data/index.js";
import { models } from "../models/index.js";
import { gradient, hessian, toMatrix, unflatten } from "../operators/index.js";
import { eigh } from "../spectra/eigh.js";
import { tf, use } from "../tensor/index.js";
import { batch, errorRate, lossOn } from "./batch.js";
import { gauges } from "./gauges.js";
import { type TrainOptions, train } from "./train.js";
import { TrainingRun } from "./training-run.js";

const task = data.shapes({ kinds: 3, size: 12, noise: 0.05, clutter: 0 });
const model = models.mlp({ inputs: 144, hidden: [6], outputs: task.outputs });
const small: TrainOptions = {
  model,
  task,
  epochs: 3,
  stepsPerEpoch: 10,
  batchSize: 16,
  learningRate: 0.1,
  validationSize: 100,
  probeSize: 32,
  seed: 2,
};

beforeAll(() => use("wasm"));

describe("train", () => {
  test("gives the same run, bit for bit, from the same seed", async () => {
    const [one, two] = [await train(small), await train(small)];
    expect({ ...one, seconds: 0 }).toEqual({ ...two, seconds: 0 });
    expect((await train({ ...small, seed: 3 })).losses).not.toEqual(one.losses);
    expect(one.validationErrors.length).toBe(4);
    expect(one.losses.length).toBe(30);
  });

  test("takes the steps of stochastic gradient descent with momentum", async () => {
    const options = { ...small, epochs: 1, stepsPerEpoch: 3, momentum: 0.9 };
    const run = await train(options);
    const like = model.initialize(2);
    let position = Float64Array.from(await flat(like));
    let velocity = new Float64Array(position.length);
    const examples = task.draw(48, 1);
    for (let step = 0; step < 3; step++) {
      const loss = lossOn(model, task, batch(task, examples, step * 16, step * 16 + 16));
      const g = gradient(loss, unflatten(position, like));
      velocity = velocity.map((v, i) => 0.9 * v + g[i]!);
      position = position.map((x, i) => x - 0.1 * velocity[i]!);
      expect(run.gradientNorms[step]).toBeCloseTo(Math.hypot(...g), 10);
    }
    expect(run.parameters).toEqual([...position]);
  });

  test("learns: an easy task is all but solved", async () => {
    const easy = data.shapes({ kinds: ["ring", "square"], size: 12, noise: 0.05, clutter: 0 });
    const net = models.convNet({ input: [12, 12, 1], channels: [4], hidden: 8, outputs: 6 });
    const more = { epochs: 12, stepsPerEpoch: 60, learningRate: 0.05 };
    const run = await train({ ...small, ...more, task: easy, model: net });
    expect(run.validationErrors[0]).toBeGreaterThan(0.3);
    expect(run.mean("validationError", 10, 12)).toBeLessThan(0.1);
    expect(run.mean("loss", 10, 12)).toBeLessThan(0.5 * run.mean("loss", 1, 1));
  });

  test("leaks no tensor, and stops when told to, leaking none either", async () => {
    const before = tf.memory().numTensors;
    await train({ ...small, gauges: [gauges.curvature(), gauges.sharpness()] });
    expect(tf.memory().numTensors).toBe(before);
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      if (done === 1) stop.abort(new Error("enough"));
    };
    await expect(train({ ...small, onProgress, signal: stop.signal })).rejects.toThrow("enough");
    expect(seen).toEqual([0, 1]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("lets the event loop turn while it works", async () => {
    let turns = 0;
    const clock = setInterval(() => turns++, 5);
    await train({ ...small, epochs: 6, stepsPerEpoch: 40 });
    clearInterval(clock);
    expect(turns).toBeGreaterThan(1);
  });

  test("says when it diverged, and what to do", async () => {
    await expect(train({ ...small, learningRate: 1e4 })).rejects.toThrow(
      /the loss is no number at step \d+ of 10 of epoch \d; .* 10000 may be too long/,
    );
  });

  test("refuses settings that make no run, by name", async () => {
    await expect(train({ ...small, epochs: 0 })).rejects.toThrow("epochs is 0");
    await expect(train({ ...small, learningRate: -1 })).rejects.toThrow("learningRate -1");
    const without = async (given: unknown) => train(given as typeof small);
    await expect(without(undefined)).rejects.toThrow(
      "train: the options are undefined; an object is needed, such as { model: … }",
    );
    await expect(without({ ...small, model: undefined })).rejects.toThrow(
      "train: model is undefined; a network is needed, such as models.mlp({ … })",
    );
    await expect(without({ ...small, task: "shapes" })).rejects.toThrow(
      'train: task is the string "shapes"; a task is needed',
    );
    await expect(without({ ...small, lr: 0.1 })).rejects.toThrow('train: there is no option "lr"');
    const twice = [gauges.curvature(), gauges.curvature()];
    await expect(train({ ...small, gauges: twice })).rejects.toThrow('two gauges read "gTg"');
  });
});

describe("gauges", () => {
  test("agree with the Hessian written out", async () => {
    const run = await train({
      ...small,
      epochs: 1,
      gauges: [gauges.curvature(), gauges.sharpness({ rtol: 1e-4 })],
    });
    const params = unflatten(Float64Array.from(run.parameters), model.initialize(0));
    const loss = lossOn(model, task, batch(task, task.draw(32, 2 ** 30 + 1)));
    const g = gradient(loss, params);
    const H = toMatrix(hessian(loss, params));
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
    const along = dot(
      g,
      H.map((row) => dot(row, g)),
    );
    expect(run.series("gTg").values[1]! / dot(g, g)).toBeCloseTo(1, 5);
    expect(run.series("gTHg").values[1]! / along).toBeCloseTo(1, 4);
    const top = eigh(H).eigenvalues.at(-1)!;
    expect(run.series("sharpness").values[1]! / top).toBeCloseTo(1, 4);
  });
});

describe("TrainingRun", () => {
  test("survives JSON, and refuses what is no run", async () => {
    const run = await train({ ...small, gauges: [gauges.curvature({ every: 2 })] });
    expect(TrainingRun.fromJSON(JSON.stringify(run))).toEqual(run);
    expect(run.series("gTg").epochs).toEqual([0, 2]);
    expect(run.toString()).toContain("validation error");
    expect(run.toString()).toMatch(/^gᵀg .*\ngᵀHg /m);
    expect(() => TrainingRun.fromJSON("[]")).toThrow("not what JSON.stringify(run) writes");
    expect(() => run.series("gtg")).toThrow("the readings are gTg, gTHg");
    expect(() => run.mean("loss", 0, 2)).toThrow("epochs 0 to 2");
  });

  test("means are over the steps of the epochs that are asked for", async () => {
    const run = await train(small);
    const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(run.mean("gradientNorm", 2, 3)).toBeCloseTo(average(run.gradientNorms.slice(10)), 12);
    expect(run.mean("validationError", 3, 3)).toBe(run.validationErrors[3]);
    expect(errorRate(model, task, task.draw(100, 2 ** 30), finalParameters(run))).toBe(
      run.validationErrors[3],
    );
  });
});

function finalParameters(run: TrainingRun) {
  return unflatten(Float64Array.from(run.parameters), model.initialize(0));
}

async function flat(params: Record<string, tf.Tensor>): Promise<number[]> {
  const parts = await Promise.all(Object.values(params).map((t) => t.data()));
  return parts.flatMap((part) => [...part]);
}
