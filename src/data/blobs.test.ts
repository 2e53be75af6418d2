import { describe, expect, test } from "vitest";
import { blobs } from "./blobs.js";

describe("blobs", () => {
  test("lie around the corners of a simplex, with variance 1", () => {
    const { rows, targets } = blobs({
      classes: 3,
      features: 4,
      separation: 5,
      count: 6000,
      seed: 2,
    });
    const means = [0, 1, 2].map((label) => {
      const own = rows.filter((_, i) => targets[i] === label);
      return own[0]!.map((_, j) => own.reduce((sum, row) => sum + row[j]!, 0) / own.length);
    });
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const distance = Math.hypot(...means[a]!.map((value, j) => value - means[b]![j]!));
      // Five standard errors of the distance of two means of 2,000.
      expect(Math.abs(distance - 5)).toBeLessThan(5 * Math.sqrt(2 / 2000));
    }
    const noise = rows.map((row) => row[3]!);
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 6000));
  });

  test("refuses more classes than axes", () => {
    expect(() => blobs({ classes: 4, features: 3 })).toThrow("4 classes in 3 features");
    expect(blobs({ classes: 1, features: 2, separation: 0, count: 2 }).rows[0]!.length).toBe(2);
  });
});
