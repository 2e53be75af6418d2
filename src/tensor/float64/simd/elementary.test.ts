import { describe, expect, it } from "vitest";
import { Random } from "../../random.js";
import { elementary } from "./elementary.js";

const FUNCTIONS = {
  tanh: Math.tanh,
  logistic: (x: number) => 1 / (1 + Math.exp(-x)),
} as const;

/** The distance from |y| to the next double. */
function unit(y: number): number {
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = Math.abs(y);
  bits[0]! += 1n;
  return double[0]! - Math.abs(y);
}

describe.each(Object.entries(FUNCTIONS))("%s", (key, f) => {
  const name = key as keyof typeof FUNCTIONS;

  it.each([1e-8, 0.01, 0.3, 1, 5, 30, 700])("is right to four units up to ±%s", (size) => {
    const x = new Random(7).normals(20_001).map((z) => size * Math.max(-1, Math.min(1, z / 2)));
    const found = new Float64Array(x.length);
    elementary(name, x, found);
    let worst = 0;
    x.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(found[i]! - f(value)) / unit(f(value)));
    });
    expect(worst).toBeLessThanOrEqual(4);
  });

  it("keeps zeros, infinities, NaN and tiny numbers", () => {
    const x = [Number.NaN, Infinity, -Infinity, 0, -0, 1e308, -1e308, 5e-324, -1e-300, 50, -745];
    const found = new Float64Array(x.length);
    elementary(name, x, found);
    expect([...found]).toEqual(x.map(f));
  });

  it("gives a number the same result wherever it stands", () => {
    const x = new Random(1).normals(40_003);
    const [together, apart] = [new Float64Array(x.length), new Float64Array(1)];
    elementary(name, x, together);
    for (const i of [0, 1, 2, 3, 16_383, 16_384, 40_000, 40_001, 40_002]) {
      elementary(name, x.subarray(i, i + 1), apart);
      expect(apart[0]).toBe(together[i]);
    }
    elementary(name, [], new Float64Array(0));
  });
});
