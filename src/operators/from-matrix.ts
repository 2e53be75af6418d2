/**
 * A dense matrix as an operator: the bridge from small known matrices to the algorithms.
 *
 * Entries are copied, so later changes to the rows do not reach the operator.
 */
import { checkLength, type LinearOperator, type Rows } from "./linear-operator.js";
import { describe, isArrayOfAnything } from "./vector-of.js";

/**
 * v ↦ Av for a square matrix given by its rows; n² multiplications a product.
 *
 * @example fromMatrix([[2, 1], [1, 2]]).apply(Float64Array.of(1, -1)) // [1, -1]
 */
export function fromMatrix(rows: Rows): LinearOperator {
  const a = flattenRows("fromMatrix", rows);
  const n = rows.length;
  return {
    size: n,
    apply(v) {
      checkLength("fromMatrix", n, v);
      return multiply(a, n, v);
    },
  };
}

/** The rows of a square matrix in one row-major array, refused with its place if ragged or NaN. */
export function flattenRows(who: string, rows: Rows): Float64Array {
  const isArray = isArrayOfAnything(rows);
  if (!isArray || (rows.length > 0 && !isArrayOfAnything(rows[0]))) {
    throw new TypeError(
      `${who}: a matrix is given by its rows, such as [[2, 1], [1, 2]]; ` +
        `found ${describe(rows)}${isArray ? `, the first ${describe(rows[0])}` : ""}`,
    );
  }
  const n = rows.length;
  const flat = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    if (!isArrayOfAnything(row)) {
      throw new TypeError(
        `${who}: row ${i} is ${describe(row)}; an array of ${n} numbers is needed`,
      );
    }
    if (row.length !== n) {
      throw new RangeError(`${who}: row ${i} has ${row.length} entries in a matrix of ${n} rows`);
    }
    for (let j = 0; j < n; j++) {
      const entry = row[j]!;
      if (!Number.isFinite(entry)) {
        throw new RangeError(
          `${who}: entry (${i}, ${j}) is ${describe(entry)}; finite numbers are needed`,
        );
      }
      flat[i * n + j] = entry;
    }
  }
  return flat;
}

/** Two rows at a time, so that each entry of v is loaded once for two products. */
function multiply(a: Float64Array, n: number, v: Float64Array): Float64Array {
  const product = new Float64Array(n);
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const first = i * n;
    const second = first + n;
    let s0 = 0;
    let s1 = 0;
    for (let j = 0; j < n; j++) {
      const vj = v[j]!;
      s0 += a[first + j]! * vj;
      s1 += a[second + j]! * vj;
    }
    product[i] = s0;
    product[i + 1] = s1;
  }
  if (i < n) {
    let s = 0;
    for (let j = 0; j < n; j++) s += a[i * n + j]! * v[j]!;
    product[i] = s;
  }
  return product;
}

/** The argument itself when it is an operator, otherwise the operator of a matrix given by rows. */
export function asOperator(given: Rows | LinearOperator): LinearOperator {
  return isOperator(given) ? given : fromMatrix(given);
}

/** Whether it is an operator and not the rows of a matrix; null and undefined are neither. */
export function isOperator(given: Rows | LinearOperator): given is LinearOperator {
  return typeof given === "object" && given !== null && "apply" in given;
}
