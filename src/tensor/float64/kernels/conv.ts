/**
 * Convolution as matrix products over unrolled windows ("im2col").
 *
 * The window of output pixel p is one row of a matrix P of filterHeight · filterWidth · inChannels
 * columns; then y = P·F, dF = Pᵀ·dy, and dx is dy·Fᵀ with its rows added back to the windows they
 * belong to.
 */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";
import { copyOut, type Matrix, packColumns, packRows } from "../matmul.js";
import { Patches } from "../patches.js";
import { gemm } from "../simd/gemm.js";
import { activate, type Fused } from "./fused.js";

type Shape4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;

export function registerConv(): void {
  define<"x" | "filter", tf.Conv2DAttrs>(tf.Conv2D, ({ inputs, attrs, backend }) =>
    convolve(backend, inputs.x, inputs.filter, attrs),
  );
  define<"x" | "filter" | "bias" | "preluActivationWeights", tf.Conv2DAttrs & Fused>(
    tf.FusedConv2D,
    ({ inputs, attrs, backend }) => {
      const product = convolve(backend, inputs.x, inputs.filter, attrs);
      return activate(backend, product, inputs, attrs);
    },
  );
  define<"x" | "dy", tf.Conv2DBackpropFilterAttrs>(
    tf.Conv2DBackpropFilter,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = convInfo(x.shape, attrs.filterShape, attrs);
      checkSlope(dy, info);
      const patches = new Patches(info);
      const n = info.outChannels;
      const out = backend.room(sizeOf(attrs.filterShape));
      gemm(
        [patches.columns, patches.rows, n],
        patches.packTransposed(backend.floats(x)),
        packColumns(plain(backend.floats(dy), n), n),
        copyOut(n, out, 0),
      );
      return backend.make(attrs.filterShape, out);
    },
  );
  define<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = convInfo(attrs.inputShape, filter.shape, attrs);
      checkSlope(dy, info);
      const n = info.outChannels;
      const patches = new Patches(info);
      const out = backend.zeros(sizeOf(attrs.inputShape));
      patches.scatter(out, (take) =>
        gemm(
          [patches.rows, n, patches.columns],
          packRows(plain(backend.floats(dy), n)),
          packColumns(transposed(backend.floats(filter), n), patches.columns),
          take,
        ),
      );
      return backend.make(attrs.inputShape, out);
    },
  );
}

type Place = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dimRoundingMode"> &
  Partial<Pick<tf.Conv2DAttrs, "dilations">>;

function convInfo(shape: readonly number[], filterShape: readonly number[], place: Place): Info {
  if (place.dataFormat === "NCHW") {
    throw new RangeError("conv2d: the float64 backend has NHWC only; transpose the channels last");
  }
  return tf.backend_util.computeConv2DInfo(
    shape as Shape4,
    filterShape as Shape4,
    place.strides,
    place.dilations ?? 1,
    place.pad,
    place.dimRoundingMode,
  );
}

function checkSlope(dy: tf.TensorInfo, { outShape }: Info): void {
  if (tf.util.arraysEqual(dy.shape, outShape)) return;
  throw new RangeError(
    `conv2d: the gradient has shape [${dy.shape.join(", ")}], the output [${outShape.join(", ")}]`,
  );
}

function convolve(
  backend: Float64Backend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  place: Place,
): tf.TensorInfo {
  const info = convInfo(x.shape, filter.shape, place);
  const patches = new Patches(info);
  const n = info.outChannels;
  const out = backend.room(sizeOf(info.outShape));
  gemm(
    [patches.rows, patches.columns, n],
    patches.pack(backend.floats(x)),
    packColumns(plain(backend.floats(filter), n), n),
    copyOut(n, out, 0),
  );
  return backend.make(info.outShape, out);
}

function plain(values: Float64Array, columns: number): Matrix {
  return { values, start: 0, rowStep: columns, columnStep: 1 };
}

function transposed(values: Float64Array, columns: number): Matrix {
  return { values, start: 0, rowStep: 1, columnStep: columns };
}
