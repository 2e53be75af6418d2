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

function shapeOf(values: Values): number[] {
  const shape: number[] = [];
  let inner: Values | undefined = values;
  while (typeof inner === "object") {
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
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
  if (typeof values !== "object" && typeof values !== "number") {
    throw new TypeError(
      `tensor: ${typeof values} ${String(values)} found at depth ${depth}; numbers are needed`,
    );
  }
  if (typeof values !== "object" || values.length !== shape[depth]) {
    const found = typeof values === "object" ? `${values.length} entries` : String(values);
    throw new RangeError(
      `tensor: the nesting is ragged: [${shape.join(", ")}] expected, ${found} found at depth ${depth}`,
    );
  }
  let end = at;
  for (let i = 0; i < values.length; i++) end = fill(values[i]!, flat, end, shape, depth + 1);
  return end;
}
