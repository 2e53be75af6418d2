/**
 * Whether tfjs's tape sees every way that a value depends on the parameters.
 *
 * A gradient that reads a saved intermediate, as those of `tf.customGrad` may, is right once; when it
 * is differentiated again the tape takes the intermediate for a constant and the result is silently
 * wrong. Here the flow of *data* between kernels is compared with the tape: a taped op that reads
 * data computed from the parameters through a tensor that the tape does not connect to them is an
 * error. Ops whose derivative is zero almost everywhere may read what they like.
 */
import * as tf from "@tensorflow/tfjs";
import { MaxPoolTake } from "../windows/pooling.js";
import type { Observer } from "./observe.js";

const FLAT = new Set<string>([
  tf.ArgMax,
  tf.ArgMin,
  tf.Ceil,
  tf.Equal,
  tf.Floor,
  tf.FloorDiv,
  tf.Greater,
  tf.GreaterEqual,
  tf.IsFinite,
  tf.IsInf,
  tf.IsNan,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalNot,
  tf.LogicalOr,
  tf.LogicalXor,
  tf.NotEqual,
  tf.OneHot,
  tf.OnesLike,
  tf.Round,
  tf.Sign,
  tf.Step,
  tf.ZerosLike,
]);

/** Inputs that are read for a mask or for their shape. */
const FLAT_INPUTS: Readonly<Record<string, readonly string[]>> = {
  [tf.AvgPoolGrad]: ["input"],
  [tf.MaxPoolGrad]: ["input", "output"],
  [MaxPoolTake]: ["input", "output"],
  [tf.ResizeBilinearGrad]: ["images"],
  [tf.ResizeNearestNeighborGrad]: ["images"],
};

/** Throws as soon as an op that is being taped reads what the tape does not know. */
export function connectionGuard(parameters: readonly tf.Tensor[]): Observer {
  const dependent = new Set<object>(parameters.map(({ dataId }) => dataId));
  const connected = new Set<number>(parameters.map(({ id }) => id));
  let tape: readonly unknown[] = [];
  let scanned = 0;
  const catchUp = () => {
    const current = tf.engine().state.activeTape ?? [];
    if (current !== tape) {
      tape = current;
      scanned = 0;
    }
    for (; scanned < current.length; scanned++) {
      const { inputs, outputs } = current[scanned]!;
      if (!Object.values(inputs).some((input) => connected.has(input?.id))) continue;
      for (const { id } of outputs) connected.add(id);
    }
  };
  return ({ name, inputs }, outputs) => {
    if (FLAT.has(name)) return;
    const { gradientDepth, kernelDepth } = tf.engine().state;
    const read = Object.entries(inputs).filter(
      ([key, input]) => input && dependent.has(input.dataId) && !FLAT_INPUTS[name]?.includes(key),
    );
    if (read.length === 0) return;
    // A new name for the same data is no use of it yet.
    if (outputs.every(({ dataId }) => read.some(([, input]) => input?.dataId === dataId))) return;
    for (const { dtype, dataId } of outputs) if (dtype === "float32") dependent.add(dataId);
    if (gradientDepth === 0 || kernelDepth > 1) return;
    catchUp();
    for (const [key, input] of read) {
      if (!(input instanceof tf.Tensor) || connected.has(input.id)) continue;
      throw new Error(
        `${name}: its input "${key}" of shape [${input.shape.join(", ")}] was computed from the ` +
          "parameters, but tfjs's tape does not connect it to them, so a second derivative would be " +
          "wrong. A tf.customGrad must write its gradient in terms of its own inputs and dy",
      );
    }
  };
}
