/**
 * Inputs and targets as people have them, as a task to draw examples from.
 *
 * Tensors or nested arrays, under the names that are in use for them; the first axis counts the
 * examples. Draws take them in a random order without repeating one.
 */
import type { Examples, Task } from "../../data/index.js";
import { tf } from "../../tensor/index.js";
import { Random } from "../../tensor/random.js";
import type { BatchLoss } from "./losses.js";

/** A tensor, nested arrays, or typed numbers, one a example. */
export type PlainTensor = tf.Tensor | tf.TensorLike;

export type PlainData =
  | { readonly inputs: PlainTensor; readonly targets: PlainTensor }
  | { readonly xs: PlainTensor; readonly ys: PlainTensor }
  | { readonly x: PlainTensor; readonly y: PlainTensor }
  | readonly [inputs: PlainTensor, targets: PlainTensor];

interface Table {
  readonly values: Float32Array;
  readonly count: number;
  /** Of one example. */
  readonly shape: readonly number[];
}

/** Whether it draws examples itself. */
export function isTask(data: Task | PlainData): data is Task {
  return typeof data === "object" && data !== null && "draw" in data;
}

export function taskOf(data: PlainData, loss: BatchLoss): Task {
  const [inputs, targets] = pair(data);
  const [x, y] = [table("inputs", inputs), table("targets", targets)];
  if (x.count !== y.count) {
    throw new RangeError(`diagnose: data has ${x.count} inputs and ${y.count} targets`);
  }
  return {
    name: "given data",
    inputShape: x.shape,
    targetShape: y.shape,
    outputs: y.shape.at(-1) ?? 1,
    draw: (count, index) => {
      const order = new Random(index).permutation(x.count).subarray(0, count);
      return { count: order.length, inputs: pick(x, order), targets: pick(y, order) };
    },
    loss: (outputs, wanted) => loss(outputs, wanted).asScalar(),
    mistakes: () => Number.NaN,
  } satisfies Task & { draw(count: number, index: number): Examples };
}

function pair(data: PlainData): readonly [PlainTensor, PlainTensor] {
  const found: unknown = data;
  if (typeof found === "object" && found !== null) {
    if ("inputs" in data && "targets" in data) return [data.inputs, data.targets];
    if ("xs" in data && "ys" in data) return [data.xs, data.ys];
    if ("x" in data && "y" in data) return [data.x, data.y];
    if (Array.isArray(data) && data.length === 2) return [data[0], data[1]];
  }
  throw new TypeError(
    "diagnose: data is { inputs, targets }, { xs, ys }, { x, y } or [inputs, targets] of tensors or nested " +
      `arrays, or a task with draw(count, index); found ${
        typeof found === "object" && found !== null
          ? `an object with ${Object.keys(found).slice(0, 6).join(", ") || "nothing in it"}`
          : String(found)
      }`,
  );
}

function table(what: string, given: PlainTensor): Table {
  const held = given instanceof tf.Tensor ? given : tf.tensor(given);
  const [count = 0, ...shape] = held.shape;
  const values = Float32Array.from(held.dataSync());
  if (held !== given) held.dispose();
  if (count < 2) {
    throw new RangeError(`diagnose: data has ${count} ${what}; at least 2 are needed`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const example = Math.floor((bad * count) / values.length);
    throw new RangeError(`diagnose: example ${example} of the ${what} holds ${values[bad]}`);
  }
  return { values, count, shape };
}

function pick({ values, count }: Table, order: Uint32Array): Float32Array {
  const size = values.length / count;
  const picked = new Float32Array(order.length * size);
  order.forEach((from, to) => {
    picked.set(values.subarray(from * size, (from + 1) * size), to * size);
  });
  return picked;
}
