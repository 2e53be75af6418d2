/** Hidden units that have stopped learning: the same for every input, or stuck at a bound. */
import { tf } from "../../tensor/index.js";
import { type Finding, type Subject, show } from "./subject.js";

export async function unitFindings({ model, params, batch }: Subject): Promise<Finding[]> {
  if (model.activations === undefined) return [];
  const layers = tf.tidy(() => {
    const activations = model.activations!(params, batch.inputs);
    return Object.entries(activations).map(([name, values]) => ({ name, ...census(values) }));
  });
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  if (units === 0) return [];
  return [
    judge("dead units", layers, units, (layer) => layer.dead, "put out the same for every input", [
      "Start with smaller biases, use leaky units, or lower the learning rate.",
    ]),
    judge(
      "saturated units",
      layers,
      units,
      (layer) => layer.saturated,
      "lie beyond ±0.99 on 95 % of inputs",
      ["Scale the inputs down or start with smaller weights."],
    ),
  ];
}

interface Census {
  readonly units: number;
  readonly dead: number;
  readonly saturated: number;
}

/** Counts the units, the last axis, over all examples and places. */
function census(values: tf.Tensor): Census {
  const units = values.shape.at(-1)!;
  const flat = values.reshape([-1, units]);
  const { variance } = tf.moments(flat, 0);
  const spread = Array.from(variance.dataSync(), Math.sqrt);
  const stuck = flat.abs().greater(0.99).toFloat().mean(0).dataSync();
  const isBounded = (flat.abs().max().dataSync()[0] ?? 0) <= 1;
  return {
    units,
    dead: spread.filter((deviation) => deviation < 1e-4).length,
    saturated: isBounded ? Array.from(stuck).filter((share) => share > 0.95).length : 0,
  };
}

function judge(
  topic: string,
  layers: readonly (Census & { readonly name: string })[],
  units: number,
  count: (layer: Census) => number,
  what: string,
  [advice]: readonly [string],
): Finding {
  const total = layers.reduce((sum, layer) => sum + count(layer), 0);
  const share = total / units;
  if (total === 0) {
    const text = `None of the ${units} hidden units ${what}.`;
    return { topic, level: "good", value: 0, text, advice: "" };
  }
  const where = layers.filter((layer) => count(layer) > 0);
  const list = where.map((layer) => `${count(layer)} of ${layer.units} in ${layer.name}`);
  const text = `${show(100 * share)} % of the hidden units ${what}: ${list.join(", ")}.`;
  return { topic, level: share > 0.2 ? "problem" : "notice", value: share, text, advice };
}
