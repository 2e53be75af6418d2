/**
 * A fully connected network as its layers: what the weight-space symmetries act on.
 *
 * Layer l maps h ↦ act(hW + b), W with a row an input and a column an output, the last layer without
 * activation. Hidden units can be permuted, turned in sign (tanh), or rescaled (relu), with the layer
 * after them undoing it. *Deep Learning*, 8.2.2.
 */
import type { Rows } from "../operators/linear-operator.js";
import { describe, isArrayOfAnything } from "../operators/vector-of.js";

export interface DenseLayer {
  /** Inputs × outputs. */
  readonly weights: Rows;
  /** One entry an output; zeros when absent. */
  readonly bias?: ArrayLike<number>;
}

/** What is needed of a tensor to read a layer from it; TensorFlow.js tensors have it. */
export interface ReadableTensor {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
}

/** A network as layers, or as named tensors: a kernel [in, out] opens a layer, a bias [out] ends it. */
export type NetworkWeights = readonly DenseLayer[] | Readonly<Record<string, ReadableTensor>>;

/** A layer whose arrays are ours to change. */
export interface OwnLayer {
  readonly weights: Float64Array[];
  readonly bias: Float64Array;
}

/** A copy, with the shapes checked: each layer takes what the one before gives. */
export function copyLayers(who: string, network: NetworkWeights, name = "the network"): OwnLayer[] {
  const found: unknown = network;
  if (typeof found !== "object" || found === null) {
    throw new TypeError(
      `${who}: ${name} is ${describe(found)}; its layers, [{ weights, bias }, …], or a record of its ` +
        "named tensors are needed",
    );
  }
  const layers = isLayers(network) ? network : readLayers(who, network);
  if (layers.length === 0) throw new RangeError(`${who}: the network has no layers`);
  return layers.map((layer, l) => {
    if (!isArrayOfAnything(layer?.weights)) {
      throw new TypeError(
        `${who}: the weights of layer ${l} of ${name} are ${describe(layer?.weights)}; rows are needed, ` +
          "one for each input",
      );
    }
    const outputs = layer.weights[0]?.length ?? 0;
    const odd = layer.weights.findIndex((row) => row.length !== outputs);
    if (odd >= 0) {
      throw new RangeError(
        `${who}: layer ${l}, row ${odd} has not the ${outputs} entries of row 0`,
      );
    }
    const before = layers[l - 1]?.weights[0]?.length;
    if (before !== undefined && before !== layer.weights.length) {
      throw new RangeError(
        `${who}: layer ${l} takes ${layer.weights.length} inputs, the layer before gives ${before}`,
      );
    }
    const bias = Float64Array.from(layer.bias ?? new Float64Array(outputs));
    if (bias.length !== outputs) {
      throw new RangeError(`${who}: layer ${l} has ${outputs} outputs and ${bias.length} biases`);
    }
    return { weights: layer.weights.map((row) => Float64Array.from(row)), bias };
  });
}

/**
 * The entries of all layers as one vector: each one's weights row by row, then its bias. For a network
 * made by `models.mlp` that is the order of `flatten`, so that an objective takes it.
 *
 * @example flattenLayers([{ weights: [[1, 2]], bias: [3, 4] }]) // [1, 2, 3, 4]
 */
export function flattenLayers(layers: readonly DenseLayer[]): Float64Array {
  const own = copyLayers("flattenLayers", layers);
  return Float64Array.from(
    own.flatMap(({ weights, bias }) => [...weights, bias]).flatMap((row) => [...row]),
  );
}

function isLayers(network: NetworkWeights): network is readonly DenseLayer[] {
  return Array.isArray(network);
}

function readLayers(who: string, tensors: Readonly<Record<string, ReadableTensor>>): DenseLayer[] {
  const layers: { weights: Rows; bias?: ArrayLike<number> }[] = [];
  for (const [name, tensor] of Object.entries(tensors)) {
    const [rows = 0, columns] = tensor.shape;
    const data = Float64Array.from(tensor.dataSync());
    const last = layers.at(-1);
    if (tensor.shape.length === 2 && columns !== undefined) {
      const row = (i: number) => data.slice(i * columns, (i + 1) * columns);
      layers.push({ weights: Array.from({ length: rows }, (_, i) => row(i)) });
    } else if (tensor.shape.length === 1 && last && !last.bias) {
      last.bias = data;
    } else {
      throw new RangeError(
        `${who}: "${name}" of shape [${tensor.shape.join(", ")}] is neither a dense kernel nor its bias`,
      );
    }
  }
  return layers;
}

/** Puts hidden unit order[i] of layer l in place i, and the next layer's inputs with it. */
export function permuteUnits(
  layers: readonly OwnLayer[],
  l: number,
  order: ArrayLike<number>,
): void {
  const layer = layers[l]!;
  for (const row of layer.weights) row.set(Float64Array.from(order, (from) => row[from]!));
  layer.bias.set(Float64Array.from(order, (from) => layer.bias[from]!));
  const next = layers[l + 1]!.weights;
  const rows = Array.from(order, (from) => next[from]!);
  rows.forEach((row, i) => {
    next[i] = row;
  });
}

/** Multiplies what comes into hidden unit i of layer l by a factor, and what goes out by its inverse. */
export function scaleUnit(layers: readonly OwnLayer[], l: number, i: number, factor: number): void {
  const layer = layers[l]!;
  for (const row of layer.weights) row[i]! *= factor;
  layer.bias[i]! *= factor;
  const outgoing = layers[l + 1]!.weights[i]!;
  for (let j = 0; j < outgoing.length; j++) outgoing[j]! /= factor;
}

/** The network's outputs for one input. */
export function forward(
  layers: readonly OwnLayer[],
  activation: (z: number) => number,
  input: Float64Array,
): Float64Array {
  return layers.reduce((h, { weights, bias }, l) => {
    const z = bias.slice();
    weights.forEach((row, i) => {
      for (let j = 0; j < z.length; j++) z[j]! += h[i]! * row[j]!;
    });
    return l < layers.length - 1 ? z.map(activation) : z;
  }, input);
}
