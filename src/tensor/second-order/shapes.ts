/**
 * Ops that move values about: their gradients move them back. tfjs's are wrong for mirrorPad (the
 * reflections are dropped), and slow or missing a rank for tile.
 */
import * as tf from "@tensorflow/tfjs";
import { register } from "./rule.js";

export function registerShapes(): void {
  register({
    kernel: tf.Tile,
    saves: ["x"],
    gradient: (dy, { x }, { reps }: tf.TileAttrs) => ({
      x: () => {
        const split = x.shape.flatMap((size, i) => [reps[i] ?? 1, size]);
        const copies = x.shape.map((_, i) => 2 * i);
        return tf.sum(tf.reshape(dy, split), copies);
      },
    }),
  });
  register({
    kernel: tf.MirrorPad,
    gradient: (dy, _, { paddings, mode }: tf.MirrorPadAttrs) => ({
      x: () =>
        paddings.reduce(
          (folded: tf.Tensor, padding, axis) =>
            fold(folded, axis, padding, mode === "reflect" ? 1 : 0),
          dy,
        ),
    }),
  });
}

/** Adds both reflected margins of one axis onto the middle; `edge` is 1 when the edge is not repeated. */
function fold(
  dy: tf.Tensor,
  axis: number,
  [before, after]: [number, number],
  edge: number,
): tf.Tensor {
  const size = (dy.shape[axis] ?? 0) - before - after;
  const part = (start: number, length: number) =>
    tf.slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? start : 0)),
      dy.shape.map((n, i) => (i === axis ? length : n)),
    );
  const placed = (margin: tf.Tensor, start: number, length: number) =>
    tf.pad(
      tf.reverse(margin, axis),
      dy.shape.map((_, i): [number, number] =>
        i === axis ? [start, size - start - length] : [0, 0],
      ),
    );
  let total = part(before, size);
  if (before > 0) total = tf.add(total, placed(part(0, before), edge, before));
  if (after > 0) {
    total = tf.add(total, placed(part(before + size, after), size - edge - after, after));
  }
  return total;
}
