/**
 * The layer table: every layer of tf.layers × (float64, wasm) × (gradient, Hessian-vector product),
 * by its weights and its input, measured here and written to src/tensor/LAYERS.md by
 *
 *   UPDATE_OPS=1 npx vitest run tests/numerics/layer-table.test.ts
 *
 * Without it the test fails if an error exceeds its bound, or if what works differs from what the
 * committed table says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { balanced } from "../../src/operators/derivatives.js";
import {
  flatten,
  gradient,
  hvp,
  type Loss,
  type Parameters,
  unflatten,
} from "../../src/operators/index.js";
import { type BackendName, use } from "../../src/tensor/index.js";
import { Random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { tf } from "../../src/tensor/tf.js";
import { differenceAlong, relativeError } from "./derivatives.js";
import { type LayerCase, layerCases } from "./layer-cases.js";

const TABLE = new URL("../../src/tensor/LAYERS.md", import.meta.url);
const BATCH = 2;
const BOUNDS = { float64: 1e-8, wasm: 1e-4 } as const;

type Result = number | string;
const results = new Map<string, Record<string, readonly Result[]>>();
const exact = new Map<string, readonly Float64Array[]>();

describe.each(["float64", "wasm"] as const)("%s", (backend) => {
  it.each(layerCases)("$name", async (layerCase) => {
    await use(backend);
    const found = balanced(() => measure(layerCase, backend));
    results.set(layerCase.name, { ...results.get(layerCase.name), [backend]: found });
    for (const error of found) {
      if (typeof error === "number") expect(error).toBeLessThan(BOUNDS[backend]);
    }
  });
});

/** The errors of the gradient and of the product, or how they fail. */
function measure(layerCase: LayerCase, backend: BackendName): Result[] {
  const { loss, params, assign } = problem(layerCase);
  const random = new Random(5);
  const start = spread(flatten(params).length, random);
  const v = start.map(() => Math.fround(2 * random.uniform() - 1));
  const at = <T>(point: Float64Array, f: (params: Parameters) => T): T =>
    balanced(() => f(assign(point)));
  const derivatives = [
    () => at(start, (p) => gradient(loss, p)),
    () => at(start, (p) => hvp(loss, p, v)),
  ];
  const found = derivatives.map((f) => outcome(f));
  if (backend !== "float64") {
    return found.map((entries, i) => {
      const expected = exact.get(layerCase.name)?.[i];
      if (typeof entries === "string") return entries;
      return expected === undefined ? "no float64" : relativeError(entries, expected);
    });
  }
  exact.set(
    layerCase.name,
    found.filter((entries) => typeof entries !== "string"),
  );
  const value = (point: Float64Array) =>
    at(point, (p) => Float64Array.of(loss(p).dataSync()[0] ?? Number.NaN));
  const slope = (point: Float64Array) => at(point, (p) => gradient(loss, p));
  return found.map((entries, order) => {
    if (typeof entries === "string") return entries;
    if (order === 1) return relativeError(entries, differenceAlong(slope, start, v));
    const along = differenceAlong(value, start, v);
    return relativeError(Float64Array.of(dot(entries, v)), along);
  });
}

/** Distinct numbers in [−1, 1] in random order: no ties to pool over, none near zero. */
function spread(n: number, random: Random): Float64Array {
  const order = Array.from({ length: n }, (_, i) => ({ i, key: random.uniform() }));
  order.sort((a, b) => a.key - b.key);
  return Float64Array.from(order, ({ i }) => Math.fround((2 * i + 1.3) / n - 1));
}

interface Problem {
  readonly loss: Loss;
  readonly params: Parameters;
  /** Sets weights and input; the parameters at a point. */
  assign(point: Float64Array): Parameters;
}

/** L = Σ c·y + ½ Σ d·y² of the model's output y, by its weights and, unless whole, its input. */
function problem({ input, make, indices, merges, training }: LayerCase): Problem {
  const made = [make()].flat();
  const inputs = (merges ? [0, 1] : [0]).map(() => tf.input({ shape: [...input] }));
  let y: tf.SymbolicTensor | tf.SymbolicTensor[] = merges ? inputs : inputs[0]!;
  for (const layer of made) y = layer.apply(y) as tf.SymbolicTensor;
  const model = tf.model({ inputs, outputs: y });
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const shape = [BATCH, ...input];
  const free = indices === undefined ? inputs.map((_, i) => [`x${i}`, tf.zeros(shape)]) : [];
  const fixed = tf.tensor(
    Array.from({ length: BATCH * input[0]! }, (_, i) => i % (indices ?? 1)),
    shape.slice(0, 2),
  );
  const params: Parameters = {
    ...Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight])),
    ...Object.fromEntries(free),
  };
  return {
    params,
    loss: (p) => {
      const given = indices === undefined ? inputs.map((_, i) => p[`x${i}`]!) : [fixed];
      const out = model.apply(merges ? given : given[0]!, { training: training ?? false });
      return weigh(out as tf.Tensor);
    },
    assign: (point) => {
      const named = unflatten(point, params);
      for (const [i, weight] of weights.entries()) weight.assign(named[`w${i}`]!);
      return { ...named, ...Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight])) };
    },
  };
}

function weigh(y: tf.Tensor): tf.Tensor {
  const weight = (frequency: number) =>
    tensor(
      Array.from({ length: y.size }, (_, i) => Math.fround(Math.cos(frequency * i + 0.3))),
      y.shape,
    );
  const square = tf.mul(0.5, tf.sum(tf.mul(weight(0.7), tf.square(y))));
  return tf.add(tf.sum(tf.mul(weight(1.3), y)), square);
}

function outcome(f: () => Float64Array): Float64Array | string {
  try {
    return f();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing =
      /(?:Kernel '(\w+)' not registered|^(\w+): the float64 backend has no kernel)/.exec(message);
    return missing === null ? message.replace(/[|\n]/g, " ") : `no ${missing[1] ?? missing[2]}`;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

const HEAD = `# Layers that can be differentiated twice

Written by \`tests/numerics/layer-table.test.ts\`; do not edit. For each layer of tf.layers, the errors
of the gradient and of the Hessian-vector product by its weights and its input, relative to the
larger of 1 and the largest entry: on float64 against central differences, on wasm (float32) against
float64. Words in place of a figure are how it fails.

| layer | float64 | wasm |
|---|---|---|
`;

function table(show: (error: number) => string): string {
  const cell = (errors: readonly Result[] = []) =>
    errors.map((error) => (typeof error === "number" ? show(error) : error)).join(" · ");
  const rows = [...results].map(
    ([name, { float64, wasm }]) => `| ${name} | ${cell(float64)} | ${cell(wasm)} |\n`,
  );
  return HEAD + rows.join("");
}

afterAll(() => {
  if (results.size < layerCases.length) return;
  if (process.env.UPDATE_OPS === "1")
    writeFileSync(
      TABLE,
      table((error) => error.toExponential(0)),
    );
  const committed = readFileSync(TABLE, "utf8").replace(/\b\d+e[+-]\d+/g, "#");
  expect(committed).toBe(table(() => "#"));
});
