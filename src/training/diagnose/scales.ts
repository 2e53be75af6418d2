/** Whether one learning rate suits all layers: how far a step moves each, relative to its size. */
import { gradient, unflatten } from "../../operators/index.js";
import { norm } from "../../operators/vectors.js";
import { tf } from "../../tensor/index.js";
import { type Finding, type Subject, show } from "./subject.js";

/** Weights only: a bias starts at zero, where relative changes mean nothing. */
export async function scaleFindings(subject: Subject): Promise<Finding[]> {
  const { loss, params, learningRate } = subject;
  const slopes = unflatten(gradient(loss, params), params);
  const changes = Object.entries(params)
    .filter(([, values]) => values.rank > 1)
    .map(([name, values]) => ({
      name,
      change: (learningRate * length(slopes[name]!)) / length(values),
    }))
    .sort((a, b) => a.change - b.change);
  tf.dispose(slopes);
  const [slowest, fastest] = [changes[0], changes.at(-1)];
  if (slowest === undefined || fastest === undefined || slowest === fastest) return [];
  const ratio = fastest.change / slowest.change;
  const text =
    `A step changes ${fastest.name} by ${show(100 * fastest.change)} % of its size and ` +
    `${slowest.name} by ${show(100 * slowest.change)} %: a ratio of ${show(ratio)}.`;
  const common = { topic: "layer scales", value: ratio, text };
  if (ratio < 30) return [{ ...common, level: "good", advice: "" }];
  const advice = "Start the layers at matching scales, normalise them, or use Adam.";
  return [{ ...common, level: ratio > 1000 ? "problem" : "notice", advice }];
}

function length(values: tf.Tensor): number {
  return norm(Float64Array.from(values.dataSync()));
}
