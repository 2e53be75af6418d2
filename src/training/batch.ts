/** Host examples as tensors, and a model's loss on them as a function of its parameters. */
import type { Examples, Task } from "../data/index.js";
import type { Network } from "../models/index.js";
import type { Parameters } from "../operators/index.js";
import { tf } from "../tensor/index.js";

/** A type, not an interface, so that `tf.dispose` takes it as a record of tensors. */
export type Batch = { readonly inputs: tf.Tensor; readonly targets: tf.Tensor };

/** Examples `from` … `to` − 1 on the current backend; the caller disposes of them. */
export function batch(task: Task, examples: Examples, from = 0, to = examples.count): Batch {
  const part = (values: Float32Array, shape: readonly number[]): tf.Tensor => {
    const size = values.length / examples.count;
    return tf.tensor(values.subarray(from * size, to * size), [to - from, ...shape]);
  };
  return {
    inputs: part(examples.inputs, task.inputShape),
    targets: part(examples.targets, task.targetShape),
  };
}

/**
 * θ ↦ mean loss of the model on the batch.
 *
 * @example
 * const task = data.shapes({ kinds: 3, size: 12, boxWeight: 0 });
 * const model = models.mlp({ inputs: 144, hidden: [4], outputs: task.outputs });
 * const { inputs, targets } = task.draw(8, 0);
 * const batch = { inputs: tf.tensor(inputs, [8, 12, 12, 1]), targets: tf.tensor(targets, [8, 7]) };
 * const zeros = unflatten(new Float64Array(parameterCount(model)), model.initialize(0));
 * lossOn(model, task, batch)(zeros).dataSync()[0]; // 1.098612…, ln 3
 */
export function lossOn(
  model: Network,
  task: Task,
  { inputs, targets }: Batch,
): (params: Parameters) => tf.Scalar {
  return (params) => task.loss(model.apply(params, inputs), targets);
}

/**
 * Fraction of the examples that the model gets wrong, computed in parts that fit in memory.
 *
 * @example
 * // Zero weights always guess the first kind.
 * const task = data.shapes({ kinds: 3, size: 12, boxWeight: 0 });
 * const model = models.mlp({ inputs: 144, hidden: [4], outputs: task.outputs });
 * const zeros = unflatten(new Float64Array(parameterCount(model)), model.initialize(0));
 * const others = task.look(32).titles.filter((kind) => kind !== task.kinds[0]);
 * errorRate(model, task, task.draw(32, 0), zeros) - others.length / 32; // 0
 */
export function errorRate(
  model: Network,
  task: Task,
  examples: Examples,
  params: Parameters,
): number {
  const size = 256;
  let wrong = 0;
  for (let from = 0; from < examples.count; from += size) {
    const part = batch(task, examples, from, Math.min(examples.count, from + size));
    const outputs = tf.tidy(() => model.apply(params, part.inputs));
    wrong += task.mistakes(outputs, part.targets);
    tf.dispose([part, outputs]);
  }
  return wrong / examples.count;
}
