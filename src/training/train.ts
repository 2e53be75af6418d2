/**
 * Stochastic gradient descent with gauges: θ ← θ − η·m, m ← μ·m + g, on a fresh draw every epoch.
 *
 * Parameters live as one Float64Array, so that a step's arithmetic adds no rounding of its own; the
 * loss and its gradient are computed on the current backend. Everything random comes from `seed`:
 * the same call on the same backend gives the same run, bit for bit. Between steps the event loop
 * gets its turn, so that a kernel stays answerable and `signal` is heard.
 */
import type { Examples, Task } from "../data/index.js";
import { type Network, parameterCount } from "../models/index.js";
import {
  flatten,
  type Loss,
  NotANumberError,
  type Parameters,
  unflatten,
  type ValueAndGradient,
  valueAndGradient,
} from "../operators/index.js";
import { checkOptionNames } from "../operators/option-names.js";
import { Pace } from "../operators/pace.js";
import { describe } from "../operators/vector-of.js";
import { norm } from "../operators/vectors.js";
import { tf } from "../tensor/index.js";
import { type Batch, batch, errorRate, lossOn } from "./batch.js";
import { type Gauge, ReadingLog } from "./gauges.js";
import { TrainingRun, type TrainingSettings } from "./training-run.js";

export interface TrainingProgress {
  /** Epochs done, and how many there are. */
  readonly done: number;
  readonly total: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly validationError: number;
  /** The same in words. */
  readonly message: string;
}

export interface TrainOptions {
  readonly model: Network;
  readonly task: Task;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** μ; 0 unless given. */
  readonly momentum?: number;
  readonly gauges?: readonly Gauge[];
  /** Examples that the gauges look at; 128 unless given. */
  readonly probeSize?: number;
  /** Examples that the validation error is measured on; 1000 unless given. */
  readonly validationSize?: number;
  readonly seed?: number;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

const optionNames: readonly (keyof TrainOptions)[] = [
  "model",
  "task",
  "epochs",
  "stepsPerEpoch",
  "batchSize",
  "learningRate",
  "momentum",
  "gauges",
  "probeSize",
  "validationSize",
  "seed",
  "onProgress",
  "signal",
];

/** Draws that no epoch uses. */
const validationDraw = 2 ** 30;
const probeDraw = 2 ** 30 + 1;

/**
 * Trains a model from its seeded start.
 *
 * @example
 * const task = data.shapes({ kinds: 3, size: 12, noise: 0.05 });
 * const model = models.mlp({ inputs: 144, hidden: [16], outputs: task.outputs });
 * const run = await train({ model, task, epochs: 10, stepsPerEpoch: 20, batchSize: 16, learningRate: 0.1 });
 * run.validationErrors.length; // 11
 */
export async function train(options: TrainOptions): Promise<TrainingRun> {
  const settings = settingsOf(options);
  const { model, task, gauges = [], onProgress, signal } = options;
  const start = performance.now();
  const trainee = new Trainee(model, task, settings, new Pace(signal));
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  const validationErrors: number[] = [];
  const log = new ReadingLog(gauges);
  try {
    for (let epoch = 0; epoch <= settings.epochs; epoch++) {
      if (epoch > 0) await trainee.epoch(epoch, losses, gradientNorms);
      await trainee.look(async (params) => {
        validationErrors.push(trainee.validationError(params));
        const aborting = signal === undefined ? {} : { signal };
        await log.read(epoch, { loss: trainee.loss, params, seed: settings.seed, ...aborting });
      });
      onProgress?.(progressAfter(epoch, settings, losses, gradientNorms, validationErrors));
    }
    return new TrainingRun({
      settings,
      losses,
      gradientNorms,
      validationErrors,
      readings: log.readings,
      parameters: [...trainee.position],
      seconds: (performance.now() - start) / 1000,
    });
  } finally {
    trainee.dispose();
  }
}

/** A model in training: its parameters, its momentum, and the examples it is judged on. */
class Trainee {
  readonly position: Float64Array;
  readonly #velocity: Float64Array;
  readonly #like: Parameters;
  /** The loss on the probe examples. */
  readonly loss: Loss;
  readonly #probe: Batch;
  readonly #validation: Examples;

  constructor(
    readonly model: Network,
    readonly task: Task,
    readonly settings: TrainingSettings,
    readonly pace: Pace,
  ) {
    this.#like = model.initialize(settings.seed);
    this.position = flatten(this.#like);
    this.#velocity = new Float64Array(this.position.length);
    this.#probe = batch(task, task.draw(settings.probeSize, probeDraw));
    this.loss = lossOn(model, task, this.#probe);
    this.#validation = task.draw(settings.validationSize, validationDraw);
  }

  async epoch(epoch: number, losses: number[], gradientNorms: number[]): Promise<void> {
    const { stepsPerEpoch, batchSize } = this.settings;
    const examples = this.task.draw(stepsPerEpoch * batchSize, epoch);
    for (let step = 0; step < stepsPerEpoch; step++) {
      const part = batch(this.task, examples, step * batchSize, (step + 1) * batchSize);
      const params = unflatten(this.position, this.#like);
      try {
        const loss = lossOn(this.model, this.task, part);
        const { value, gradient } = this.#slope(loss, params, epoch, step);
        losses.push(value);
        gradientNorms.push(norm(gradient));
        this.#step(gradient);
      } finally {
        tf.dispose([part, params]);
      }
      await this.pace.step();
    }
  }

  /** Value and gradient; where the loss is no number any more, an error that says when and why. */
  #slope(loss: Loss, params: Parameters, epoch: number, step: number): ValueAndGradient {
    try {
      return valueAndGradient(loss, params);
    } catch (error) {
      if (!(error instanceof NotANumberError)) throw error;
      const { learningRate, stepsPerEpoch } = this.settings;
      throw new NotANumberError(
        `train: the loss is no number at step ${step + 1} of ${stepsPerEpoch} of epoch ${epoch}; ` +
          `steps of the learning rate ${learningRate} may be too long: try a third of it`,
        { cause: error },
      );
    }
  }

  #step(gradient: Float64Array): void {
    const { learningRate, momentum } = this.settings;
    for (let i = 0; i < gradient.length; i++) {
      this.#velocity[i] = momentum * this.#velocity[i]! + gradient[i]!;
      this.position[i]! -= learningRate * this.#velocity[i]!;
    }
  }

  /** Lends the parameters as they stand. */
  async look(visit: (params: Parameters) => Promise<void>): Promise<void> {
    const params = unflatten(this.position, this.#like);
    try {
      await visit(params);
    } finally {
      tf.dispose(params);
    }
  }

  validationError(params: Parameters): number {
    return errorRate(this.model, this.task, this.#validation, params);
  }

  dispose(): void {
    tf.dispose([this.#like, this.#probe]);
  }
}

function settingsOf(options: TrainOptions): TrainingSettings {
  checkOptionNames("train", options, optionNames);
  for (const [name, needed, ask] of [
    ["model", "a network is needed, such as models.mlp({ … })", "initialize"],
    ["task", "a task is needed, such as data.shapes({ … })", "draw"],
  ] as const) {
    const found: unknown = options[name];
    if (typeof found === "object" && found !== null && ask in found) continue;
    throw new TypeError(`train: ${name} is ${describe(found)}; ${needed}`);
  }
  const { epochs, stepsPerEpoch, batchSize, validationSize = 1000, probeSize = 128 } = options;
  const counts = { epochs, stepsPerEpoch, batchSize, validationSize, probeSize };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`train: ${name} is ${count}; it must be a positive integer`);
    }
  }
  const { learningRate, momentum = 0 } = options;
  if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1)) {
    throw new RangeError(
      `train: learningRate ${learningRate}, momentum ${momentum}; the first must be positive, ` +
        "the second lie in [0, 1)",
    );
  }
  return {
    ...counts,
    learningRate,
    momentum,
    model: options.model.name,
    parameterCount: parameterCount(options.model),
    task: options.task.name,
    seed: options.seed ?? 0,
  };
}

function progressAfter(
  epoch: number,
  { epochs, stepsPerEpoch }: TrainingSettings,
  losses: readonly number[],
  gradientNorms: readonly number[],
  validationErrors: readonly number[],
): TrainingProgress {
  const mean = (values: readonly number[]): number => {
    const last = values.slice(-stepsPerEpoch);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  };
  const state = {
    done: epoch,
    total: epochs,
    loss: mean(losses),
    gradientNorm: mean(gradientNorms),
    validationError: validationErrors.at(-1)!,
  };
  const error = `validation error ${state.validationError.toFixed(3)}`;
  const rest = `loss ${state.loss.toFixed(3)}, gradient norm ${state.gradientNorm.toFixed(2)}, `;
  return { ...state, message: epoch === 0 ? error : rest + error };
}
