/**
 * How far a step moves each layer, and whether the gradient reaches the first ones.
 *
 * Backpropagation multiplies one Jacobian a layer, or a moment in time: where these shrink, the first
 * layers get no gradient, and where they grow, a step throws everything away (*Deep Learning*, 8.2.5
 * and 10.7). One learning rate suits all layers only if it moves each by about the same share.
 */
import { gradient, unflatten } from "../../operators/index.js";
import { norm } from "../../operators/vectors.js";
import { tf } from "../../tensor/index.js";
import { type Finding, type Subject, show } from "./subject.js";

interface Layer {
  readonly name: string;
  /** Root mean square of the gradient's entries. */
  readonly slope: number;
  /** By how much a step changes the weights, relative to their size. */
  readonly change: number;
}

/** Weights only, and none that are zero: a change relative to nothing means nothing. */
export async function scaleFindings(subject: Subject): Promise<Finding[]> {
  const { loss, params, learningRate, optimizer } = subject;
  const slopes = unflatten(gradient(loss, params), params);
  const layers = Object.entries(params)
    .filter(([, values]) => values.rank > 1)
    .map(([name, values]): Layer => {
      const steepness = length(slopes[name]!);
      const root = Math.sqrt(values.size);
      // An adaptive method moves every entry by about the learning rate.
      const step = learningRate * (optimizer.kind === "adaptive" ? root : steepness);
      return { name, slope: steepness / root, change: step / length(values) };
    })
    .filter(({ change }) => Number.isFinite(change));
  tf.dispose(slopes);
  const rate = optimizer.kind === "adaptive" ? Number.POSITIVE_INFINITY : learningRate;
  return [...flowFindings(layers, rate), ...ratioFindings(layers)];
}

/** `rate` is what a change is the gradient times; infinite where the gradient's size plays no part. */
function flowFindings(layers: readonly Layer[], rate: number): Finding[] {
  const [first, last] = [layers[0], layers.at(-1)];
  if (first === undefined || last === undefined) return [];
  const fastest = layers.reduce((most, layer) => (layer.change > most.change ? layer : most));
  const topic = "gradient flow";
  if (fastest.change > 1) {
    // A long step may be the learning rate's doing: then the gradient itself is no larger than usual.
    const explodes = fastest.change > 10 && fastest.change / rate > 10;
    const text =
      `One step changes ${fastest.name} by ${show(100 * fastest.change)} % of its size: ` +
      (explodes ? "the gradient explodes." : "further than a slope can be trusted.");
    const advice = explodes
      ? "Clip the gradient, start with smaller (recurrent: orthogonal) weights, or lower the learning rate."
      : "Lower the learning rate, or warm it up.";
    const level = explodes ? "problem" : "notice";
    return [{ topic, level, value: fastest.change, text, advice }];
  }
  if (first === last || last.slope === 0) return [];
  const value = first.slope / last.slope;
  const text =
    `The gradient is of size ${show(first.slope)} in ${first.name} and ${show(last.slope)} in ` +
    `${last.name}: the first layer's is ${show(value)} times the last one's.`;
  if (value > 0.01) return [{ topic, level: "good", value, text, advice: "" }];
  const advice =
    "The gradient vanishes on the way: use relu-like units, weights of variance 1/fan-in (2/fan-in " +
    "for relu), normalisation or skip connections.";
  return [{ topic, level: value < 1e-3 ? "problem" : "notice", value, text, advice }];
}

function ratioFindings(layers: readonly Layer[]): Finding[] {
  const moving = layers.filter(({ change }) => change > 0);
  const sorted = moving.sort((a, b) => a.change - b.change);
  const [slowest, fastest] = [sorted[0], sorted.at(-1)];
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
