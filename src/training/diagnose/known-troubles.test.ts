/** Models of tf.layers whose trouble is known, and one that has none. */
import { beforeAll, describe, expect, it } from "vitest";
import { data as library } from "../../data/index.js";
import { use } from "../../tensor/index.js";
import { Random } from "../../tensor/random.js";
import { tf } from "../../tensor/tf.js";
import { type DiagnoseOptions, diagnose } from "./diagnose.js";
import { diagnoseScope, type Scope } from "./diagnose-scope.js";
import type { Diagnosis } from "./diagnosis.js";

beforeAll(() => use("float64"));

type Unit = "tanh" | "relu" | "sigmoid" | "linear";

/** Dense layers, seeded; the last has one linear unit. */
function network(
  units: readonly number[],
  activation: Unit,
  { inputs = 2, gain = 1, bias = 0 }: { inputs?: number; gain?: number; bias?: number } = {},
): tf.Sequential {
  const model = tf.sequential();
  [...units, 1].forEach((width, i) => {
    const fanIn = i === 0 ? inputs : units[i - 1]!;
    const hidden = i < units.length;
    const stddev = (hidden ? gain : 1) / Math.sqrt(fanIn);
    model.add(
      tf.layers.dense({
        units: width,
        activation: hidden ? activation : "linear",
        kernelInitializer: tf.initializers.randomNormal({ stddev, seed: 10 + i }),
        biasInitializer: tf.initializers.constant({ value: hidden ? bias : 0 }),
        ...(i === 0 ? { inputShape: [inputs] } : {}),
      }),
    );
  });
  return model;
}

/** sin x₀ + ½x₁ at normal inputs of the given deviations. */
function waves(deviations: readonly number[] = [1, 1], count = 256) {
  const random = new Random(4);
  const xs = Array.from({ length: count }, () => deviations.map((d) => random.normal(0, d)));
  const ys = xs.map((x) => [Math.sin(x[0]! / deviations[0]!) + 0.5 * (x[1]! / deviations[1]!)]);
  return { xs, ys };
}

const problemsOf = (report: Diagnosis) =>
  report.findings.filter(({ level }) => level === "problem").map(({ topic }) => topic);

function compiled(model: tf.LayersModel, learningRate = 0.1): tf.LayersModel {
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: "meanSquaredError" });
  return model;
}

describe("diagnose on models of tf.layers", () => {
  it("finds no problem with a healthy one, before training and during it", async () => {
    const model = compiled(network([16], "tanh"), 0.1);
    const { xs, ys } = waves();
    expect(problemsOf(await diagnose(model, { xs, ys }))).toEqual([]);
    const [x, y] = [tf.tensor(xs), tf.tensor(ys)];
    await model.fit(x, y, { epochs: 5, batchSize: 32, shuffle: false, verbose: 0 });
    const report = await diagnose(model, [x, y]);
    expect(problemsOf(report), report.toString()).toEqual([]);
    tf.dispose([x, y]);
  });

  it("calls an Adam model healthy too, whose steps no sharpness bounds", async () => {
    const model = network([16, 16], "relu", { gain: Math.SQRT2 });
    model.compile({ optimizer: tf.train.adam(0.001), loss: "meanSquaredError" });
    const report = await diagnose(model, waves());
    expect(problemsOf(report), report.toString()).toEqual([]);
    expect(report.on("step length").text).toContain("Adam scales each coordinate");
  });

  it("badly scaled features", async () => {
    const report = await diagnose(compiled(network([8], "tanh"), 0.05), waves([1, 200]));
    expect(problemsOf(report)).toContain("input scales");
    expect(report.on("input scales").value / 200).toBeCloseTo(1, 0);
    expect(report.on("input scales").advice).toContain("mean 0 and variance 1");
  });

  it("dead relus", async () => {
    const model = compiled(network([12], "relu", { bias: -30 }));
    const report = await diagnose(model, waves());
    expect(report.on("dead units")).toMatchObject({ level: "problem", value: 1 });
    expect(report.on("dead units").text).toContain("12 of 12 in");
  });

  it.each([
    ["tanh", "saturated units"],
    ["sigmoid", "saturated units"],
  ] as const)("saturated %s", async (unit, topic) => {
    const model = compiled(network([12], unit, { gain: 400 }), 1e-3);
    const report = await diagnose(model, waves());
    expect(report.on(topic).level).toBe("problem");
    expect(report.on(topic).value).toBeGreaterThan(0.8);
  });

  it("steps too long and far too short, by the same sharpness", async () => {
    const data = waves();
    const long = await diagnose(compiled(network([16], "tanh"), 10), data);
    expect(long.on("step length")).toMatchObject({ level: "problem" });
    expect(long.on("step length").text).toContain("too long");
    const short = await diagnose(compiled(network([16], "tanh"), 1e-5), data);
    expect(short.on("step length").text).toContain("far too short");
    expect(long.on("step length").value / short.on("step length").value).toBeCloseTo(1e6, -1);
  });

  it("grants momentum its longer steps: (2 + 2β)/η", async () => {
    const options: DiagnoseOptions = { loss: "meanSquaredError", learningRate: 0.1 };
    const model = network([16], "tanh");
    const plain = await diagnose(model, waves(), options);
    const heavy = await diagnose(model, waves(), { ...options, optimizer: "momentum" });
    const ratio = plain.on("step length").value / heavy.on("step length").value;
    expect(ratio).toBeCloseTo(1.9, 10);
  });

  it("gradients that vanish through ten layers of sigmoids", async () => {
    const model = compiled(network(new Array(10).fill(8), "sigmoid"), 0.1);
    const report = await diagnose(model, waves());
    expect(report.on("gradient flow")).toMatchObject({ level: "problem" });
    expect(report.on("gradient flow").value).toBeLessThan(1e-4);
    expect(report.on("gradient flow").text).toMatch(/the first layer's is .+ times the last one's/);
    expect(report.on("gradient flow").advice).toContain("vanishes");
  });

  it("a plateau at a saddle: all weights zero", async () => {
    const model = compiled(network([6], "tanh"));
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    const { xs, ys } = waves();
    const mean = ys.reduce((sum, [y = 0]) => sum + y / ys.length, 0);
    const centred = ys.map(([y = 0]) => [y - mean]);
    const report = await diagnose(model, { xs, ys: centred }, { examples: 256 });
    expect(problemsOf(report)).toEqual(expect.arrayContaining(["plateau", "negative curvature"]));
    expect(report.findings[0]!.topic).toBe("plateau");
    expect(report.on("plateau").text).toContain("this is a saddle, and there is a way down");
  });

  it("a recurrent network whose gradient explodes", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.simpleRNN({
          inputShape: [20, 1],
          units: 4,
          activation: "linear",
          kernelInitializer: tf.initializers.randomNormal({ stddev: 1, seed: 1 }),
          recurrentInitializer: tf.initializers.randomNormal({ stddev: 1, seed: 2 }),
        }),
        tf.layers.dense({
          units: 1,
          kernelInitializer: tf.initializers.randomNormal({ stddev: 1, seed: 3 }),
        }),
      ],
    });
    const random = new Random(6);
    const xs = Array.from({ length: 32 }, () => Array.from(random.normals(20), (x) => [x]));
    const ys = xs.map((sequence) => [sequence[0]![0]!]);
    const report = await diagnose(compiled(model, 0.01), { xs, ys }, { batchSize: 8 });
    expect(problemsOf(report)).toEqual(expect.arrayContaining(["gradient flow", "step length"]));
    expect(report.on("gradient flow").text).toContain("explodes");
  });

  it("a loss that is not a number, and nothing else", async () => {
    const model = compiled(network([4], "linear", { gain: 1e200 }));
    model.layers[1]!.setWeights([tf.fill([4, 1], 1e30), tf.zeros([1])]);
    const huge = {
      xs: [
        [1e38, 1e38],
        [2e38, 1e38],
      ],
      ys: [[0], [1]],
    };
    const report = await diagnose(model, huge);
    expect(report.findings.map(({ topic }) => topic)).toEqual(["loss"]);
  });

  it.each<[string, () => tf.LayersModel, string]>([
    ["saturated units", () => network([16], "sigmoid", { gain: 200 }), "saturated units"],
    ["a gradient that vanishes", () => network(new Array(10).fill(8), "sigmoid"), "gradient flow"],
    [
      "a gradient that explodes",
      () => network(new Array(10).fill(16), "relu", { gain: 5 }),
      "gradient flow",
    ],
    ["dead relus", () => network([16], "relu", { bias: -20 }), "dead units"],
  ])("names the cause before what follows from it: %s", async (_, model, topic) => {
    const report = await diagnose(compiled(model(), 0.1), waves());
    expect(report.findings[0]!.topic, report.toString()).toBe(topic);
    expect(report.toString()).not.toContain("NaN");
  });

  it("blames the step, not the gradient, where the learning rate alone is too high", async () => {
    const report = await diagnose(compiled(network([16], "tanh"), 30), waves());
    expect(report.findings[0]!.topic).toBe("step length");
    expect(report.on("gradient flow").text).not.toContain("explodes");
  });

  it("sees a loss of the wrong sign", async () => {
    const loss = (y: tf.Tensor, t: tf.Tensor) => tf.neg(tf.mean(tf.square(tf.sub(y, t))));
    for (const units of [[], [16]]) {
      const report = await diagnose(network(units, "tanh"), waves(), { loss, learningRate: 0.1 });
      expect(report.findings[0]!.topic, report.toString()).toBe("loss");
      expect(report.findings[0]!.advice).toContain("sign of the loss");
    }
  });

  it("leaves the model as it was, and no tensor behind", async () => {
    const model = compiled(network([8], "tanh"));
    const data = waves();
    await diagnose(model, data);
    const before = tf.memory().numTensors;
    const weights = model.getWeights().map((w) => Array.from(w.dataSync()));
    await diagnose(model, data);
    expect(tf.memory().numTensors).toBe(before);
    expect(model.getWeights().map((w) => Array.from(w.dataSync()))).toEqual(weights);
  });

  it("classifies: whole numbers, one-hot rows, probabilities and logits say the same", async () => {
    const random = new Random(2);
    const xs = Array.from({ length: 128 }, () => Array.from(random.normals(2)));
    const classes = xs.map(([a = 0, b = 0]) => (a > 0.3 ? 0 : b > 0 ? 1 : 2));
    const rows = classes.map((c) => [0, 1, 2].map((k) => Number(k === c)));
    const layer = (activation: "softmax" | "linear") => {
      const initializer = tf.initializers.randomNormal({ stddev: 0.5, seed: 5 });
      return tf.sequential({
        layers: [
          tf.layers.dense({
            inputShape: [2],
            units: 3,
            activation,
            kernelInitializer: initializer,
          }),
        ],
      });
    };
    const value = async (
      model: tf.LayersModel,
      ys: number[] | number[][],
      loss: DiagnoseOptions["loss"],
    ) => {
      const report = await diagnose(model, { xs, ys }, { learningRate: 0.1, loss: loss! });
      return report.on("step length").value;
    };
    const expected = await value(layer("linear"), classes, "categoricalCrossentropyWithLogits");
    for (const [ys, loss] of [
      [classes, "sparseCategoricalCrossentropy"],
      [rows, "categoricalCrossentropy"],
    ] as const) {
      expect(await value(layer("softmax"), ys, loss)).toBeCloseTo(expected, 5);
    }
  });
});

describe("diagnose asks for what it lacks", () => {
  const model = () => network([2], "tanh");
  const data = {
    xs: [
      [1, 2],
      [3, 4],
    ],
    ys: [[1], [2]],
  };
  const loss = "meanSquaredError";
  it.each<[string, unknown, unknown, DiagnoseOptions, string]>([
    ["a loss", undefined, data, { learningRate: 0.1 }, "no loss is known; compile the model"],
    ["a learning rate", undefined, data, { loss }, "no learning rate is known"],
    [
      "a known loss",
      undefined,
      data,
      { loss: "hinge" as "mse", learningRate: 1 },
      'no loss "hinge"; there are meanSquaredError',
    ],
    ["a positive rate", undefined, data, { loss, learningRate: -1 }, "learningRate is -1"],
    ["a model", 3, data, {}, "found 3"],
    ["data", undefined, { x: [] }, { loss, learningRate: 1 }, "found an object with x"],
    [
      "as many targets as inputs",
      undefined,
      {
        xs: [
          [1, 2],
          [3, 4],
        ],
        ys: [[1], [2], [3]],
      },
      { loss, learningRate: 1 },
      "2 inputs and 3 targets",
    ],
    [
      "numbers",
      undefined,
      {
        xs: [
          [1, 2],
          [Number.NaN, 4],
        ],
        ys: [[1], [2]],
      },
      { loss, learningRate: 1 },
      "example 1 of the inputs holds NaN",
    ],
    [
      "more than one example",
      undefined,
      { xs: [[1, 2]], ys: [[1]] },
      { loss, learningRate: 1 },
      "1 inputs; at least 2",
    ],
  ])("%s", async (_, given, table, options, message) => {
    const subject = (given ?? model()) as tf.LayersModel;
    await expect(diagnose(subject, table as typeof data, options)).rejects.toThrow(message);
  });
});

describe("diagnoseScope", () => {
  const data = {
    xs: [
      [1, 2],
      [3, 4],
    ],
    ys: [[1], [2]],
  };
  const usual = { learningRate: 0.1, loss: "mse" };

  it("takes things by their usual names, beside many others", async () => {
    const scopes: Scope[] = [
      { model: network([2], "tanh"), data, ...usual },
      { net: network([2], "tanh"), ...data, ...usual, other: 1 },
      { network: network([2], "tanh"), x: data.xs, y: data.ys, data: library, ...usual },
      { model: 3, defaultExport: async () => ({ model: network([2], "tanh"), ...data, ...usual }) },
    ];
    for (const scope of scopes) {
      expect((await diagnoseScope(scope)).title).toMatch(/^sequential_\d+ \(9 parameters\) on 2/);
    }
  });

  it("leaves a loss of parameters alone, and lets options win", async () => {
    const model = compiled(network([2], "tanh"), 0.1);
    const loss = (params: object) => params;
    const short = await diagnoseScope({ model, ...data, loss }, { learningRate: 1e-5 });
    expect(short.on("step length").text).toContain("learning rate 1e-5");
  });

  it("returns the diagnosis that is there, and says what is not", async () => {
    const diagnosis = await diagnose(compiled(network([2], "tanh")), data);
    expect(await diagnoseScope({ first: 1, diagnosis })).toBe(diagnosis);
    const again = { model: network([2], "tanh"), ...data, ...usual, diagnosis };
    expect(await diagnoseScope(again)).toBe(diagnosis);
    expect(await diagnoseScope(again, { learningRate: 1 })).not.toBe(diagnosis);
    await expect(diagnoseScope({ model: 1, other: 2 })).rejects.toThrow(
      "there is no `data` (or `xs` and `ys`) at the top level; there are model, other",
    );
    await expect(diagnoseScope({})).rejects.toThrow("there is nothing");
  });
});
