/** Critical points of surfaces from the literature: how many of which index, and their heights. */
import { describe, expect, it } from "vitest";
import { classify } from "../../src/landscape/classify.js";
import { criticalPoints } from "../../src/landscape/critical-points.js";
import type { ObjectiveSpec } from "../../src/optimize/objective.js";
import * as surfaces from "./surfaces.js";

/** From a grid of starts, so that nothing is left to luck. */
async function allIn(
  objective: ObjectiveSpec,
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
  method: "newton" | "newton-mr" | "gradient-norm" = "newton",
) {
  const places = Array.from({ length: 25 }, (_, i) => i / 24);
  const starts = places.flatMap((s) => places.map((t) => [x0 + (x1 - x0) * s, y0 + (y1 - y0) * t]));
  const found = await criticalPoints(objective, { starts, method, maxIterations: 100 });
  const inside = found.filter(({ x }) => x[0]! >= x0 && x[0]! <= x1 && x[1]! >= y0 && x[1]! <= y1);
  return [0, 1, 2].map((index) => inside.filter((point) => point.index === index));
}

const heights = (points: readonly { fun: number }[]) => points.map(({ fun }) => fun);

describe("critical points of published surfaces", () => {
  it.each(["newton", "newton-mr", "gradient-norm"] as const)(
    "Styblinski–Tang: four minima, four saddles, one maximum (%s)",
    async (method) => {
      const [minima, saddles, maxima] = await allIn(
        surfaces.styblinskiTang,
        [-5, 5],
        [-5, 5],
        method,
      );
      expect([minima!.length, saddles!.length, maxima!.length]).toEqual([4, 4, 1]);
      expect(minima![0]!.fun).toBeCloseTo(-78.33233140754284, 10);
      expect(minima![0]!.x[0]).toBeCloseTo(-2.903534, 6);
      expect([...maxima![0]!.x]).toEqual([
        expect.closeTo(0.156731, 6),
        expect.closeTo(0.156731, 6),
      ]);
    },
  );

  it("three-hump camel: minima at 0 and 0.298638, saddles at 0.877362", async () => {
    const [minima, saddles, maxima] = await allIn(surfaces.threeHumpCamel, [-3, 3], [-3, 3]);
    expect(heights(minima!)).toEqual([
      expect.closeTo(0, 12),
      expect.closeTo(0.298638442236861, 10),
      expect.closeTo(0.298638442236861, 10),
    ]);
    expect(heights(saddles!)).toEqual([
      expect.closeTo(0.877361557763139, 10),
      expect.closeTo(0.877361557763139, 10),
    ]);
    expect(maxima).toEqual([]);
  });

  it("six-hump camel: six minima, the lowest two at −1.0316284535, seven saddles, two maxima", async () => {
    const [minima, saddles, maxima] = await allIn(surfaces.sixHumpCamel, [-2.5, 2.5], [-1.5, 1.5]);
    expect([minima!.length, saddles!.length, maxima!.length]).toEqual([6, 7, 2]);
    expect(minima![0]!.fun).toBeCloseTo(-1.0316284534898774, 12);
    expect(minima![1]!.fun).toBeCloseTo(-1.0316284534898774, 12);
    expect(Math.abs(minima![0]!.x[0]!)).toBeCloseTo(0.0898420131, 9);
    expect(Math.abs(minima![0]!.x[1]!)).toBeCloseTo(0.712656403, 9);
    expect(heights(minima!).slice(2, 4)).toEqual([
      expect.closeTo(-0.2154638, 6),
      expect.closeTo(-0.2154638, 6),
    ]);
  });

  it("Müller–Brown: three minima and the two saddles between them", async () => {
    const [minima, saddles] = await allIn(surfaces.mullerBrown, [-1.5, 1.2], [-0.2, 2]);
    expect(heights(minima!)).toEqual([
      expect.closeTo(-146.6995, 4),
      expect.closeTo(-108.1667, 4),
      expect.closeTo(-80.7678, 4),
    ]);
    expect([...minima![0]!.x]).toEqual([expect.closeTo(-0.5582, 4), expect.closeTo(1.4417, 4)]);
    expect(heights(saddles!)).toEqual([expect.closeTo(-72.2489, 4), expect.closeTo(-40.6648, 4)]);
  });

  it("Branin: three minima of 0.397887, and a saddle between neighbours", async () => {
    const [minima, saddles, maxima] = await allIn(surfaces.branin, [-5, 10], [0, 15]);
    expect(heights(minima!)).toEqual([
      expect.closeTo(0.39788735772973816, 10),
      expect.closeTo(0.39788735772973816, 10),
      expect.closeTo(0.39788735772973816, 10),
    ]);
    const places = minima!.map(({ x }) => x[0]!).sort((a, b) => a - b);
    expect(places[0]).toBeCloseTo(-Math.PI, 8);
    expect(places[1]).toBeCloseTo(Math.PI, 8);
    expect(places[2]).toBeCloseTo(3 * Math.PI, 8);
    expect(saddles!.length).toBe(2);
    expect(maxima).toEqual([]);
  });

  it("Rastrigin within 1.2: nine minima, twelve saddles, four maxima", async () => {
    const [minima, saddles, maxima] = await allIn(surfaces.rastrigin, [-1.2, 1.2], [-1.2, 1.2]);
    expect([minima!.length, saddles!.length, maxima!.length]).toEqual([9, 12, 4]);
    expect(minima![0]!.fun).toBeCloseTo(0, 12);
    expect(minima![1]!.fun).toBeCloseTo(0.9949590570932898, 10);
  });
});

describe("classify where the second-order test fails", () => {
  const none = () => [
    [0, 0],
    [0, 0],
  ];
  it.each([
    ["x⁴ + y⁴", none, "degenerate", 0, 2],
    ["the monkey saddle", none, "degenerate", 0, 2],
    [
      "x² + y⁴",
      () => [
        [2, 0],
        [0, 0],
      ],
      "minimum",
      0,
      1,
    ],
    [
      "x² − y⁴, which is none",
      () => [
        [2, 0],
        [0, 0],
      ],
      "minimum",
      0,
      1,
    ],
    [
      "−x² − y⁴",
      () => [
        [-2, 0],
        [0, 0],
      ],
      "maximum",
      1,
      1,
    ],
  ] as const)("%s: says that it is degenerate", (_, hessian, kind, index, nullity) => {
    const flat: ObjectiveSpec = {
      value: () => 0,
      gradient: () => [0, 0],
      hessian: () => hessian().map((row) => [...row]),
    };
    expect(classify(flat, [0, 0])).toMatchObject({ kind, index, nullity, degenerate: true });
  });
});
