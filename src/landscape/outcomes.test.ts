import { describe, expect, it } from "vitest";
import { problems } from "../optimize/problems/problems.js";
import { outcomes } from "./outcomes.js";

describe("outcomes", () => {
  const options = { starts: 60, size: 2, deviation: 3, seed: 1 } as const;

  it("finds all three kinds with Newton's method, and only minima with a trust region", async () => {
    const newton = await outcomes(problems.himmelblau, { ...options, method: "newton" });
    expect(Object.keys(newton.counts).sort()).toEqual(["maximum", "minimum", "saddle"]);
    expect(Object.values(newton.counts).reduce((sum, n) => sum + n, 0)).toBe(60);
    const repaired = await outcomes(problems.himmelblau, { ...options, method: "trust-exact" });
    expect(repaired.counts).toEqual({ minimum: 60 });
  });

  it("keeps the first starts when there are more", async () => {
    const few = await outcomes(problems.himmelblau, { ...options, starts: 5, method: "newton" });
    const many = await outcomes(problems.himmelblau, { ...options, starts: 9, method: "newton" });
    expect(many.runs.slice(0, 5).map((run) => run.result.fun)).toEqual(
      few.runs.map((run) => run.result.fun),
    );
  });

  it("classifies a degenerate end, and gives the status of a run that has none", async () => {
    const flat = await outcomes(problems.monkeySaddle, { starts: [[1, 1]], method: "newton" });
    expect(flat.runs[0]!.end!.gradientNorm).toBeLessThan(1e-8);
    const cycling = await outcomes(problems.cubicRoot, {
      starts: [[0]],
      method: "newton",
      maxIterations: 20,
    });
    expect(cycling.counts).toEqual({ "max-iterations": 1 });
    expect(cycling.runs[0]!.end).toBeUndefined();
  });

  it("refuses to draw starts without a size", async () => {
    await expect(outcomes(problems.himmelblau, { starts: 3 })).rejects.toThrow("no size");
  });
});
