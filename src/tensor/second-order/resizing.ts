/**
 * Resizing is linear in the image, so its gradient is the adjoint kernel, and the gradient of that is
 * resizing again. The image itself is read for its shape only.
 */
import * as tf from "@tensorflow/tfjs";
import { detach, register, runKernel } from "./rule.js";

const PAIRS = [
  [tf.ResizeBilinear, tf.ResizeBilinearGrad],
  [tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad],
] as const;

export function registerResizing(): void {
  for (const [forward, adjoint] of PAIRS) {
    register({
      kernel: forward,
      saves: ["images"],
      gradient: (dy, { images }, attrs: tf.ResizeBilinearAttrs) => ({
        images: () => runKernel(adjoint, { images: detach(images), dy }, attrs),
      }),
    });
    register({
      kernel: adjoint,
      saves: ["images", "dy"],
      gradient: (ddx, { images, dy }, attrs: tf.ResizeBilinearAttrs) => ({
        images: () => tf.zeros(images.shape),
        dy: () => runKernel(forward, { images: ddx }, { ...attrs, size: dy.shape.slice(1, 3) }),
      }),
    });
  }
}
