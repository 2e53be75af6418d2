import { describe, expect, it } from "vitest";
import { clouds, flats, standardize } from "./features.js";

describe("features", () => {
  it("gives the same table for the same seed, another for another", () => {
    expect(flats({ count: 5, seed: 3 })).toEqual(flats({ count: 5, seed: 3 }));
    expect(flats({ count: 5, seed: 3 }).rows).not.toEqual(flats({ count: 5, seed: 4 }).rows);
  });

  it("standardizes to mean 0 and variance 1, and can be undone", () => {
    const raw = flats({ count: 50, seed: 1 });
    const { rows, means, deviations } = standardize(raw);
    for (let j = 0; j < 3; j++) {
      const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / 50;
      const square = rows.reduce((sum, row) => sum + row[j]! ** 2, 0) / 50;
      expect(mean).toBeCloseTo(0, 12);
      expect(square).toBeCloseTo(1, 12);
      expect(rows[7]![j]! * deviations[j]! + means[j]!).toBeCloseTo(raw.rows[7]![j]!, 9);
    }
  });

  it("refuses a feature that never changes", () => {
    const constant = { names: ["bias"], rows: [[1], [1]], targets: [0, 0] };
    expect(() => standardize(constant)).toThrow('the feature "bias" is the same in every row');
  });

  it("puts the clouds' means as far apart as asked", () => {
    const { rows, targets } = clouds({ count: 20_000, features: 2, separation: 3, seed: 0 });
    const mean = (label: number, j: number) =>
      rows.reduce((sum, row, i) => sum + (targets[i] === label ? row[j]! : 0), 0) / 10_000;
    const apart = Math.hypot(mean(1, 0) - mean(0, 0), mean(1, 1) - mean(0, 1));
    expect(apart).toBeGreaterThan(2.95);
    expect(apart).toBeLessThan(3.05);
  });
});
