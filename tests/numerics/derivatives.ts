/**
 * The derivatives of an op case, by tfjs's tape and by differences.
 *
 * The loss puts a nonlinear function behind the op, so that the incoming gradient varies too:
 * L = Σ c·y + ½ Σ d·y². The differences are central, extrapolated twice (Richardson), of the next
 * lower derivative; in float64 they are good to about 1e-10.
 */

import { balanced, inner, taped } from "../../src/operators/derivatives.js";
import {
  gradient,
  hvp,
  type Loss,
  type Parameters,
  unflatten,
  valueAndGradient,
} from "../../src/operators/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { tf } from "../../src/tensor/tf.js";
import type { OpCase } from "./ops/index.js";

export function lossOf(op: OpCase): Loss {
  return (params) => {
    const y = op.f(...Object.values(params));
    const weight = (frequency: number) =>
      tensor(
        Array.from({ length: y.size }, (_, i) => Math.fround(Math.cos(frequency * i + 0.3))),
        y.shape,
      );
    return tf.add(
      tf.sum(tf.mul(weight(1.3), y)),
      tf.mul(0.5, tf.sum(tf.mul(weight(0.7), tf.square(y)))),
    );
  };
}

export function parametersAt(op: OpCase, point: Float64Array): Parameters {
  const shapes = op.args.map(({ shape }, i) => [`p${i}`, tf.zeros([...shape])]);
  return unflatten(point, Object.fromEntries(shapes));
}

export type Order = "gradient" | "hvp" | "third";

/** The derivative of this order at a point along v: ∇L, Hv, or ∇(vᵀHv). */
export function derivative(
  order: Order,
  op: OpCase,
  point: Float64Array,
  v: Float64Array,
): Float64Array {
  return balanced(() => {
    const params = parametersAt(op, point);
    const loss = lossOf(op);
    if (order === "gradient") return gradient(loss, params);
    return order === "hvp" ? hvp(loss, params, v) : third(loss, params, v);
  });
}

function third(loss: Loss, params: Parameters, v: Float64Array): Float64Array {
  const direction = unflatten(v, params);
  const slope = () => inner(taped(() => loss(params), params).gradients, direction);
  const curvature = () => inner(taped(slope, params).gradients, direction);
  const { gradients } = taped(curvature, params);
  const parts = Object.values(gradients).flatMap((t) => [...t.dataSync()]);
  return Float64Array.from(parts);
}

/** The same by differences of the next lower derivative. */
export function byDifferences(
  order: Order,
  op: OpCase,
  point: Float64Array,
  v: Float64Array,
): Float64Array {
  const loss = lossOf(op);
  const at = (place: Float64Array): Float64Array => {
    if (order === "third") return derivative("hvp", op, place, v);
    return derivative("gradient", op, place, v);
  };
  if (order !== "gradient") return differenceAlong(at, point, v);
  const value = (place: Float64Array) =>
    balanced(() => Float64Array.of(valueAndGradient(loss, parametersAt(op, place)).value));
  return point.map((_, i) => {
    const axis = point.map((__, j) => (i === j ? 1 : 0));
    return differenceAlong(value, point, axis)[0]!;
  });
}

const STEP = 0.008;

export function differenceAlong(
  f: (point: Float64Array) => Float64Array,
  point: Float64Array,
  v: Float64Array,
): Float64Array {
  const central = (h: number) => {
    const ahead = f(point.map((x, i) => x + h * v[i]!));
    const behind = f(point.map((x, i) => x - h * v[i]!));
    return ahead.map((x, i) => (x - behind[i]!) / (2 * h));
  };
  const [d1, d2, d3] = [central(STEP), central(STEP / 2), central(STEP / 4)];
  return d1.map((a, i) => {
    const [b, c] = [d2[i]!, d3[i]!];
    const once = (4 * b - a) / 3;
    const twice = (4 * c - b) / 3;
    return (16 * twice - once) / 15;
  });
}

/** ‖x − y‖∞ relative to max(1, ‖y‖∞). */
export function relativeError(x: Float64Array, y: Float64Array): number {
  let worst = 0;
  let scale = 1;
  y.forEach((expected, i) => {
    worst = Math.max(worst, Math.abs(x[i]! - expected));
    scale = Math.max(scale, Math.abs(expected));
  });
  return worst / scale;
}
