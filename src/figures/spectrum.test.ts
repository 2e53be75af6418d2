import { describe, expect, test } from "vitest";
import type { Figure } from "./figure.js";
import { figures } from "./index.js";

interface Trace {
  readonly name?: string;
  readonly x: number[];
  readonly y: (number | null)[];
  readonly yaxis?: string;
}

const tracesOf = (figure: Figure) => figure.data as unknown as readonly Trace[];
const alt = "a spectrum";
const area = ({ x, y }: Trace) =>
  x.slice(1).reduce((sum, at, i) => sum + (at - x[i]!) * (y[i + 1] ?? 0), 0);

describe("figures.spectrum", () => {
  test("has area 1 and a normal of the width asked at each eigenvalue", () => {
    const eigenvalues = [0, 0, 0, 4];
    const figure = figures.spectrum({ spectra: [{ name: "H", eigenvalues }], width: 0.1, alt });
    const [curve] = tracesOf(figure);
    expect(area(curve!)).toBeCloseTo(1, 2);
    const peak = 1 / (0.1 * Math.sqrt(2 * Math.PI));
    const near = (at: number) => curve!.y[curve!.x.findIndex((x) => x >= at)]!;
    expect(near(0)).toBeCloseTo(0.75 * peak, 1);
    expect(near(4)).toBeCloseTo(0.25 * peak, 1);
  });

  test("draws an estimate by its weights, beside the exact spectrum", () => {
    const density = { nodes: [1, 3], weights: [0.9, 0.1] };
    const exact = { name: "exact", eigenvalues: [1, 1, 1, 3] };
    const spectra = [exact, { name: "estimate", density }];
    const [first, second] = tracesOf(figures.spectrum({ spectra, width: 0.05, alt }));
    const highest = ({ y }: Trace) => Math.max(...y.map((value) => value ?? 0));
    expect(highest(second!) / highest(first!)).toBeCloseTo(0.9 / 0.75, 2);
  });

  test("marks the largest as outliers, and rounds zeros that rounding has blurred", () => {
    const spectra = [{ name: "H", eigenvalues: [5, -3e-17, 1, 2e-16, 7], outliers: 2 }];
    const rugs = tracesOf(figures.spectrum({ spectra, alt })).filter(({ yaxis }) => yaxis);
    expect(rugs.map(({ x }) => x)).toEqual([
      [0, 0, expect.closeTo(1, 3)],
      [expect.closeTo(5, 3), expect.closeTo(7, 3)],
    ]);
    expect(rugs[1]!.name).toBe("outliers");
  });

  test("on a log axis shows four decades, and a law dashed", () => {
    const laws = [{ name: "law", density: (x: number) => 1 / x }];
    const figure = figures.spectrum({
      spectra: [{ name: "H", eigenvalues: [1, 2] }],
      laws,
      log: true,
      x: { range: [0, 3] },
      alt,
    });
    const { type, range } = figure.layout.yaxis as { type: string; range: [number, number] };
    expect(type).toBe("log");
    expect(range[1] - range[0]).toBeCloseTo(4, 12);
    const law = tracesOf(figure).find(({ name }) => name === "law")!;
    expect(law.y[0]).toBeNull();
    expect(law.y.at(-1)).toBeCloseTo(1 / 3, 4);
  });

  test("a slider's positions share axes and replace every trace", () => {
    const view = (label: string, top: number) => ({
      label,
      spectra: [{ name: "H", eigenvalues: [0, top], outliers: 1 }],
    });
    const slider = { name: "top", positions: [view("a", 1), view("b", 9)], initial: 1 };
    const figure = figures.spectrum({ slider, alt });
    expect(figure.frames.map((frame) => frame.traces)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(tracesOf(figure)[2]!.x[0]).toBeCloseTo(9, 2);
    expect((figure.layout.xaxis as { range: number[] }).range[1]).toBeGreaterThan(9);
  });

  test("refuses what it cannot draw", () => {
    expect(() => figures.spectrum({ alt })).toThrow("there is no spectrum to show");
    const empty = { spectra: [{ name: "nothing" }], alt };
    expect(() => figures.spectrum(empty)).toThrow("a spectrum needs eigenvalues");
    const bare = { ...empty, x: { range: [0, 1] as const } };
    expect(() => figures.spectrum(bare)).toThrow('"nothing" has neither a density nor eigenvalues');
    const spectra = [{ name: "H", eigenvalues: [1, 2] }];
    expect(() => figures.spectrum({ spectra, width: 0, alt })).toThrow("width is 0");
    const positions = [
      { label: "a", spectra },
      { label: "b", spectra: [{ name: "H", density: { nodes: [1], weights: [1] } }] },
    ];
    expect(() => figures.spectrum({ slider: { name: "s", positions }, alt })).toThrow(
      "every position of the slider",
    );
  });
});
