import { tf } from "../../../src/tensor/tf.js";
import type { OpCase } from "./op-case.js";

type T4 = tf.Tensor4D;

const product = (
  op: string,
  a: readonly number[],
  b: readonly number[],
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): OpCase => ({ family: "products", op, args: [{ shape: a }, { shape: b }], f });

const conv = (
  op: string,
  x: readonly number[],
  filter: readonly number[],
  f: (x: T4, filter: T4) => tf.Tensor,
): OpCase => ({
  family: "convolution",
  op,
  args: [{ shape: x }, { shape: filter }],
  f: (x, filter) => f(x as T4, filter as T4),
});

const pool = (op: string, shape: readonly number[], f: (x: T4) => tf.Tensor): OpCase => ({
  family: "pooling",
  op,
  args: [{ shape }],
  f: (x) => f(x as T4),
});

const volume = (
  op: string,
  x: readonly number[],
  filter: readonly number[],
  f: (x: tf.Tensor5D, filter: tf.Tensor5D) => tf.Tensor,
): OpCase => ({
  family: "convolution",
  op,
  args: [{ shape: x }, { shape: filter }],
  f: (x, filter) => f(x as tf.Tensor5D, filter as tf.Tensor5D),
});

const image = [2, 5, 4, 2];

export const linear: readonly OpCase[] = [
  product("matMul", [2, 3], [3, 4], (a, b) => tf.matMul(a, b)),
  product("matMul (a transposed)", [3, 2], [3, 4], (a, b) => tf.matMul(a, b, true)),
  product("matMul (b transposed)", [2, 3], [4, 3], (a, b) => tf.matMul(a, b, false, true)),
  product("matMul (both transposed)", [3, 2], [4, 3], (a, b) => tf.matMul(a, b, true, true)),
  product("matMul (batches)", [2, 2, 3], [2, 3, 2], (a, b) => tf.matMul(a, b)),
  product("matMul (broadcast batches)", [2, 1, 2, 3], [2, 3, 2], (a, b) => tf.matMul(a, b)),
  product("dot", [3], [3, 2], (a, b) => tf.dot(a, b)),
  product("outerProduct", [3], [2], (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D)),
  product("einsum", [2, 3], [3, 4], (a, b) => tf.einsum("ij,jk->ik", a, b)),
  product("einsum (summed index)", [2, 3], [2, 4], (a, b) => tf.einsum("ij,ik->k", a, b)),
  product("einsum (an operand without a summed index)", [3], [2, 3], (a, b) =>
    tf.einsum("k,ij->ik", a, b),
  ),
  product("einsum (batches)", [2, 3, 2], [2, 2, 3], (a, b) => tf.einsum("bij,bjk->bki", a, b)),
  {
    family: "products",
    op: "rgbToGrayscale",
    args: [{ shape: [2, 3, 3] }],
    f: (x) => tf.image.rgbToGrayscale(x as tf.Tensor3D),
  },
  product("fused.matMul", [2, 3], [3, 4], (a, b) =>
    tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias: tf.ones([4]) }),
  ),
  product("fused.matMul (relu)", [2, 3], [3, 4], (a, b) =>
    tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, activation: "relu" }),
  ),
  conv("conv2d (same)", image, [3, 2, 2, 3], (x, f) => tf.conv2d(x, f, 1, "same")),
  conv("conv2d (valid, stride 2)", image, [2, 3, 2, 2], (x, f) => tf.conv2d(x, f, [2, 1], "valid")),
  conv("conv2d (padding 1)", image, [3, 3, 2, 2], (x, f) =>
    tf.conv2d(x, f, 2, 1, "NHWC", 1, "floor"),
  ),
  conv("conv2d (explicit padding)", image, [2, 2, 2, 2], (x, f) =>
    tf.conv2d(x, f, 1, [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ]),
  ),
  conv("conv2d (dilation 2)", [1, 6, 5, 2], [2, 3, 2, 2], (x, f) =>
    tf.conv2d(x, f, 1, "same", "NHWC", [2, 1]),
  ),
  conv("conv2dTranspose", [1, 2, 3, 2], [3, 2, 2, 2], (x, f) =>
    tf.conv2dTranspose(x, f, [1, 4, 6, 2], 2, "same"),
  ),
  {
    family: "convolution",
    op: "conv1d",
    args: [{ shape: [2, 6, 2] }, { shape: [3, 2, 2] }],
    f: (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, "same"),
  },
  conv("fused.conv2d", image, [2, 2, 2, 2], (x, filter) =>
    tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias: tf.ones([2]) }),
  ),
  conv("depthwiseConv2d", image, [2, 3, 2, 2], (x, f) => tf.depthwiseConv2d(x, f, 1, "same")),
  conv("depthwiseConv2d (stride 2)", image, [3, 2, 2, 1], (x, f) =>
    tf.depthwiseConv2d(x, f, 2, "valid"),
  ),
  conv("depthwiseConv2d (dilation 2)", [1, 6, 5, 2], [2, 2, 2, 1], (x, f) =>
    tf.depthwiseConv2d(x, f, 1, "same", "NHWC", [2, 2]),
  ),
  {
    family: "convolution",
    op: "separableConv2d",
    args: [{ shape: [1, 4, 4, 2] }, { shape: [2, 2, 2, 1] }, { shape: [1, 1, 2, 3] }],
    f: (x, depth, point) => tf.separableConv2d(x as T4, depth as T4, point as T4, 1, "same"),
  },
  volume("conv3d (same)", [1, 3, 2, 3, 2], [2, 2, 2, 2, 2], (x, f) => tf.conv3d(x, f, 1, "same")),
  volume("conv3d (valid, stride 2)", [2, 3, 4, 3, 1], [2, 1, 2, 1, 2], (x, f) =>
    tf.conv3d(x, f, [1, 2, 2], "valid"),
  ),
  volume("conv3dTranspose", [1, 2, 2, 1, 2], [2, 2, 1, 1, 2], (x, f) =>
    tf.conv3dTranspose(x, f, [1, 4, 4, 1, 1], [2, 2, 1], "same"),
  ),
  pool("resizeBilinear", [1, 3, 4, 2], (x) => tf.image.resizeBilinear(x, [5, 3])),
  pool("resizeBilinear (aligned corners)", [2, 3, 2, 1], (x) =>
    tf.image.resizeBilinear(x, [4, 5], true),
  ),
  pool("resizeBilinear (half-pixel centres)", [1, 3, 4, 2], (x) =>
    tf.image.resizeBilinear(x, [2, 7], false, true),
  ),
  pool("resizeNearestNeighbor", [1, 3, 4, 2], (x) => tf.image.resizeNearestNeighbor(x, [5, 3])),
  pool("resizeNearestNeighbor (aligned corners)", [1, 3, 4, 1], (x) =>
    tf.image.resizeNearestNeighbor(x, [4, 7], true),
  ),
  pool("resizeNearestNeighbor (half-pixel centres)", [1, 3, 4, 1], (x) =>
    tf.image.resizeNearestNeighbor(x, [2, 7], false, true),
  ),
  pool("maxPool", [2, 4, 4, 2], (x) => tf.maxPool(x, 2, 2, "valid")),
  pool("maxPool (overlapping, same)", [1, 5, 5, 2], (x) => tf.maxPool(x, 3, 2, "same")),
  pool("avgPool", [2, 4, 4, 2], (x) => tf.avgPool(x, 2, 2, "valid")),
  pool("avgPool (overlapping, same)", [1, 5, 5, 2], (x) => tf.avgPool(x, 3, 2, "same")),
];
