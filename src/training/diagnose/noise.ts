/**
 * How noisy a batch's gradient is.
 *
 * A batch of B examples gives g + noise with E‖noise‖² = tr Σ / B, Σ the covariance of single
 * examples' gradients. At the noise scale B* = tr Σ / ‖g‖² noise and gradient are equally long:
 * smaller batches mostly walk at random, much larger ones repeat what is known already.
 * McCandlish and others, "An empirical model of large-batch training", 2018.
 */
import { gradient } from "../../operators/index.js";
import { addScaled, dot } from "../../operators/vectors.js";
import { tf } from "../../tensor/index.js";
import { batch, lossOn } from "../batch.js";
import { type Finding, type Subject, show } from "./subject.js";

export interface NoiseScale {
  /** tr Σ / ‖g‖² in examples; infinite where the gradient cannot be told from zero. */
  readonly examples: number;
  readonly squaredGradient: number;
  readonly trace: number;
}

/**
 * From the gradients of `count` batches, unbiased in ‖g‖² and tr Σ.
 *
 * @example
 * noiseScale([Float64Array.of(1), Float64Array.of(3)], 2);
 * // { examples: 1.3333…, squaredGradient: 3, trace: 4 }
 */
export function noiseScale(gradients: readonly Float64Array[], batchSize: number): NoiseScale {
  const count = gradients.length;
  const zero = new Float64Array(gradients[0]!.length);
  const mean = gradients.reduce((sum, g) => addScaled(sum, 1 / count, g), zero);
  const spread = gradients.reduce((sum, g) => {
    const off = addScaled(g, -1, mean);
    return sum + dot(off, off);
  }, 0);
  const trace = (batchSize * spread) / (count - 1);
  const squaredGradient = dot(mean, mean) - trace / (batchSize * count);
  const examples = squaredGradient > 0 ? trace / squaredGradient : Number.POSITIVE_INFINITY;
  return { examples, squaredGradient, trace };
}

export async function noiseFindings(subject: Subject): Promise<Finding[]> {
  const { model, task, params, batchSize, examples } = subject;
  const count = Math.floor(examples.count / batchSize);
  if (count < 2) return [];
  const gradients = Array.from({ length: count }, (_, i) => {
    const part = batch(task, examples, i * batchSize, (i + 1) * batchSize);
    try {
      return gradient(lossOn(model, task, part), params);
    } finally {
      tf.dispose(part);
    }
  });
  const scale = noiseScale(gradients, batchSize);
  // At a saddle of every example there is neither gradient nor noise.
  return scale.trace > 0 ? [judge(scale, batchSize)] : [];
}

function judge({ examples }: NoiseScale, batchSize: number): Finding {
  const ratio = examples / batchSize;
  const common = {
    topic: "gradient noise",
    value: examples,
    text: Number.isFinite(examples)
      ? `Noise and gradient are equally long in a batch of ${show(examples)}; yours has ${batchSize}.`
      : `In batches of ${batchSize} the gradient cannot be told from noise.`,
  };
  if (ratio > 10) {
    const advice = "Lower the learning rate or raise the batch size: most of each step is noise.";
    return { ...common, level: "problem", advice };
  }
  if (ratio > 2) {
    const advice = "Near the end of training, lower the learning rate or average the parameters.";
    return { ...common, level: "notice", advice };
  }
  if (ratio < 0.05) {
    const advice = `Batches of ${Math.max(1, Math.round(2 * examples))} would point as well and cost less.`;
    return { ...common, level: "notice", advice };
  }
  return { ...common, level: "good", advice: "" };
}
