/**
 * What a training run was and what it gave: settings, every step's loss and gradient norm, each
 * epoch's validation error, the gauges' readings, and the final parameters.
 *
 * It is plain data: `JSON.stringify` writes it and `TrainingRun.fromJSON` reads it back.
 */
import { type Displayable, displaySymbol, type MimeBundle, table } from "../figures/index.js";

export interface TrainingSettings {
  readonly model: string;
  readonly parameterCount: number;
  readonly task: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly validationSize: number;
  readonly probeSize: number;
  readonly seed: number;
}

/** A gauge's readings: values[i] was read when epochs[i] epochs were done. */
export interface GaugeReadings {
  readonly epochs: readonly number[];
  readonly values: readonly number[];
}

/** What a reading's name, which code must be able to spell, stands for. */
const formulas: { readonly [name: string]: string } = { gTg: "gᵀg", gTHg: "gᵀHg" };

export interface TrainingRecord {
  readonly settings: TrainingSettings;
  /** Loss of every step's batch, before the step. */
  readonly losses: readonly number[];
  /** ‖g‖ of every step's batch. */
  readonly gradientNorms: readonly number[];
  /** Fraction of the validation examples that are wrong; entry e after e epochs, from 0 on. */
  readonly validationErrors: readonly number[];
  readonly readings: { readonly [name: string]: GaugeReadings };
  /** The parameters at the end, flattened in the model's order. */
  readonly parameters: readonly number[];
  readonly seconds: number;
}

export class TrainingRun implements TrainingRecord, Displayable {
  readonly settings: TrainingSettings;
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly validationErrors: readonly number[];
  readonly readings: { readonly [name: string]: GaugeReadings };
  readonly parameters: readonly number[];
  readonly seconds: number;

  constructor(record: TrainingRecord) {
    this.settings = record.settings;
    this.losses = record.losses;
    this.gradientNorms = record.gradientNorms;
    this.validationErrors = record.validationErrors;
    this.readings = record.readings;
    this.parameters = record.parameters;
    this.seconds = record.seconds;
  }

  /** Reads what `JSON.stringify` wrote. */
  static fromJSON(text: string): TrainingRun {
    const record: unknown = JSON.parse(text);
    if (!isRecord(record)) {
      throw new Error("TrainingRun.fromJSON: this is not what JSON.stringify(run) writes");
    }
    return new TrainingRun(record);
  }

  /** A gauge's readings by name, such as `run.series("gTHg")`. */
  series(name: string): GaugeReadings {
    const series = this.readings[name];
    if (series !== undefined) return series;
    const known = Object.keys(this.readings).join(", ") || "none";
    throw new RangeError(`TrainingRun: no gauge gave "${name}"; the readings are ${known}`);
  }

  /**
   * The mean over epochs `first` to `last`, counted from 1, of "loss" or "gradientNorm" (all steps
   * of those epochs), of "validationError", or of a gauge's readings by name.
   */
  mean(name: string, first: number, last: number): number {
    const { stepsPerEpoch, epochs } = this.settings;
    if (!(first >= 1 && last >= first && last <= epochs)) {
      throw new RangeError(
        `TrainingRun.mean: epochs ${first} to ${last}; there are 1 to ${epochs}`,
      );
    }
    const steps: Readonly<Record<string, readonly number[]>> = {
      loss: this.losses,
      gradientNorm: this.gradientNorms,
    };
    const perStep = steps[name];
    if (perStep !== undefined) {
      return mean(perStep.slice((first - 1) * stepsPerEpoch, last * stepsPerEpoch));
    }
    if (name === "validationError") return mean(this.validationErrors.slice(first, last + 1));
    const series = this.series(name);
    return mean(series.values.filter((_, i) => within(series.epochs[i]!, first, last)));
  }

  [displaySymbol](): MimeBundle {
    const summary = this.#summary();
    return { "text/html": summary.toHtml(), "text/plain": this.toString() };
  }

  toString(): string {
    return this.#summary().toString();
  }

  #summary(): ReturnType<typeof table> {
    const { settings, losses, gradientNorms, validationErrors } = this;
    const { epochs, stepsPerEpoch } = settings;
    const window = Math.max(1, Math.min(5, Math.floor(epochs / 2)));
    const row = (what: string, start: number, end: number) => ({ what, start, end });
    const overTime = (what: string, values: readonly number[]) =>
      row(
        what,
        mean(values.slice(0, window * stepsPerEpoch)),
        mean(values.slice(-window * stepsPerEpoch)),
      );
    return table(
      [
        overTime(`loss, mean of ${window} epochs`, losses),
        overTime(`gradient norm, mean of ${window} epochs`, gradientNorms),
        row("validation error", validationErrors[0]!, validationErrors.at(-1)!),
        ...Object.entries(this.readings).map(([name, { values }]) =>
          row(formulas[name] ?? name, values[0]!, values.at(-1)!),
        ),
      ],
      {
        caption:
          `${settings.model} on ${settings.task}: ${epochs} epochs of ${stepsPerEpoch} steps of ` +
          `${settings.batchSize}, learning rate ${settings.learningRate}`,
      },
    );
  }
}

function within(epoch: number, first: number, last: number): boolean {
  return epoch >= first && epoch <= last;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isRecord(value: unknown): value is TrainingRecord {
  if (typeof value !== "object" || value === null) return false;
  const lists = ["losses", "gradientNorms", "validationErrors", "parameters"];
  const record = value as { readonly [key: string]: unknown };
  return (
    lists.every((key) => Array.isArray(record[key])) &&
    typeof record.settings === "object" &&
    typeof record.readings === "object" &&
    typeof record.seconds === "number"
  );
}
