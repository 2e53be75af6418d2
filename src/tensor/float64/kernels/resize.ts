/** Resizing of images, bilinear and to the nearest pixel, with the adjoints. */
import * as tf from "@tensorflow/tfjs";
import {
  type Axis,
  bilinearAxis,
  forEachBlend,
  nearestAxis,
  type ResizeAttributes,
} from "../../windows/resize.js";
import { define } from "../kernel.js";
import { sizeOf } from "../loops.js";

type MakeAxis = (from: number, to: number, attrs: ResizeAttributes) => Axis;

export function registerResize(): void {
  registerPair(tf.ResizeBilinear, tf.ResizeBilinearGrad, bilinearAxis);
  registerPair(tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad, nearestAxis);
}

function registerPair(forward: string, adjoint: string, axis: MakeAxis): void {
  const axesOf = (from: readonly number[], to: readonly number[], attrs: ResizeAttributes) =>
    [axis(from[1]!, to[0]!, attrs), axis(from[2]!, to[1]!, attrs)] as const;
  define<"images", ResizeAttributes & { size: number[] }>(
    forward,
    ({ inputs: { images }, attrs, backend }) => {
      const channels = images.shape[3]!;
      const shape = [images.shape[0]!, ...attrs.size, channels];
      const values = backend.values(images);
      const out = backend.zeros(sizeOf(shape));
      const [rows, columns] = axesOf(images.shape, attrs.size, attrs);
      forEachBlend(images.shape, rows, columns, (inside, at, weight) => {
        for (let c = 0; c < channels; c++) out[at + c]! += weight * values[inside + c]!;
      });
      return backend.make(shape, out);
    },
  );
  define<"images" | "dy", ResizeAttributes>(
    adjoint,
    ({ inputs: { images, dy }, attrs, backend }) => {
      const channels = images.shape[3]!;
      const slopes = backend.floats(dy);
      const out = backend.zeros(sizeOf(images.shape));
      const [rows, columns] = axesOf(images.shape, dy.shape.slice(1, 3), attrs);
      forEachBlend(images.shape, rows, columns, (inside, at, weight) => {
        for (let c = 0; c < channels; c++) out[inside + c]! += weight * slopes[at + c]!;
      });
      return backend.make(images.shape, out);
    },
  );
}
