/**
 * Every layer of tf.layers as a small model: what layers.test.ts differentiates, by the weights and
 * by the input where that is a float.
 */
import { tf } from "../../src/tensor/tf.js";

type Layers = tf.layers.Layer | tf.layers.Layer[];

export interface LayerCase {
  readonly name: string;
  /** Of one example. */
  readonly input: readonly number[];
  readonly make: () => Layers;
  /** Whole numbers below this as input, which is then not differentiated by. */
  readonly indices?: number;
  /** Two inputs of the same shape, for layers that merge. */
  readonly merges?: boolean;
  /** As in training, for layers that differ there. */
  readonly training?: boolean;
}

const { layers } = tf;
const image = [5, 5, 2];
const series = [5, 3];

function simple(name: string, input: readonly number[], make: () => Layers): LayerCase {
  return { name, input, make };
}

const merging = (name: string, make: () => Layers): LayerCase => ({
  ...simple(name, [4], make),
  merges: true,
});

const trained = (layerCase: LayerCase): LayerCase => ({
  ...layerCase,
  name: `${layerCase.name} (training)`,
  training: true,
});

const weighted: readonly LayerCase[] = [
  simple("dense", [4], () => layers.dense({ units: 3, activation: "tanh" })),
  simple("conv1d", series, () => layers.conv1d({ filters: 2, kernelSize: 3 })),
  simple("conv2d", image, () => layers.conv2d({ filters: 3, kernelSize: 3, activation: "tanh" })),
  simple("conv2dTranspose", [3, 3, 2], () =>
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same" }),
  ),
  simple("conv3d", [3, 3, 3, 1], () => layers.conv3d({ filters: 2, kernelSize: 2 })),
  simple("conv3dTranspose", [2, 2, 2, 1], () =>
    layers.conv3dTranspose({ filters: 1, kernelSize: 2 }),
  ),
  simple("depthwiseConv2d", image, () => layers.depthwiseConv2d({ kernelSize: 3 })),
  simple("separableConv2d", image, () => layers.separableConv2d({ filters: 3, kernelSize: 3 })),
  {
    name: "embedding",
    input: [3],
    indices: 5,
    make: () => layers.embedding({ inputDim: 5, outputDim: 2 }),
  },
  simple("prelu", [4], () => layers.prelu()),
  simple("batchNormalization", image, () => layers.batchNormalization()),
  trained(simple("batchNormalization", image, () => layers.batchNormalization())),
  simple("layerNormalization", [5], () => layers.layerNormalization()),
  simple("simpleRNN", series, () => layers.simpleRNN({ units: 2 })),
  simple("gru", series, () => layers.gru({ units: 2 })),
  simple("lstm", series, () => layers.lstm({ units: 2, returnSequences: true })),
  simple("rnn of stacked cells", series, () =>
    layers.rnn({ cell: [layers.gruCell({ units: 2 }), layers.lstmCell({ units: 2 })] }),
  ),
  simple("bidirectional", series, () =>
    layers.bidirectional({ layer: layers.gru({ units: 2 }), mergeMode: "concat" }),
  ),
  simple("timeDistributed", series, () =>
    layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
  ),
  simple("convLstm2d", [2, 4, 4, 1], () => layers.convLstm2d({ filters: 2, kernelSize: 2 })),
];

const activations: readonly LayerCase[] = [
  simple("activation (softplus)", [4], () => layers.activation({ activation: "softplus" })),
  simple("activation (gelu)", [4], () => layers.activation({ activation: "gelu" })),
  simple("activation (swish)", [4], () => layers.activation({ activation: "swish" })),
  simple("activation (mish)", [4], () => layers.activation({ activation: "mish" })),
  simple("activation (hardSigmoid)", [4], () => layers.activation({ activation: "hardSigmoid" })),
  simple("elu", [4], () => layers.elu()),
  simple("leakyReLU", [4], () => layers.leakyReLU()),
  simple("reLU", [4], () => layers.reLU({ maxValue: 6 })),
  simple("softmax", [4], () => layers.softmax()),
  simple("thresholdedReLU", [4], () => layers.thresholdedReLU({ theta: 0.05 })),
];

const pools: readonly LayerCase[] = [
  simple("averagePooling1d", series, () => layers.averagePooling1d({ poolSize: 2 })),
  simple("averagePooling2d", image, () =>
    layers.averagePooling2d({ poolSize: 3, padding: "same" }),
  ),
  simple("averagePooling3d", [4, 4, 4, 1], () => layers.averagePooling3d({ poolSize: 2 })),
  simple("maxPooling1d", series, () => layers.maxPooling1d({ poolSize: 2 })),
  simple("maxPooling2d", image, () => layers.maxPooling2d({ poolSize: 2 })),
  simple("maxPooling3d", [4, 4, 4, 1], () => layers.maxPooling3d({ poolSize: 2 })),
  simple("globalAveragePooling1d", series, () => layers.globalAveragePooling1d()),
  simple("globalAveragePooling2d", image, () =>
    layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
  ),
  simple("globalMaxPooling1d", series, () => layers.globalMaxPooling1d()),
  simple("globalMaxPooling2d", image, () =>
    layers.globalMaxPooling2d({ dataFormat: "channelsLast" }),
  ),
];

const moves: readonly LayerCase[] = [
  simple("flatten", image, () => layers.flatten()),
  simple("reshape", image, () => layers.reshape({ targetShape: [10, 5] })),
  simple("permute", series, () => layers.permute({ dims: [2, 1] })),
  simple("repeatVector", [4], () => layers.repeatVector({ n: 3 })),
  simple("cropping2D", image, () =>
    layers.cropping2D({
      cropping: [
        [1, 0],
        [0, 2],
      ],
    }),
  ),
  simple("zeroPadding2d", image, () => layers.zeroPadding2d({ padding: 1 })),
  simple("upSampling2d (nearest)", [3, 3, 1], () => layers.upSampling2d({ size: [2, 2] })),
  simple("upSampling2d (bilinear)", [3, 3, 1], () =>
    layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" }),
  ),
  simple("resizing", image, () => layers.resizing({ height: 4, width: 3 })),
  simple("centerCrop", image, () => layers.centerCrop({ height: 3, width: 3 })),
  simple("rescaling", [4], () => layers.rescaling({ scale: 0.5, offset: 1 })),
  simple("masking", series, () => [layers.masking(), layers.simpleRNN({ units: 2 })]),
];

const merges: readonly LayerCase[] = [
  merging("add", () => layers.add()),
  merging("average", () => layers.average()),
  merging("concatenate", () => layers.concatenate()),
  merging("dot", () => layers.dot({ axes: 1 })),
  merging("maximum", () => layers.maximum()),
  merging("minimum", () => layers.minimum()),
  merging("multiply", () => layers.multiply()),
];

const noises: readonly LayerCase[] = [
  trained(simple("dropout (seeded)", [8], () => layers.dropout({ rate: 0.4, seed: 3 }))),
  simple("dropout", [4], () => layers.dropout({ rate: 0.4 })),
  simple("alphaDropout", [4], () => layers.alphaDropout({ rate: 0.4 })),
  simple("gaussianDropout", [4], () => layers.gaussianDropout({ rate: 0.4 })),
  simple("gaussianNoise", [4], () => layers.gaussianNoise({ stddev: 0.4 })),
  simple("spatialDropout1d", series, () => layers.spatialDropout1d({ rate: 0.4 })),
];

export const layerCases: readonly LayerCase[] = [
  ...weighted,
  ...activations,
  ...pools,
  ...moves,
  ...merges,
  ...noises,
];
