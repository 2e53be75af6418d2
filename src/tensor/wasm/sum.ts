/**
 * Sums along neighbouring axes, in place and in double precision.
 *
 * tfjs's kernel transposes until the summed axes are innermost; a bias gradient, which sums over
 * all axes but the last, then moves the whole tensor first. Here it is one pass over the rows.
 */
import * as tf from "@tensorflow/tfjs";
import { address, type Kernel, sizeOf } from "./kernel.js";
import { simd } from "./simd/index.js";

interface SumAttributes {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** Ours for float32 and neighbouring axes; tfjs's own kernel otherwise. */
export function sum(own: tf.KernelFunc): Kernel<{ x: tf.TensorInfo }, SumAttributes> {
  return ({ inputs: { x }, attrs, backend }) => {
    // tfjs reads a missing axis as all of them, though it types it as given.
    const asked = attrs.axis as number | number[];
    const axes = tf.util.parseAxisParam(asked, x.shape).sort((i, j) => i - j);
    const areNeighbours = axes.every((axis, i) => axis === axes[0]! + i);
    if (x.dtype !== "float32" || !areNeighbours || sizeOf(x.shape) === 0) {
      const result = own({ inputs: { x }, attrs: { ...attrs, axis: axes }, backend });
      return Array.isArray(result) ? result[0]! : result;
    }
    const first = axes[0] ?? x.shape.length;
    const end = first + axes.length;
    const outer = sizeOf(x.shape.slice(0, first));
    const count = sizeOf(x.shape.slice(first, end));
    const inner = sizeOf(x.shape.slice(end));
    const kept = attrs.keepDims === true ? axes.map(() => 1) : [];
    const shape = [...x.shape.slice(0, first), ...kept, ...x.shape.slice(end)];
    const out = backend.makeOutput(shape, "float32");
    const kernels = simd(backend);
    if (inner === 1) kernels.sumRows(address(backend, x), address(backend, out), outer, count);
    else kernels.sumMiddle(address(backend, x), address(backend, out), outer, count, inner);
    return out;
  };
}
