/**
 * Kernels in JavaScript for the float32 backends of tfjs, where those lack one or have it wrong.
 *
 * - the adjoint of max pooling's gradient, on every backend (see ../second-order/pooling.ts);
 * - AvgPoolGrad on cpu, which divides by the whole window although the average was taken over the
 *   part inside the image;
 * - the gradients of depthwise convolution and the sum by segments (under gather) on wasm;
 * - the gradients of conv3d on wasm, which add to memory that nobody cleared;
 * - the gradients of resizing on both, which ignore half-pixel centres;
 * - einsum on wasm, which has none, and on cpu (see ./einsum.ts);
 * - BatchMatMul on both, which pairs the wrong matrices when two batch shapes broadcast each other:
 *   refused rather than wrong.
 */
import * as tf from "@tensorflow/tfjs";
import {
  addFilterGradient3,
  addInputGradient3,
  conv3dInfo,
  type Place3,
} from "../windows/conv3d.js";
import { depthwiseInfo, forEachTap } from "../windows/depthwise.js";
import {
  type Floats,
  MaxPoolTake,
  overWindows,
  poolInfo,
  takeAtMaximum,
} from "../windows/pooling.js";
import {
  bilinearAxis,
  forEachBlend,
  nearestAxis,
  type ResizeAttributes,
} from "../windows/resize.js";
import { einsum } from "./einsum.js";

type Compute = (
  inputs: (name: string) => Input,
  attrs: tf.NamedAttrMap,
  names: readonly string[],
) => { readonly shape: readonly number[]; readonly values: Floats; readonly dtype?: tf.DataType };

interface Input {
  readonly values: Floats;
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** Registers those of every backend but wasm, whose own kernels come later. */
export function registerPortable(): void {
  for (const backend of ["cpu", "wasm", "tensorflow"]) install(MaxPoolTake, backend, maxPoolTake);
  install(tf.AvgPoolGrad, "cpu", avgPoolGrad);
  install(tf.Einsum, "cpu", einsumOf);
  registerResizeGrads("cpu");
  refuseMutualBroadcast("cpu");
}

/** Registers those of the wasm backend, in place of its own where it has them. */
export function registerPortableWasm(): void {
  install(tf.DepthwiseConv2dNativeBackpropFilter, "wasm", depthwiseFilterGradient);
  install(tf.DepthwiseConv2dNativeBackpropInput, "wasm", depthwiseInputGradient);
  install(tf.Einsum, "wasm", einsumOf);
  install(tf.UnsortedSegmentSum, "wasm", unsortedSegmentSum);
  install(tf.Conv3DBackpropFilterV2, "wasm", conv3dFilterGradient);
  install(tf.Conv3DBackpropInputV2, "wasm", conv3dInputGradient);
  registerResizeGrads("wasm");
  refuseMutualBroadcast("wasm");
}

function registerResizeGrads(backend: string): void {
  install(tf.ResizeBilinearGrad, backend, resizeGrad(bilinearAxis));
  install(tf.ResizeNearestNeighborGrad, backend, resizeGrad(nearestAxis));
}

function install(kernelName: string, backendName: string, compute: Compute): void {
  if (hasKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      if (!(backend instanceof tf.KernelBackend)) throw new TypeError(`${kernelName}: no backend`);
      const read = (name: string): Input => {
        const tensor = inputs[name];
        if (tensor === undefined) throw new TypeError(`${kernelName}: input ${name} is missing`);
        const { shape, dtype } = tensor;
        return { shape, dtype, values: backend.readSync(tensor.dataId) as Float32Array };
      };
      const result = compute(read, attrs ?? {}, Object.keys(inputs));
      const { values, dtype = "float32" } = result;
      const shape = [...result.shape];
      const Kind = dtype === "int32" ? Int32Array : Float32Array;
      const numbers = values instanceof Kind ? values : Kind.from(values);
      return { dataId: backend.write(numbers, shape, dtype), shape, dtype };
    },
  });
}

function hasKernel(kernelName: string, backendName: string): boolean {
  return tf.getKernelsForBackend(backendName).some((kernel) => kernel.kernelName === kernelName);
}

const maxPoolTake: Compute = (inputs, attrs) => {
  const input = inputs("input");
  const info = poolInfo(input.shape, attrs as unknown as tf.MaxPoolAttrs);
  const taken = new Float32Array(tf.util.sizeFromShape(info.outShape));
  takeAtMaximum(info, inputs("x").values, input.values, taken);
  return { shape: info.outShape, values: taken };
};

const avgPoolGrad: Compute = (inputs, attrs) => {
  const { shape } = inputs("input");
  const dy = inputs("dy").values;
  const info = poolInfo(shape, attrs as unknown as tf.MaxPoolAttrs);
  const out = new Float32Array(tf.util.sizeFromShape(shape));
  overWindows(info, (inside, at, weight) => {
    for (let c = 0; c < info.inChannels; c++) out[inside + c]! += weight * dy[at + c]!;
  });
  return { shape, values: out };
};

const depthwiseFilterGradient: Compute = (inputs, attrs) => {
  const place = attrs as unknown as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
  const [x, dy] = [inputs("x"), inputs("dy").values];
  const out = new Float64Array(tf.util.sizeFromShape(place.filterShape));
  forEachTap(depthwiseInfo(x.shape, place.filterShape, place), (inside, tap, at) => {
    out[tap]! += x.values[inside]! * dy[at]!;
  });
  return { shape: place.filterShape, values: out };
};

const depthwiseInputGradient: Compute = (inputs, attrs) => {
  const place = attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
  const [dy, filter] = [inputs("dy").values, inputs("filter")];
  const out = new Float64Array(tf.util.sizeFromShape(place.inputShape));
  forEachTap(depthwiseInfo(place.inputShape, filter.shape, place), (inside, tap, at) => {
    out[inside]! += filter.values[tap]! * dy[at]!;
  });
  return { shape: place.inputShape, values: out };
};

const einsumOf: Compute = (inputs, { equation }, names) => {
  const operands = names.map(inputs);
  const whole = operands.every(({ dtype }) => dtype !== "float32");
  return { ...einsum(String(equation), operands), dtype: whole ? "int32" : "float32" };
};

const unsortedSegmentSum: Compute = (inputs, { numSegments }) => {
  const [x, ids] = [inputs("x"), inputs("segmentIds")];
  const shape = [Number(numSegments), ...x.shape.slice(ids.shape.length)];
  const width = tf.util.sizeFromShape(shape.slice(1));
  const out = new Float64Array(tf.util.sizeFromShape(shape));
  ids.values.forEach((segment, i) => {
    if (segment < 0 || segment >= shape[0]!) return;
    for (let j = 0; j < width; j++) out[segment * width + j]! += x.values[i * width + j]!;
  });
  return { shape, values: out };
};

const conv3dFilterGradient: Compute = (inputs, attrs) => {
  const place = attrs as unknown as Place3 & { readonly filterShape: number[] };
  const [x, dy] = [inputs("x"), inputs("dy").values];
  const out = new Float64Array(tf.util.sizeFromShape(place.filterShape));
  addFilterGradient3(conv3dInfo(x.shape, place.filterShape, place), x.values, dy, out);
  return { shape: place.filterShape, values: out };
};

const conv3dInputGradient: Compute = (inputs, attrs) => {
  const place = attrs as unknown as Place3 & { readonly inputShape: number[] };
  const [dy, filter] = [inputs("dy").values, inputs("filter")];
  const out = new Float64Array(tf.util.sizeFromShape(place.inputShape));
  addInputGradient3(conv3dInfo(place.inputShape, filter.shape, place), dy, filter.values, out);
  return { shape: place.inputShape, values: out };
};

const resizeGrad =
  (axis: typeof bilinearAxis): Compute =>
  (inputs, attrs) => {
    const { shape } = inputs("images");
    const dy = inputs("dy");
    const place = attrs as unknown as ResizeAttributes;
    const [, height = 1, width = 1, channels = 1] = shape;
    const out = new Float64Array(tf.util.sizeFromShape(shape));
    const rows = axis(height, dy.shape[1]!, place);
    const columns = axis(width, dy.shape[2]!, place);
    forEachBlend(shape, rows, columns, (inside, at, weight) => {
      for (let c = 0; c < channels; c++) out[inside + c]! += weight * dy.values[at + c]!;
    });
    return { shape, values: out };
  };

function refuseMutualBroadcast(backendName: "cpu" | "wasm"): void {
  const shipped = tf.getKernel(tf.BatchMatMul, backendName);
  tf.unregisterKernel(tf.BatchMatMul, backendName);
  tf.registerKernel({
    ...shipped,
    kernelFunc: (call) => {
      const { a, b } = call.inputs;
      const [aBatch, bBatch] = [a?.shape.slice(0, -2) ?? [], b?.shape.slice(0, -2) ?? []];
      const own = [aBatch, bBatch].map((shape) => tf.util.sizeFromShape(shape));
      const all = tf.util.sizeFromShape(
        tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch),
      );
      if (own.some((size) => size !== all && size !== 1)) {
        throw new RangeError(
          `matMul: on ${backendName}, tfjs pairs the wrong matrices of batches [${aBatch}] and ` +
            `[${bBatch}]; broadcast them first with tf.broadcastTo, or use("float64")`,
        );
      }
      return shipped.kernelFunc(call);
    },
  });
}
