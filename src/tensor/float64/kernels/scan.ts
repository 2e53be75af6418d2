/** Running sums and products, arg max and min, top k, and sums by segment. */
import * as tf from "@tensorflow/tfjs";
import { define, room } from "../kernel.js";
import { sizeOf } from "../loops.js";

interface ScanAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

export function registerScans(): void {
  scan(tf.Cumsum, 0, (total, x) => total + x);
  scan(tf.Cumprod, 1, (total, x) => total * x);
  argument(tf.ArgMax, (x, best) => x > best);
  argument(tf.ArgMin, (x, best) => x < best);
  define<"x", tf.TopKAttrs>(tf.TopK, ({ inputs: { x }, attrs: { k }, backend }) => {
    const width = x.shape.at(-1) ?? 1;
    const rows = sizeOf(x.shape) / width;
    const values = backend.values(x);
    const top = room(backend, x.dtype, rows * k);
    const indices = new Int32Array(rows * k);
    for (let row = 0; row < rows; row++) {
      const at = (i: number) => values[row * width + i]!;
      const order = Array.from({ length: width }, (_, i) => i);
      order.sort((i, j) => at(j) - at(i) || i - j);
      order.slice(0, k).forEach((index, rank) => {
        top[row * k + rank] = at(index);
        indices[row * k + rank] = index;
      });
    }
    const shape = [...x.shape.slice(0, -1), k];
    return [backend.make(shape, top), backend.make(shape, indices)];
  });
  define<"x" | "segmentIds", { numSegments: number }>(
    tf.UnsortedSegmentSum,
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
      const ids = backend.values(segmentIds);
      const values = backend.floats(x);
      const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
      const width = sizeOf(shape.slice(1));
      const out = backend.zeros(sizeOf(shape));
      for (let i = 0; i < ids.length; i++) {
        const segment = ids[i]!;
        if (segment < 0 || segment >= numSegments) continue;
        for (let j = 0; j < width; j++) out[segment * width + j]! += values[i * width + j]!;
      }
      return backend.make(shape, out);
    },
  );
}

/** The sizes before, along and after an axis: row-major data is [outer, along, inner]. */
export function around(shape: readonly number[], axis: number): [number, number, number] {
  const k = axis < 0 ? axis + shape.length : axis;
  return [sizeOf(shape.slice(0, k)), shape[k] ?? 1, sizeOf(shape.slice(k + 1))];
}

function scan(name: string, initial: number, step: (total: number, x: number) => number): void {
  define<"x", ScanAttributes>(name, ({ inputs: { x }, attrs, backend }) => {
    const [outer, along, inner] = around(x.shape, attrs.axis);
    const values = backend.values(x);
    const out = room(backend, x.dtype, values.length);
    for (let run = 0; run < outer * inner; run++) {
      const start = Math.floor(run / inner) * along * inner + (run % inner);
      let total = initial;
      for (let i = 0; i < along; i++) {
        const at = start + (attrs.reverse ? along - 1 - i : i) * inner;
        const next = step(total, values[at]!);
        out[at] = attrs.exclusive ? total : next;
        total = next;
      }
    }
    return backend.make(x.shape, out);
  });
}

function argument(name: string, better: (x: number, best: number) => boolean): void {
  define<"x", { axis: number }>(name, ({ inputs: { x }, attrs: { axis }, backend }) => {
    const [outer, along, inner] = around(x.shape, axis);
    const values = backend.values(x);
    const out = new Int32Array(outer * inner);
    for (let run = 0; run < out.length; run++) {
      const start = Math.floor(run / inner) * along * inner + (run % inner);
      let best = 0;
      for (let i = 1; i < along; i++) {
        if (better(values[start + i * inner]!, values[start + best * inner]!)) best = i;
      }
      out[run] = best;
    }
    const k = axis < 0 ? axis + x.shape.length : axis;
    return backend.make(
      x.shape.filter((_, i) => i !== k),
      out,
    );
  });
}
