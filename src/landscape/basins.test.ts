import { describe, expect, it } from "vitest";
import { problems } from "../optimize/problems/problems.js";
import { basins } from "./basins.js";

describe("basins", () => {
  it("finds Himmelblau's nine critical points with Newton's method, the minima first", async () => {
    const found = await basins(problems.himmelblau, {
      x: [-6, 6],
      y: [-6, 6],
      resolution: 41,
      method: "newton",
    });
    expect(found.attractors.map((point) => point.kind)).toEqual([
      ...Array.from({ length: 4 }, () => "minimum"),
      ...Array.from({ length: 4 }, () => "saddle"),
      "maximum",
    ]);
    const values = [0, 0, 0, 0, 13.311926, 67.71915, 104.015163, 178.337239, 181.616522];
    found.attractors.forEach((point, i) => {
      expect(point.fun).toBeCloseTo(values[i]!, 5);
    });
    expect([...found.attractors[0]!.x]).toEqual([
      expect.closeTo(3.584428, 5),
      expect.closeTo(-1.848127, 5),
    ]);
    const total = found.attractors.reduce((sum, point) => sum + point.starts, found.unsettled);
    expect(total).toBe(41 * 41);
  });

  it("gives each start the label of where its own run ends", async () => {
    const found = await basins(problems.quadratic([1, 4]), {
      x: [-1, 1],
      y: [-1, 1],
      resolution: 3,
      method: "newton",
    });
    expect(found.labels.flat()).toEqual(Array.from({ length: 9 }, () => 0));
    expect(found.steps[1]![1]).toBe(0);
    expect(found.steps[0]![0]).toBe(1);
  });

  it("counts what does not converge as unsettled", async () => {
    const found = await basins(problems.himmelblau, {
      x: [-6, 6],
      y: [-6, 6],
      resolution: 3,
      method: "newton",
      maxIterations: 1,
    });
    expect(found.unsettled).toBe(9);
    expect(found.attractors).toEqual([]);
  });

  it("refuses a grid of one", async () => {
    const options = { x: [0, 1], y: [0, 1], resolution: 1 } as const;
    await expect(basins(problems.himmelblau, options)).rejects.toThrow("resolution = 1");
  });
});
