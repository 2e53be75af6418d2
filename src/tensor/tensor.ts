/**
 * Entry for data: every number becomes exactly itself on the float64 backend, and the nearest
 * float32 elsewhere.
 */
import { Float64Backend } from "./float64/index.js";
import { tf } from "./tf.js";

export type Values = number | ArrayLike<number> | readonly Values[];

/**
 * A float tensor of the values, in the shape of their nesting or in the given one.
 *
 * @example
 * tensor([[1, 2], [3, 4]]).shape; // [2, 2]
 * tensor(new Float64Array(6), [2, 3]).shape; // [2, 3]
 */
export function tensor(values: Values, shape?: readonly number[]): tf.Tensor {
  if (values === null || values === undefined) {
    throw new TypeError(
      `tensor: the values are ${String(values)}; numbers or nested lists are needed`,
    );
  }
  const nested = shapeOf(values);
  if (shape !== undefined) checkShape(shape);
  const flat = new Float64Array(nested.reduce((product, n) => product * n, 1));
  fill(values, flat, 0, nested, 0);
  const size = (shape ?? nested).reduce((product, n) => product * n, 1);
  if (size !== flat.length) {
    throw new RangeError(
      `tensor: ${flat.length} values do not fill the shape [${shape?.join(", ")}]`,
    );
  }
  const full = [...(shape ?? nested)];
  const backend = tf.backend();
  if (!(backend instanceof Float64Backend)) {
    return tf.tensor(Float32Array.from(flat), full, "float32");
  }
  const { dataId } = backend.make(full, flat);
  return tf.engine().makeTensorFromDataId(dataId, full, "float32", backend);
}

function checkShape(shape: readonly number[]): void {
  if (Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw new RangeError(
    `tensor: the shape is ${JSON.stringify(shape)}; a list of whole numbers is needed, such as [2, 3]`,
  );
}

function shapeOf(values: Values): number[] {
  const shape: number[] = [];
  let inner: Values | undefined = values;
  while (isList(inner)) {
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
}

/** An array or a typed array; a tensor, a set or a date is none, although it is an object. */
function isList(values: unknown): values is ArrayLike<Values> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && "length" in values);
}

/** Copies one level of the nesting to `flat` from `at` on; returns where it ended. */
function fill(
  values: Values,
  flat: Float64Array,
  at: number,
  shape: readonly number[],
  depth: number,
): number {
  if (typeof values === "number" && depth === shape.length) {
    flat[at] = values;
    return at + 1;
  }
  if (!isList(values) && typeof values !== "number") {
    throw new TypeError(`tensor: ${described(values)} found at depth ${depth}; numbers are needed`);
  }
  if (!isList(values) || values.length !== shape[depth]) {
    const found = isList(values) ? `${values.length} entries` : String(values);
    throw new RangeError(
      `tensor: the nesting is ragged: [${shape.join(", ")}] expected, ${found} found at depth ${depth}`,
    );
  }
  let end = at;
  for (let i = 0; i < values.length; i++) end = fill(values[i]!, flat, end, shape, depth + 1);
  return end;
}

function described(value: unknown): string {
  if (typeof value === "object" && value !== null)
    return `a ${value.constructor?.name ?? "record"}`;
  return value === null || value === undefined ? String(value) : `${typeof value} ${String(value)}`;
}
