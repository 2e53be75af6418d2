/** Ops that move numbers without changing them. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { copy } from "../copy.js";
import { type Call, define, room } from "../kernel.js";
import { sizeOf, stridesOf } from "../loops.js";

export function registerMoves(): void {
  define<"x">(tf.Identity, ({ inputs: { x }, backend }) => backend.share(x, x.shape));
  define<"x", { shape: number[] }>(tf.Reshape, ({ inputs: { x }, attrs, backend }) =>
    backend.share(x, tf.util.inferFromImplicitShape(attrs.shape, sizeOf(x.shape))),
  );
  define<"input", { dim: number }>(tf.ExpandDims, ({ inputs: { input }, attrs, backend }) => {
    const shape = [...input.shape];
    if (attrs.dim < -shape.length - 1 || attrs.dim > shape.length) {
      throw new RangeError(`expandDims: axis ${attrs.dim} is outside a rank of ${shape.length}`);
    }
    shape.splice(attrs.dim < 0 ? attrs.dim + shape.length + 1 : attrs.dim, 0, 1);
    return backend.share(input, shape);
  });
  registerSlices();
  registerRearrangements();
  registerJoins();
  registerPadding();
}

/** The part of x that starts at `begin` and steps by `steps` elements of each dimension. */
function part(
  backend: Float64Backend,
  x: tf.TensorInfo,
  begin: readonly number[],
  shape: readonly number[],
  steps: readonly number[] = begin.map(() => 1),
): tf.TensorInfo {
  const strides = stridesOf(x.shape);
  const start = begin.reduce((sum, b, i) => sum + b * strides[i]!, 0);
  return moved(
    backend,
    x,
    shape,
    start,
    strides.map((stride, i) => stride * steps[i]!),
  );
}

function moved(
  backend: Float64Backend,
  x: tf.TensorInfo,
  shape: readonly number[],
  start: number,
  steps: readonly number[],
): tf.TensorInfo {
  const out = room(backend, x.dtype, sizeOf(shape));
  const to = { values: out, start: 0, steps: stridesOf(shape) };
  copy(shape, { values: backend.values(x), start, steps }, to);
  return backend.make(shape, out);
}

function registerSlices(): void {
  define<"x", tf.SliceAttrs>(tf.Slice, ({ inputs: { x }, attrs, backend }) => {
    const parsed = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    const [begin = [], size = []] = parsed;
    tf.slice_util.assertParamsValid(x, begin, size);
    return part(backend, x, begin, size);
  });
  define<"x", tf.StridedSliceAttrs>(tf.StridedSlice, ({ inputs: { x }, attrs: a, backend }) => {
    const info = tf.slice_util.sliceInfo(
      x.shape,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    const size = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    const found = part(backend, x, info.begin, size, info.strides);
    return { ...found, shape: info.finalShape };
  });
  define<"x", tf.ReverseAttrs>(tf.Reverse, ({ inputs: { x }, attrs: { dims }, backend }) => {
    const axes = tf.util.parseAxisParam(dims, x.shape);
    const begin = x.shape.map((n, i) => (axes.includes(i) ? n - 1 : 0));
    return part(
      backend,
      x,
      begin,
      x.shape,
      x.shape.map((_, i) => (axes.includes(i) ? -1 : 1)),
    );
  });
  define<"value", { axis: number }>(tf.Unpack, ({ inputs: { value }, attrs, backend }) => {
    const axis = attrs.axis < 0 ? attrs.axis + value.shape.length : attrs.axis;
    const size = value.shape.map((n, i) => (i === axis ? 1 : n));
    return Array.from({ length: value.shape[axis]! }, (_, k) => ({
      ...part(
        backend,
        value,
        value.shape.map((_, i) => (i === axis ? k : 0)),
        size,
      ),
      shape: value.shape.filter((_, i) => i !== axis),
    }));
  });
  define<"x", tf.SplitVAttrs>(tf.SplitV, ({ inputs: { x }, attrs, backend }) => {
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
    let at = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => (i === axis ? at : 0));
      at += size;
      return part(
        backend,
        x,
        begin,
        x.shape.map((n, i) => (i === axis ? size : n)),
      );
    });
  });
}

function registerRearrangements(): void {
  define<"x", { perm: number[] }>(tf.Transpose, ({ inputs: { x }, attrs: { perm }, backend }) => {
    const strides = stridesOf(x.shape);
    const shape = perm.map((i) => x.shape[i]!);
    return moved(
      backend,
      x,
      shape,
      0,
      perm.map((i) => strides[i]!),
    );
  });
  define<"x", { reps: number[] }>(tf.Tile, ({ inputs: { x }, attrs: { reps }, backend }) => {
    const strides = stridesOf(x.shape);
    const shape = x.shape.flatMap((n, i) => [reps[i]!, n]);
    const tiled = moved(
      backend,
      x,
      shape,
      0,
      strides.flatMap((stride) => [0, stride]),
    );
    return { ...tiled, shape: x.shape.map((n, i) => n * reps[i]!) };
  });
  const blocks = (block: readonly number[]) => sizeOf(block);
  define<"x", tf.BatchToSpaceNDAttrs>(tf.BatchToSpaceND, (call) => {
    const { inputs, attrs, backend } = call;
    const { x } = inputs;
    const { blockShape, crops } = attrs;
    const product = blocks(blockShape);
    const util = tf.backend_util;
    const reshaped = util.getReshaped(x.shape, blockShape, product);
    const permuted = util.getPermuted(reshaped.length, blockShape.length);
    const shape = util.getReshapedPermuted(x.shape, blockShape, product);
    const begin = util.getSliceBeginCoords(crops, blockShape.length);
    const size = util.getSliceSize(shape, crops, blockShape.length);
    const strides = stridesOf(reshaped);
    const turned = moved(
      backend,
      x,
      permuted.map((i) => reshaped[i]!),
      0,
      permuted.map((i) => strides[i]!),
    );
    const rest = shape.slice(size.length);
    const result = part(
      backend,
      { ...turned, shape },
      [...begin, ...rest.map(() => 0)],
      [...size, ...rest],
    );
    backend.disposeData(turned.dataId);
    return result;
  });
  define<"x", tf.SpaceToBatchNDAttrs>(tf.SpaceToBatchND, ({ inputs: { x }, attrs, backend }) => {
    const { blockShape, paddings } = attrs;
    const product = blocks(blockShape);
    const whole: [number, number][] = [
      [0, 0],
      ...(paddings as [number, number][]),
      ...x.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]),
    ];
    const padded = pad({ inputs: { x }, attrs: { paddings: whole, constantValue: 0 }, backend });
    const util = tf.backend_util;
    const reshaped = util.getReshaped(padded.shape, blockShape, product, false);
    const permuted = util.getPermuted(reshaped.length, blockShape.length, false);
    const shape = util.getReshapedPermuted(padded.shape, blockShape, product, false);
    const strides = stridesOf(reshaped);
    const result = moved(
      backend,
      padded,
      permuted.map((i) => reshaped[i]!),
      0,
      permuted.map((i) => strides[i]!),
    );
    backend.disposeData(padded.dataId);
    return { ...result, shape };
  });
}

function registerJoins(): void {
  define<string, { axis: number }>(tf.Concat, ({ inputs, attrs, backend }) => {
    const parts = Object.values(inputs);
    const axis = tf.util.parseAxisParam(attrs.axis, parts[0]!.shape)[0]!;
    tf.backend_util.assertParamsConsistent(
      parts.map((p) => p.shape),
      axis,
    );
    return join(backend, parts, axis);
  });
  define<string, { axis: number }>(tf.Pack, ({ inputs, attrs, backend }) => {
    const first = Object.values(inputs)[0]!;
    const axis = attrs.axis < 0 ? attrs.axis + first.shape.length + 1 : attrs.axis;
    const parts = Object.values(inputs).map((part) => {
      tf.util.assertShapesMatch(first.shape, part.shape, "stack: ");
      if (part.dtype !== first.dtype) {
        throw new TypeError(`stack: dtypes ${first.dtype} and ${part.dtype} do not match`);
      }
      return { ...part, shape: [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)] };
    });
    return join(backend, parts, axis);
  });
}

function join(
  backend: Float64Backend,
  parts: readonly tf.TensorInfo[],
  axis: number,
): tf.TensorInfo {
  const shape = tf.backend_util.computeOutShape(
    parts.map((p) => p.shape),
    axis,
  );
  const out = room(backend, parts[0]!.dtype, sizeOf(shape));
  const steps = stridesOf(shape);
  let at = 0;
  for (const p of parts) {
    const from = { values: backend.values(p), start: 0, steps: stridesOf(p.shape) };
    copy(p.shape, from, { values: out, start: at * steps[axis]!, steps });
    at += p.shape[axis]!;
  }
  return backend.make(shape, out);
}

interface PadAttributes {
  readonly paddings: readonly (readonly [number, number])[];
  readonly constantValue: number;
}

function pad({ inputs: { x }, attrs, backend }: Call<"x", PadAttributes>): tf.TensorInfo {
  const { paddings, constantValue } = attrs;
  const shape = x.shape.map((n, i) => n + paddings[i]![0] + paddings[i]![1]);
  const out = room(backend, x.dtype, sizeOf(shape)).fill(constantValue);
  const steps = stridesOf(shape);
  const start = paddings.reduce((sum, [before], i) => sum + before * steps[i]!, 0);
  const from = { values: backend.values(x), start: 0, steps: stridesOf(x.shape) };
  copy(x.shape, from, { values: out, start, steps });
  return backend.make(shape, out);
}

function registerPadding(): void {
  define<"x", PadAttributes>(tf.PadV2, pad);
  define<"x", tf.MirrorPadAttrs>(tf.MirrorPad, ({ inputs: { x }, attrs, backend }) => {
    const edge = attrs.mode === "reflect" ? 1 : 0;
    const values = backend.values(x);
    const strides = stridesOf(x.shape);
    const shape = x.shape.map((n, i) => n + attrs.paddings[i]![0] + attrs.paddings[i]![1]);
    const outStrides = stridesOf(shape);
    const out = room(backend, x.dtype, sizeOf(shape));
    for (let k = 0; k < out.length; k++) {
      let at = 0;
      shape.forEach((n, i) => {
        const size = x.shape[i]!;
        let place = (Math.floor(k / outStrides[i]!) % n) - attrs.paddings[i]![0];
        if (place < 0) place = -place - 1 + edge;
        if (place >= size) place = 2 * size - 1 - place - edge;
        at += place * strides[i]!;
      });
      out[k] = values[at]!;
    }
    return backend.make(shape, out);
  });
}
