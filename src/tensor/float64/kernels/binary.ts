/** Functions of two variables, element by element, with broadcasting. */
import * as tf from "@tensorflow/tfjs";
import type { Float64Backend } from "../backend.js";
import { define, room } from "../kernel.js";
import {
  type BinaryLoop,
  type BroadcastPlan,
  binaryLoop,
  broadcastPlan,
  flatPlan,
  remembered,
  sizeOf,
} from "../loops.js";

type Result = "same" | "float32" | "bool";

const TABLE: Record<string, readonly [expression: string, result: Result]> = {
  Add: ["a + b", "same"],
  Sub: ["a - b", "same"],
  Multiply: ["a * b", "same"],
  RealDiv: ["a / b", "same"],
  FloorDiv: ["Math.floor(a / b)", "same"],
  Mod: ["a - b * Math.floor(a / b)", "same"],
  Maximum: ["Math.max(a, b)", "same"],
  Minimum: ["Math.min(a, b)", "same"],
  SquaredDifference: ["(a - b) * (a - b)", "same"],
  Pow: ["Math.pow(a, b)", "same"],
  Atan2: ["Math.atan2(a, b)", "float32"],
  Prelu: ["a < 0 ? a * b : a", "float32"],
  EluGrad: ["b >= 0 ? a : a * (b + 1)", "float32"],
  BitwiseAnd: ["a & b", "same"],
  Equal: ["a === b ? 1 : 0", "bool"],
  NotEqual: ["a !== b ? 1 : 0", "bool"],
  Greater: ["a > b ? 1 : 0", "bool"],
  GreaterEqual: ["a >= b ? 1 : 0", "bool"],
  Less: ["a < b ? 1 : 0", "bool"],
  LessEqual: ["a <= b ? 1 : 0", "bool"],
  LogicalAnd: ["a && b ? 1 : 0", "bool"],
  LogicalOr: ["a || b ? 1 : 0", "bool"],
  LogicalXor: ["!a !== !b ? 1 : 0", "bool"],
};

/** The inputs of these are not called a and b. */
const INPUTS: Record<string, readonly [string, string]> = {
  Prelu: ["x", "alpha"],
  EluGrad: ["dy", "y"],
};

const loops = new Map<string, BinaryLoop>();

export function registerBinary(): void {
  for (const [name, [expression, result]] of Object.entries(TABLE)) {
    const loop = binaryLoop(expression);
    loops.set(name, loop);
    const [first, second] = INPUTS[name] ?? ["a", "b"];
    define<string>(name, ({ inputs, backend }) =>
      broadcast(backend, loop, inputs[first]!, inputs[second]!, result),
    );
  }
  define<string>(tf.AddN, ({ inputs, backend }) => {
    const terms = Object.values(inputs);
    const out = room(backend, terms[0]!.dtype, sizeOf(terms[0]!.shape)).fill(0);
    for (const term of terms) {
      const values = backend.values(term);
      for (let i = 0; i < out.length; i++) out[i]! += values[i]!;
    }
    return backend.make(terms[0]!.shape, out);
  });
}

function broadcast(
  backend: Float64Backend,
  loop: BinaryLoop,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  result: Result,
): tf.TensorInfo {
  const { shape, size, plan } = planned(a.shape, b.shape);
  const dtype = result === "same" ? tf.upcastType(a.dtype, b.dtype) : result;
  const out = room(backend, dtype, size);
  loop(backend.values(a), backend.values(b), out, plan);
  return backend.make(shape, out);
}

interface Planned {
  readonly shape: readonly number[];
  readonly size: number;
  readonly plan: BroadcastPlan;
}

const broadcastPlanned = remembered((a: number[], b: number[]): Planned => {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a, b);
  return { shape, size: sizeOf(shape), plan: broadcastPlan(a, b, shape) };
});

function planned(a: number[], b: number[]): Planned {
  if (!tf.util.arraysEqual(a, b)) return broadcastPlanned(a, b);
  const size = sizeOf(a);
  return { shape: a, size, plan: flatPlan(size) };
}

/** a + b with broadcasting: the bias of the fused kernels. */
export function addBias(
  backend: Float64Backend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
): tf.TensorInfo {
  return broadcast(backend, loops.get("Add")!, a, b, "float32");
}
