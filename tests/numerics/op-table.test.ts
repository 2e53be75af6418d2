/**
 * The op table: every differentiable op × backend × (gradient, Hessian-vector product, third
 * derivative), measured here and written to src/tensor/OPS.md by
 *
 *   UPDATE_OPS=1 npx vitest run tests/numerics/op-table.test.ts
 *
 * Without it the test fails if an error exceeds its bound, or if the ops, backends or orders that
 * work differ from what the committed table says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type BackendName, use } from "../../src/tensor/index.js";
import { Random } from "../../src/tensor/random.js";
import { hasGradient } from "../../src/tensor/second-order/rule.js";
import { tf } from "../../src/tensor/tf.js";
import { observing } from "../../src/tensor/trace/index.js";
import { byDifferences, derivative, type Order, relativeError } from "./derivatives.js";
import { opTable, type Row } from "./op-table.js";
import { type OpCase, opCases, pointOf } from "./ops/index.js";

const TABLE = new URL("../../src/tensor/OPS.md", import.meta.url);
const ORDERS: readonly Order[] = ["gradient", "hvp", "third"];
const FLOAT64_BOUND = 1e-8;
/** float32 against float64: rounding of values up to some hundreds, over some tens of operations. */
const FLOAT32_BOUND = 1e-4;

const rows: Row[] = [];
const exact = new Map<string, Float64Array>();
/** Every kernel that a float64 evaluation has run; those with a gradient are listed. */
const kernels = new Set<string>();

const directionOf = (point: Float64Array) =>
  new Random(11).normals(point.length).map((x) => Math.fround(Math.max(-1, Math.min(1, x))));

describe.each(["float64", "cpu", "wasm"] as const)("%s", (backend) => {
  it.each(opCases)("$family: $op", async (op) => {
    await use(backend);
    const before = tf.memory().numTensors;
    const errors = ORDERS.map((order) => errorOf(order, op, backend));
    rows.push({ family: op.family, op: op.op, backend, errors });
    expect(tf.memory().numTensors).toBe(before);
    const bound = backend === "float64" ? FLOAT64_BOUND : FLOAT32_BOUND;
    for (const error of errors) if (typeof error === "number") expect(error).toBeLessThan(bound);
    if (backend === "float64")
      expect(errors.every((error) => typeof error === "number")).toBe(true);
  });
});

/** The error, or why the backend cannot. */
function errorOf(order: Order, op: OpCase, backend: BackendName): number | string {
  const point = pointOf(op);
  const v = directionOf(point);
  const key = `${op.op} ${order}`;
  try {
    const found = observing(
      ({ name }) => kernels.add(name),
      () => derivative(order, op, point, v),
    );
    if (backend !== "float64") return relativeError(found, exact.get(key)!);
    exact.set(key, found);
    return relativeError(found, byDifferences(order, op, point, v));
  } catch (error) {
    const missing = /Kernel '(\w+)' not registered/.exec(String(error));
    if (missing?.[1] !== undefined) return `no ${missing[1]}`;
    if (backend === "float64") throw error;
    return "refused";
  }
}

afterAll(() => {
  if (rows.length < 3 * opCases.length) return;
  const { text, shape } = opTable(rows, [...kernels].filter(hasGradient).sort());
  if (process.env.UPDATE_OPS === "1") {
    writeFileSync(TABLE, text);
    return;
  }
  const committed = readFileSync(TABLE, "utf8");
  const withoutErrors = committed.replace(/\d+e[+-]?\d+|\b0\b/g, "·");
  expect(withoutErrors).toBe(shape);
});
