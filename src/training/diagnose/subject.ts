/** What is being diagnosed: a network at a point of its training, with data to try it on. */
import type { Examples, Task } from "../../data/index.js";
import type { Network } from "../../models/index.js";
import type { Loss, Parameters } from "../../operators/index.js";
import type { Batch } from "../batch.js";

export interface Subject {
  readonly model: Network;
  readonly task: Task;
  readonly params: Parameters;
  readonly learningRate: number;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly examples: Examples;
  /** All the examples at once, and the mean loss on them. */
  readonly batch: Batch;
  readonly loss: Loss;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** What turns a gradient into a step, as far as the length of steps depends on it. */
export type Optimizer =
  | { readonly kind: "plain" }
  | { readonly kind: "momentum"; readonly momentum: number }
  /** Scales each coordinate by its own history, so that the sharpness bounds no step. */
  | { readonly kind: "adaptive"; readonly name: string };

/** What one number says of a run. */
export interface Finding {
  readonly topic: string;
  /** Whether it explains slow training, may do so, or is as it should be. */
  readonly level: "problem" | "notice" | "good";
  /** The number that the finding rests on. */
  readonly value: number;
  readonly text: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly advice: string;
}

/** A number as a sentence shows it. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : String(value);
  const rounded = Number(value.toPrecision(3));
  const isPlain = Math.abs(rounded) < 1e5 && (Math.abs(rounded) >= 1e-3 || rounded === 0);
  return isPlain ? String(rounded) : rounded.toExponential();
}
