/**
 * Ops whose gradient kernel has no gradient of its own: right once, refused twice.
 *
 * The gradient itself is tfjs's. Only when it is being taped, to be differentiated again, does it
 * throw; whether the second derivative would have been needed cannot be seen from there.
 */
import * as tf from "@tensorflow/tfjs";
import { beingTaped, takeName } from "./rule.js";

export const REFUSED_TWICE: readonly string[] = [
  tf.AvgPool3D,
  tf.ComplexAbs,
  tf.Dilation2D,
  tf.LRN,
  tf.MaxPool3D,
];

export function refuseTwice(): void {
  for (const kernel of REFUSED_TWICE) {
    const shipped = tf.getGradient(kernel);
    takeName(kernel);
    tf.registerGradient({
      ...shipped,
      gradFunc: (dy, saved, attrs) => {
        if (beingTaped()) {
          throw new Error(
            `${kernel}: this op can be differentiated once, not twice; src/tensor/OPS.md lists those ` +
              "that can",
          );
        }
        return shipped.gradFunc(dy, saved, attrs);
      },
    });
  }
}
