/**
 * What every replaced gradient shares.
 *
 * tfjs saves an op's *output* for its gradient as a clone that is taped before the op itself, so a
 * second differentiation sees a constant there and is silently wrong. The invariant here: a
 * gradient that is itself being taped (`beingTaped`) is written in terms of inputs only, by ops
 * whose own gradients obey the same rule; saved outputs serve the first derivative alone.
 */
import * as tf from "@tensorflow/tfjs";

export type Gradients = Record<string, () => tf.Tensor>;

export interface Rule<Input extends string, Attributes> {
  readonly kernel: string;
  /** The inputs that the gradient reads. */
  readonly saves?: readonly Input[];
  /** Whether the first output is saved too, as `saved.output`; a shortcut for the first order. */
  readonly savesOutput?: boolean;
  gradient(dy: tf.Tensor, saved: Record<Input | "output", tf.Tensor>, attrs: Attributes): Gradients;
}

/** What tfjs ships under each name that is taken here: its gradient, or nothing. */
export const shipped = new Map<string, tf.GradConfig | undefined>();

/** Frees a name in tfjs's registry of gradients, for one of ours. */
export function takeName(kernelName: string): void {
  const taken = hasGradient(kernelName);
  if (!shipped.has(kernelName)) {
    shipped.set(kernelName, taken ? tf.getGradient(kernelName) : undefined);
  }
  if (taken) tf.unregisterGradient(kernelName);
}

/** Registers a rule in place of the gradient that tfjs ships for the kernel, if it ships one. */
export function register<Input extends string, Attributes>(rule: Rule<Input, Attributes>): void {
  const saves: readonly string[] = rule.saves ?? [];
  takeName(rule.kernel);
  tf.registerGradient({
    kernelName: rule.kernel,
    inputsToSave: [...saves],
    outputsToSave: rule.savesOutput ? [true] : [],
    gradFunc: (dy, tensors, attrs) => {
      const names = rule.savesOutput ? [...saves, "output"] : saves;
      const saved = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      // tfjs types attributes and saved tensors by kernel name only; the rule states both.
      return rule.gradient(
        first(dy),
        saved as Record<Input | "output", tf.Tensor>,
        attrs as unknown as Attributes,
      );
    },
  });
}

export function hasGradient(kernelName: string): boolean {
  // Typed as never undefined, but it is for an unknown name.
  const config: tf.GradConfig | undefined = tf.getGradient(kernelName);
  return config !== undefined && config !== null;
}

/** Whether the gradient now being computed will be differentiated again. */
export function beingTaped(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/**
 * The same values, without their history: for masks, whose derivative is zero almost everywhere.
 * Cheaper than letting zeros flow back through a comparison, and the same number.
 */
export function detach(x: tf.Tensor): tf.Tensor {
  tf.backend().incRef(x.dataId);
  return tf.engine().makeTensorFromDataId(x.dataId, x.shape, x.dtype);
}

/** Sums a gradient of a broadcast result back to the shape of the operand. */
export function unbroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  const reduced = axes.length > 0 ? tf.sum(gradient, axes) : gradient;
  return tf.util.arraysEqual(reduced.shape, shape) ? reduced : tf.reshape(reduced, shape);
}

/** Runs a kernel that tfjs-core keeps to itself; the engine tapes it like any op. */
export function runKernel(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attrs: object = {},
): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernelName, inputs, attrs as tf.NamedAttrMap);
}

function first(dy: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const one = Array.isArray(dy) ? dy[0] : dy;
  if (one === undefined) throw new Error("gradient: the op has no output");
  return one;
}
