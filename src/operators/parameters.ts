/**
 * Parameters as a named record of tensors, and as one vector.
 *
 * The vector holds the tensors one after the other in the order of the record's keys, each row by
 * row. Every operator, gradient and optimiser here uses this order.
 */
import { tensor } from "../tensor/tensor.js";
import { tf } from "../tensor/tf.js";
import { vectorOf } from "./vector-of.js";
import { isFiniteVector } from "./vectors.js";

export type Parameters = Record<string, tf.Tensor>;

/**
 * A scalar function of named parameters: ordinary tfjs code, differentiated as it stands. The names
 * are part of its type: `({ w }: { w: tf.Tensor }) => …` is a loss of a record that has a `w`.
 */
export type Loss<P extends Parameters = Parameters> = (params: P) => tf.Tensor;

/**
 * The number of entries of all tensors together.
 *
 * @example
 * countParameters({ w: tf.zeros([2, 3]), b: tf.zeros([3]) }); // 9
 */
export function countParameters(params: Record<string, { readonly size: number }>): number {
  return Object.values(params).reduce((total, t) => total + t.size, 0);
}

/**
 * The entries of all tensors as one Float64Array, in the order of the record's keys.
 *
 * @example
 * flatten({ w: tensor([[1, 2], [3, 4]]), b: tensor([5]) }); // [1, 2, 3, 4, 5]
 */
export function flatten(params: Parameters): Float64Array {
  checkRecord("flatten", params);
  const vector = new Float64Array(countParameters(params));
  let at = 0;
  for (const [name, t] of Object.entries(params)) {
    checkUsable("flatten", name, t);
    vector.set(t.dataSync(), at);
    at += t.size;
  }
  return vector;
}

/**
 * The inverse of `flatten`: tensors of the names and shapes of `like` with the vector's entries, on
 * the current backend. The caller disposes them.
 *
 * @example
 * const { w, b } = unflatten([1, 2, 3], { w: tensor([[0, 0]]), b: tensor([0]) });
 * w.arraySync(); // [[1, 2]]
 * b.arraySync(); // [3]
 */
export function unflatten<P extends Parameters>(vector: ArrayLike<number>, like: P): P {
  checkRecord("unflatten", like);
  const entries = vectorFor("unflatten", vector, like);
  let at = 0;
  const named = Object.entries(like).map(([name, { shape, size }]) => {
    const part = entries.subarray(at, at + size);
    at += size;
    return [name, tensor(part, shape)];
  });
  return Object.fromEntries(named) as P; // the same names, each with a tensor
}

/** The vector of a finite entry for each parameter, whatever kind of array its numbers came in. */
export function checkedVector(
  who: string,
  vector: ArrayLike<number>,
  params: Record<string, { readonly size: number; readonly shape: readonly number[] }>,
): Float64Array {
  const usable = vector instanceof Float64Array && isFiniteVector(vector);
  const entries = usable ? vector : vectorOf(`${who}: the vector`, vector);
  checkVector(who, entries, params);
  return entries;
}

/** The same, but a Float64Array may hold NaN: a loss at such parameters says so itself. */
export function vectorFor(
  who: string,
  vector: ArrayLike<number>,
  params: Record<string, { readonly size: number; readonly shape: readonly number[] }>,
): Float64Array {
  const entries = vector instanceof Float64Array ? vector : vectorOf(`${who}: the vector`, vector);
  checkVector(who, entries, params);
  return entries;
}

export function checkVector(
  who: string,
  vector: Float64Array,
  params: Record<string, { readonly size: number; readonly shape: readonly number[] }>,
): void {
  if (!ArrayBuffer.isView(vector)) {
    throw new TypeError(
      `${who}: the vector is ${kindOf(vector)}; a Float64Array is needed: Float64Array.from(…)`,
    );
  }
  const size = countParameters(params);
  if (vector.length !== size) {
    const shapes = Object.entries(params).map(([name, t]) => `${name} [${t.shape.join(", ")}]`);
    throw new RangeError(
      `${who}: the vector has ${vector.length} entries, the parameters ${size}: ${shapes.join(", ")}`,
    );
  }
}

/** Throws unless the loss, or the model, is a function. */
export function checkFunction(who: string, what: string, given: unknown): void {
  if (typeof given === "function") return;
  throw new TypeError(
    `${who}: the ${what} is ${kindOf(given)}; a function of the parameters is needed, such as ` +
      "({ w }) => tf.sum(tf.square(w))",
  );
}

function checkRecord(who: string, params: Parameters): void {
  if (typeof params !== "object" || params === null || params instanceof tf.Tensor) {
    throw new TypeError(
      `${who}: the parameters are ${kindOf(params)}; a record of named tensors is needed, such as ` +
        "{ w: tensor([1, 2]) }",
    );
  }
}

export function checkParameters(who: string, params: Parameters): void {
  checkRecord(who, params);
  const entries = Object.entries(params);
  if (entries.length === 0) throw new RangeError(`${who}: there are no parameters`);
  const names = new Map<number, string>();
  for (const [name, t] of entries) {
    checkUsable(who, name, t);
    const twin = names.get(t.id);
    if (twin !== undefined) {
      throw new RangeError(
        `${who}: "${twin}" and "${name}" are one tensor, so the loss cannot be differentiated by each; ` +
          `give tf.clone(…) for "${name}"`,
      );
    }
    names.set(t.id, name);
  }
}

function checkUsable(who: string, name: string, t: tf.Tensor): void {
  if (!(t instanceof tf.Tensor)) {
    throw new TypeError(
      `${who}: the parameter "${name}" is ${kindOf(t)}; a tensor is needed: tensor(…)`,
    );
  }
  if (t.isDisposed) {
    throw new Error(`${who}: the tensor "${name}" of shape [${t.shape.join(", ")}] is disposed`);
  }
  if (t.dtype !== "float32") {
    throw new TypeError(`${who}: the tensor "${name}" is ${t.dtype}; parameters must be float32`);
  }
}

/** What something is, for an error: "a tensor", "an array", "undefined". */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof tf.Tensor) return "a tensor";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
