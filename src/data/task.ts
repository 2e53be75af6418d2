/**
 * What a network is trained on: examples without end, a loss, and an error that a person can read.
 *
 * `draw(count, index)` is a pure function of its arguments and of the task's seed: the same draw is
 * the same data, so that a training run can be repeated exactly. Validation data is a draw with an
 * index that no epoch uses.
 */
import type * as tf from "@tensorflow/tfjs";

/** `count` examples, one after the other, in row-major order. */
export interface Examples {
  readonly count: number;
  /** [count, ...inputShape] */
  readonly inputs: Float32Array;
  /** [count, ...targetShape] */
  readonly targets: Float32Array;
}

export interface Task {
  readonly name: string;
  /** Shape of one input, without the batch axis. */
  readonly inputShape: readonly number[];
  readonly targetShape: readonly number[];
  /** How many numbers a model must put out for one input. */
  readonly outputs: number;
  draw(count: number, index: number): Examples;
  /** Mean loss of a batch of outputs; twice differentiable in the outputs. */
  loss(outputs: tf.Tensor2D, targets: tf.Tensor): tf.Scalar;
  /** How many of the outputs are wrong; a count, so that batches add up. */
  mistakes(outputs: tf.Tensor2D, targets: tf.Tensor): number;
}
