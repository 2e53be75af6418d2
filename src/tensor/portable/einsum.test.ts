import { describe, expect, it } from "vitest";
import { type BackendName, tensor, tf, use } from "../index.js";

const backends: readonly BackendName[] = ["float64", "cpu", "wasm"];

describe.each(backends)("einsum on %s", (backend) => {
  it("keeps an operand that has none of the summed indices", async () => {
    await use(backend);
    const found = tf.einsum("i,j->i", tensor([1, 2]), tensor([10, 20, 30]));
    expect(found.shape).toEqual([2]);
    expect([...found.dataSync()]).toEqual([60, 120]);
  });

  it("refuses what does not fit, by name", async () => {
    await use(backend);
    const [a, b] = [tf.ones([2, 3]), tf.ones([2, 3])];
    expect(() => tf.einsum("ij,jk->ik", a, b)).toThrow("einsum: index j is both 3 and 2");
    expect(() => tf.einsum("ij->ij", a, b)).toThrow('einsum: "ij->ij" does not fit 2 operands');
    expect(() => tf.einsum("ijk->i", a)).toThrow('einsum: "ijk" does not fit the shape [2, 3]');
  });

  it("leaves no tensor behind, and integers integers where there are such", async () => {
    await use(backend);
    const x = tf.tensor1d([1, 2, 3], "int32");
    const before = tf.memory().numTensors;
    const sum = tf.einsum("i->", x);
    expect(sum.dataSync()[0]).toBe(6);
    if (backend !== "float64") expect(sum.dtype).toBe("int32");
    sum.dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
