/** Ops that make tensors, change their dtype, or pick entries of them. */
import * as tf from "@tensorflow/tfjs";
import { define, room } from "../kernel.js";
import { sizeOf } from "../loops.js";

export function registerCreation(): void {
  define<never, tf.FillAttrs>(tf.Fill, ({ attrs: { shape, value, dtype }, backend }) => {
    const type = dtype ?? tf.util.inferDtype(value);
    return backend.make(shape, room(backend, type, sizeOf(shape)).fill(Number(value)));
  });
  define<"x">(tf.ZerosLike, ({ inputs: { x }, backend }) =>
    backend.make(x.shape, room(backend, x.dtype, sizeOf(x.shape)).fill(0)),
  );
  define<"x">(tf.OnesLike, ({ inputs: { x }, backend }) =>
    backend.make(x.shape, room(backend, x.dtype, sizeOf(x.shape)).fill(1)),
  );
  define<"x", { dtype: tf.DataType }>(tf.Cast, ({ inputs: { x }, attrs: { dtype }, backend }) => {
    if (dtype === x.dtype) return backend.share(x, x.shape);
    const values = backend.values(x);
    const out = room(backend, dtype, values.length);
    if (dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = values[i] === 0 ? 0 : 1;
    else out.set(values);
    return backend.make(x.shape, out);
  });
  define<never, tf.LinSpaceAttrs>(tf.LinSpace, ({ attrs: { start, stop, num }, backend }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const out = backend.room(num);
    for (let i = 0; i < num; i++) out[i] = i === num - 1 && i > 0 ? stop : start + i * step;
    return backend.make([num], out);
  });
  define<never, tf.RangeAttrs>(tf.Range, ({ attrs: { start, stop, step, dtype }, backend }) => {
    // A default step of 1 means −1 when counting down.
    const by = step === 1 && stop < start ? -1 : step;
    const n = Math.max(0, Math.ceil((stop - start) / by)) || 0;
    const out = room(backend, dtype, n);
    for (let i = 0; i < n; i++) out[i] = start + i * by;
    return backend.make([n], out);
  });
  registerPicks();
  registerScatters();
}

function registerPicks(): void {
  define<"indices", tf.OneHotAttrs>(tf.OneHot, ({ inputs: { indices }, attrs, backend }) => {
    const { depth, onValue, offValue } = attrs;
    const values = backend.values(indices);
    const out = room(backend, attrs.dtype, values.length * depth).fill(offValue);
    values.forEach((index, i) => {
      if (index >= 0 && index < depth) out[i * depth + index] = onValue;
    });
    return backend.make([...indices.shape, depth], out);
  });
  define<"condition" | "t" | "e">(tf.Select, ({ inputs: { condition, t, e }, backend }) => {
    const mask = backend.values(condition);
    const [yes, no] = [backend.values(t), backend.values(e)];
    const out = room(backend, tf.upcastType(t.dtype, e.dtype), yes.length);
    // A condition of rank 1 picks whole rows.
    const width = mask.length === 0 ? 1 : out.length / mask.length;
    for (let i = 0, k = 0; i < mask.length; i++) {
      const from = mask[i] ? yes : no;
      for (let j = 0; j < width; j++, k++) out[k] = from[k]!;
    }
    return backend.make(t.shape, out);
  });
  define<"x" | "indices", tf.GatherV2Attrs>(
    tf.GatherV2,
    ({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }) => {
      const [parsed = 0] = tf.util.parseAxisParam(axis, x.shape);
      const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
        x,
        indices,
        parsed,
        batchDims ?? 0,
      );
      const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
      const [from, picks] = [backend.values(x), backend.values(indices)];
      const perBatch = picks.length / batchSize;
      const out = room(backend, x.dtype, sizeOf(outputShape));
      let k = 0;
      for (let b = 0; b < batchSize; b++) {
        for (let o = 0; o < outerSize; o++) {
          for (let i = 0; i < perBatch; i++) {
            const index = picks[b * perBatch + i]!;
            if (!(index >= 0 && index < dimSize)) {
              throw new RangeError(
                `GatherV2: the index value ${index} is not in [0, ${dimSize - 1}]`,
              );
            }
            const start = ((b * outerSize + o) * dimSize + index) * sliceSize;
            for (let j = 0; j < sliceSize; j++) out[k++] = from[start + j]!;
          }
        }
      }
      return backend.make(outputShape, out);
    },
  );
}

function registerScatters(): void {
  define<"indices" | "updates", { shape: number[] }>(
    tf.ScatterNd,
    ({ inputs: { indices, updates }, attrs: { shape }, backend }) => {
      const { sliceRank, numUpdates, sliceSize, strides } = tf.scatter_util.calculateShapes(
        updates,
        indices,
        shape,
      );
      const [places, values] = [backend.values(indices), backend.values(updates)];
      const out = room(backend, updates.dtype, sizeOf(shape)).fill(0);
      for (let i = 0; i < numUpdates; i++) {
        let at = 0;
        for (let j = 0; j < sliceRank; j++) at += places[i * sliceRank + j]! * strides[j]!;
        for (let j = 0; j < sliceSize; j++) out[at * sliceSize + j]! += values[i * sliceSize + j]!;
      }
      return backend.make(shape, out);
    },
  );
}
