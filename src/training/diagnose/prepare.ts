/**
 * Whatever `diagnose` was given, as the subject of an examination.
 *
 * A compiled model of tf.layers brings its loss and its optimiser along; anything else is named in the
 * options. What is missing is asked for by name.
 */
import type { Task } from "../../data/index.js";
import type { Network } from "../../models/index.js";
import { type Parameters, unflatten } from "../../operators/index.js";
import { tf } from "../../tensor/index.js";
import { batch } from "../batch.js";
import type { DiagnoseOptions } from "./diagnose.js";
import { isLayersModel, layersNetwork, penalties } from "./layers-network.js";
import { type BatchLoss, namedLoss } from "./losses.js";
import { isTask, type PlainData, taskOf } from "./plain-data.js";
import type { Optimizer, Subject } from "./subject.js";

export interface Prepared {
  readonly subject: Subject;
  release(): void;
}

/** An index of draws that training and validation do not use. */
const diagnosisDraw = 2 ** 30 + 2;

export function prepare(
  given: Network | tf.LayersModel,
  data: Task | PlainData,
  options: DiagnoseOptions,
): Prepared {
  checkModel(given);
  const layers = isLayersModel(given) ? given : undefined;
  const model = layers ? layersNetwork(layers) : (given as Network); // the union's other half
  const task = isTask(data) ? data : taskOf(data, lossOf(layers, options));
  const optimizer = optimizerOf(layers, options);
  const { batchSize = 32, examples: count = 256, seed = 0, signal } = options;
  const examples = task.draw(count, diagnosisDraw);
  const all = batch(task, examples);
  const own = layers ? [] : [model.initialize(seed)];
  const params = layers ? model.initialize(seed) : parametersOf(own[0]!, options.parameters, own);
  if (layers && options.parameters) {
    tf.dispose(all);
    throw new TypeError(
      "diagnose: parameters are given, but a model of tf.layers owns its weights; use setWeights",
    );
  }
  const mean = (p: Parameters) => task.loss(model.apply(p, all.inputs), all.targets);
  const loss = layers ? (p: Parameters) => tf.add(mean(p), penalties(layers)) : mean;
  return {
    subject: {
      model,
      task,
      params,
      ...optimizer,
      batchSize,
      examples,
      seed,
      signal,
      batch: all,
      loss,
    },
    release: () => tf.dispose([own, all]),
  };
}

function checkModel(model: unknown): void {
  const usable = typeof model === "object" && model !== null && "apply" in model;
  if (usable && ("trainableWeights" in model || "initialize" in model)) return;
  throw new TypeError(
    "diagnose: the model is a tf.LayersModel, or a network { name, shapes, initialize, apply } such " +
      `as models.mlp makes; found ${usable ? "another object" : String(model)}`,
  );
}

function parametersOf(
  start: Parameters,
  given: ArrayLike<number> | undefined,
  own: Parameters[],
): Parameters {
  if (given === undefined) return start;
  const params = unflatten(Float64Array.from(given), start);
  own.push(params);
  return params;
}

function lossOf(model: tf.LayersModel | undefined, { loss }: DiagnoseOptions): BatchLoss {
  const given = loss ?? model?.loss;
  if (typeof given === "string") return namedLoss(given);
  if (typeof given === "function") {
    // A loss compiled into a model takes the targets first.
    const compiled = given as BatchLoss;
    return loss ? compiled : (outputs, targets) => tf.mean(compiled(targets, outputs));
  }
  throw new TypeError(
    "diagnose: no loss is known; compile the model, or give one: " +
      '{ loss: "meanSquaredError" } or { loss: (outputs, targets) => … }',
  );
}

/** TensorFlow.js's names of what scales each coordinate by its own history. */
const adaptive = ["Adam", "AdamOptimizer", "Adamax", "RMSProp", "Adagrad", "Adadelta"];

function optimizerOf(
  model: tf.LayersModel | undefined,
  options: DiagnoseOptions,
): { learningRate: number; optimizer: Optimizer } {
  const compiled = model?.optimizer;
  const given = options.optimizer ?? compiled;
  const config = typeof given === "object" ? given.getConfig() : {};
  const learningRate = options.learningRate ?? Number(config.learningRate);
  if (options.learningRate === undefined && compiled === undefined && given === undefined) {
    throw new TypeError(
      "diagnose: no learning rate is known; compile the model, or give { learningRate: 0.01 }",
    );
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(`diagnose: learningRate is ${learningRate}; it must be positive`);
  }
  const name = typeof given === "object" ? given.getClassName() : (given ?? "SGD");
  if (adaptive.some((known) => known.toLowerCase() === name.toLowerCase())) {
    return { learningRate, optimizer: { kind: "adaptive", name } };
  }
  if (name.toLowerCase() === "momentum") {
    const momentum = Number(config.momentum ?? 0.9);
    return { learningRate, optimizer: { kind: "momentum", momentum } };
  }
  if (name.toLowerCase() === "sgd") return { learningRate, optimizer: { kind: "plain" } };
  throw new RangeError(
    `diagnose: there is no optimizer "${name}"; there are "sgd", "momentum", "adam", "rmsprop", ` +
      '"adagrad", "adadelta" and "adamax", or give one that tf.train made',
  );
}
