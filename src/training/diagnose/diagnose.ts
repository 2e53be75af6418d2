/**
 * Why is this run slow? Everything here that can be measured, in words, with what to do about it.
 *
 * Each part of the examination looks at one cause: steps too long or too short, ill-conditioning,
 * negative curvature, gradient noise, dead or saturated units, layers of different scales.
 */
import type { Task } from "../../data/index.js";
import type { Network } from "../../models/index.js";
import { countParameters, unflatten } from "../../operators/index.js";
import { Pace } from "../../operators/pace.js";
import { tf } from "../../tensor/index.js";
import { batch, lossOn } from "../batch.js";
import { curvatureFindings } from "./curvature.js";
import { Diagnosis } from "./diagnosis.js";
import { noiseFindings } from "./noise.js";
import { scaleFindings } from "./scales.js";
import type { Finding, Subject } from "./subject.js";
import { unitFindings } from "./units.js";

export interface DiagnoseOptions {
  /** The parameters to examine, flattened in the model's order; its seeded start unless given. */
  readonly parameters?: ArrayLike<number>;
  /** The learning rate that the run uses or shall use. */
  readonly learningRate: number;
  /** 32 unless given. */
  readonly batchSize?: number;
  /** How many examples to examine the network on; 256 unless given. */
  readonly examples?: number;
  readonly seed?: number;
  readonly onProgress?: (progress: { done: number; message: string }) => void;
  readonly signal?: AbortSignal;
}

/** An index of draws that training and validation do not use. */
const diagnosisDraw = 2 ** 30 + 2;

const examinations = [
  { name: "curvature", examine: curvatureFindings },
  { name: "gradient noise", examine: noiseFindings },
  { name: "units", examine: unitFindings },
  { name: "layer scales", examine: scaleFindings },
] as const;

/**
 * Examines a network on a task, at a point of its training.
 *
 * Cost: some 130 Hessian-vector products on `examples` examples.
 *
 * @example
 * const report = await diagnose(model, task, { parameters: run.parameters, learningRate: 0.05 });
 * report.on("step length").value; // η·λ/2: above 1 the steps are too long
 */
export async function diagnose(
  model: Network,
  task: Task,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  const { learningRate, batchSize = 32, examples: count = 256, seed = 0, signal } = options;
  if (!(learningRate > 0)) {
    throw new RangeError(`diagnose: learningRate is ${learningRate}; it must be positive`);
  }
  const pace = new Pace(signal);
  const start = model.initialize(seed);
  const examples = task.draw(count, diagnosisDraw);
  const all = batch(task, examples);
  const params =
    options.parameters === undefined
      ? start
      : unflatten(Float64Array.from(options.parameters), start);
  const subject: Subject = {
    ...{ model, task, params, learningRate, batchSize, examples, seed, signal },
    batch: all,
    loss: lossOn(model, task, all),
  };
  try {
    const findings: Finding[] = [];
    for (const [done, { name, examine }] of examinations.entries()) {
      options.onProgress?.({ done, message: name });
      await pace.step();
      findings.push(...(await examine(subject)));
    }
    options.onProgress?.({ done: examinations.length, message: "done" });
    const size = countParameters(params);
    return new Diagnosis(`${model.name} (${size} parameters) on ${count} examples`, findings);
  } finally {
    tf.dispose([start, params, all]);
  }
}
