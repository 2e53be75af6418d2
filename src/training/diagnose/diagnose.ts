/**
 * Why is this run slow? Everything here that can be measured, in words, with what to do about it.
 *
 * Each part of the examination looks at one cause: inputs of different scales, steps too long or too
 * short, ill-conditioning, negative curvature and plateaus, gradient noise, dead or saturated units,
 * gradients that vanish or explode.
 */
import type { Task } from "../../data/index.js";
import type { Network } from "../../models/index.js";
import { countParameters } from "../../operators/index.js";
import { Pace } from "../../operators/pace.js";
import { tf } from "../../tensor/index.js";
import { curvatureFindings } from "./curvature.js";
import { Diagnosis } from "./diagnosis.js";
import { inputFindings } from "./inputs.js";
import type { BatchLoss, LossName } from "./losses.js";
import { noiseFindings } from "./noise.js";
import type { PlainData } from "./plain-data.js";
import { prepare } from "./prepare.js";
import { scaleFindings } from "./scales.js";
import type { Finding, Subject } from "./subject.js";
import { unitFindings } from "./units.js";

export interface DiagnoseOptions {
  /** The learning rate that the run uses or shall use; that of a compiled model unless given. */
  readonly learningRate?: number;
  /** Mean loss of a batch, by name or as a function; that of a task or compiled model unless given. */
  readonly loss?: LossName | BatchLoss;
  /** "sgd" unless given or compiled into the model. */
  readonly optimizer?: "sgd" | "momentum" | "adam" | "rmsprop" | "adagrad" | tf.Optimizer;
  /** The parameters to examine, flattened in the network's order; its seeded start unless given. */
  readonly parameters?: ArrayLike<number>;
  /** 32 unless given. */
  readonly batchSize?: number;
  /** How many examples to examine the model on; 256 unless given, or as many as there are. */
  readonly examples?: number;
  readonly seed?: number;
  readonly onProgress?: (progress: { done: number; message: string }) => void;
  readonly signal?: AbortSignal;
}

const examinations = [
  { name: "inputs", examine: inputFindings },
  { name: "curvature", examine: curvatureFindings },
  { name: "gradient noise", examine: noiseFindings },
  { name: "units", examine: unitFindings },
  { name: "layer scales", examine: scaleFindings },
] as const;

/**
 * Examines a model on data, at a point of its training: a network on a task, or a model of tf.layers,
 * at its present weights, on inputs and targets.
 *
 * Cost: some 130 Hessian-vector products on `examples` examples.
 *
 * @example
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
 * model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
 * // The Hessian is 2·diag(mean of x², 1), so λ = 2; where η·λ/2 is above 1 the steps are too long.
 * const report = await diagnose(model, { xs: tensor([[-1], [1]]), ys: tensor([[-2], [2]]) });
 * report.on("step length").value; // 0.1
 */
export async function diagnose(
  model: Network | tf.LayersModel,
  data: Task | PlainData,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const pace = new Pace(options.signal);
  const { subject, release } = prepare(model, data, options);
  try {
    const size = countParameters(subject.params);
    const title = `${subject.model.name} (${size} parameters) on ${subject.examples.count} examples`;
    const broken = lossFinding(subject);
    if (broken) return new Diagnosis(title, [broken]);
    const findings: Finding[] = [];
    for (const [done, { name, examine }] of examinations.entries()) {
      options.onProgress?.({ done, message: name });
      await pace.step();
      findings.push(...(await examine(subject)));
    }
    options.onProgress?.({ done: examinations.length, message: "done" });
    return new Diagnosis(title, findings);
  } finally {
    release();
  }
}

/** A loss that is not a number hides everything else. */
function lossFinding({ loss, params, examples }: Subject): Finding | undefined {
  const value = tf.tidy(() => loss(params).dataSync()[0] ?? Number.NaN);
  if (Number.isFinite(value)) return undefined;
  const common = { topic: "loss", level: "problem", value } as const;
  const bad = examples.inputs.findIndex((entry) => !Number.isFinite(entry));
  if (bad >= 0) {
    const example = Math.floor((bad * examples.count) / examples.inputs.length);
    const text = `The loss is ${value} here: the inputs of example ${example} hold ${examples.inputs[bad]}.`;
    return { ...common, text, advice: "Leave such examples out, or fill the gaps." };
  }
  return {
    ...common,
    text: `The loss is ${value} here: the outputs overflow, or the loss is taken where it has no value.`,
    advice:
      "Start with smaller weights, scale the inputs, or use a loss of logits instead of probabilities.",
  };
}
