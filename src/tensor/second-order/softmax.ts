/**
 * Softmax, and the two ops that tfjs builds with `tf.customGrad`: logSoftmax and the softmax cross
 * entropy.
 *
 * customGrad saves an intermediate that the tape does not connect to the logits. tfjs looks a
 * customGrad's gradient up under the name of the op's scope before it takes the one given, so a
 * gradient registered as "logSoftmax__op" replaces it. That gradient connects the saved values to
 * the logits again by an op that gives them and differentiates as log softmax does:
 * d logSoftmax(z)·u = u − softmax(z)·Σu.
 */
import * as tf from "@tensorflow/tfjs";
import { beingTaped, register, takeName } from "./rule.js";

export function registerSoftmax(): void {
  register({
    kernel: tf.Softmax,
    saves: ["logits"],
    savesOutput: true,
    gradient: (dy, { logits, output }, { dim }: tf.SoftmaxAttrs) => ({
      logits: () => {
        const y = beingTaped() ? tf.softmax(logits, dim) : output;
        const weighted = tf.mul(dy, y);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y));
      },
    }),
  });
  registerCustom("logSoftmax", (dy, [value], inputs) => {
    const logProbabilities = connected(value, inputs[0]);
    return [() => logSoftmaxTransposed(logProbabilities, dy)];
  });
  registerCustom("softmaxCrossEntropy", (dy, [labels, value], inputs) => {
    const logProbabilities = connected(value, inputs[1]);
    const weight = tf.expandDims(dy, -1);
    return [
      () => tf.neg(tf.mul(weight, logProbabilities)),
      () => logSoftmaxTransposed(logProbabilities, tf.neg(tf.mul(weight, labels))),
    ];
  });
}

type CustomGradient = (
  dy: tf.Tensor,
  saved: [tf.Tensor, tf.Tensor],
  inputs: readonly (tf.Tensor | undefined)[],
) => (() => tf.Tensor)[];

/** Replaces the gradient of a customGrad that runs in the scope of the op `name`. */
function registerCustom(name: string, gradient: CustomGradient): void {
  const kernelName = `${name}${tf.OP_SCOPE_SUFFIX}`;
  takeName(kernelName);
  tf.registerGradient({
    kernelName,
    gradFunc: (dy, saved) => {
      const [a, b = a] = saved;
      if (a === undefined || b === undefined || Array.isArray(dy)) {
        throw new Error(`${name}: tfjs saved ${saved.length} tensors for its gradient, not 1 or 2`);
      }
      const node = beingTaped()
        ? tf.engine().state.activeTape.find((candidate) => candidate.saved === saved)
        : undefined;
      const inputs = Object.values(node?.inputs ?? {});
      return Object.fromEntries(gradient(dy, [a, b], inputs).entries());
    },
  });
}

/** The values of log softmax, as a differentiable function of the logits they came from. */
function connected(value: tf.Tensor, logits: tf.Tensor | undefined): tf.Tensor {
  if (!beingTaped()) return value;
  if (logits === undefined) throw new Error("logSoftmax: its node is not on tfjs's tape");
  const op = tf.customGrad((_, save) => {
    const again = tf.clone(value);
    if (typeof save === "function") save([again]);
    return {
      value: again,
      gradFunc: (dz: tf.Tensor, [kept = value]: tf.Tensor[]) =>
        logSoftmaxTransposed(connected(kept, logits), dz),
    };
  });
  return op(logits);
}

/** u − softmax(z)·Σu over the last axis, from log softmax(z). */
function logSoftmaxTransposed(logProbabilities: tf.Tensor, u: tf.Tensor): tf.Tensor {
  return tf.sub(u, tf.mul(tf.sum(u, -1, true), tf.exp(logProbabilities)));
}
