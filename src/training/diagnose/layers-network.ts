/**
 * A model of tf.layers as a network: a function of its own weights, at their present values.
 *
 * The weights are variables that the model holds, so that `apply` differentiates by them whatever
 * tensors it is given; that is enough for an examination, which stays at one point. The model runs as
 * in prediction: dropout and the running averages of batch normalisation would make the loss a
 * different function at each call.
 */
import type { Network } from "../../models/index.js";
import type { Parameters } from "../../operators/index.js";
import { tf } from "../../tensor/index.js";

/** Structural: a user's TensorFlow.js may be another copy than ours. */
export function isLayersModel(model: Network | tf.LayersModel): model is tf.LayersModel {
  return typeof model === "object" && model !== null && "trainableWeights" in model;
}

export function layersNetwork(model: tf.LayersModel): Network {
  const weights = model.trainableWeights.map((weight) => [weight.name, weight.read()] as const);
  const params: Parameters = Object.fromEntries(weights);
  const predict = (inputs: tf.Tensor) => {
    const outputs = model.apply(inputs, { training: false });
    if (!(outputs instanceof tf.Tensor)) {
      throw new TypeError(`diagnose: ${model.name} has several outputs; one is needed`);
    }
    return outputs as tf.Tensor2D; // [batch, …]; losses take any shape
  };
  return {
    name: model.name,
    shapes: Object.fromEntries(weights.map(([name, { shape }]) => [name, shape])),
    initialize: () => params,
    apply: (_, inputs) => predict(inputs),
    activations: (_, inputs) => hiddenOutputs(model, inputs),
  };
}

/** What a regulariser adds to the loss; 0 without one. */
export function penalties(model: tf.LayersModel): tf.Tensor {
  return model
    .calculateLosses()
    .reduce<tf.Tensor>((sum, extra) => tf.add(sum, extra), tf.scalar(0));
}

/** Layers whose units can die or saturate, by the activation that they name. */
const BENDS = ["relu", "relu6", "tanh", "sigmoid", "elu", "selu", "hardSigmoid", "softsign"];

function hiddenOutputs(model: tf.LayersModel, inputs: tf.Tensor): Record<string, tf.Tensor> {
  const bent = model.layers.flatMap((layer, index) => {
    const bend = activationOf(layer);
    const last = index === model.layers.length - 1;
    return bend !== undefined && !last && !Array.isArray(layer.output) ? [{ layer, bend }] : [];
  });
  if (bent.length === 0) return {};
  const outputs = bent.map(({ layer }) => layer.output as tf.SymbolicTensor);
  const probe = tf.model({ inputs: model.inputs, outputs });
  const values = probe.apply(inputs, { training: false });
  const list = Array.isArray(values) ? (values as tf.Tensor[]) : [values as tf.Tensor];
  return Object.fromEntries(
    bent.map(({ layer, bend }, i) => {
      // A sigmoid is stuck near 0 and near 1: 2σ − 1 is a tanh, stuck near ±1.
      const value = list[i]!;
      return [layer.name, bend.toLowerCase().includes("sigmoid") ? value.mul(2).sub(1) : value];
    }),
  );
}

function activationOf(layer: tf.layers.Layer): string | undefined {
  const { activation } = layer.getConfig();
  const name = typeof activation === "string" ? activation : layer.getClassName();
  const plain = name.charAt(0).toLowerCase() + name.slice(1);
  const known = plain === "reLU" ? "relu" : plain;
  return BENDS.find((bend) => bend.toLowerCase() === known.toLowerCase().replace("_", ""));
}
