import { describe, expect, test } from "vitest";
import { figures } from "./index.js";
import { palette } from "./theme.js";

interface Contour {
  readonly type: string;
  readonly x: number[];
  readonly y: number[];
  readonly z: number[][];
}

interface Trace {
  readonly name?: string;
  readonly x: number[];
  readonly y: number[];
  readonly mode: string;
  readonly showlegend?: boolean;
  readonly zorder?: number;
}

const square = {
  value: (x: number, y: number) => x * x + 10 * y,
  x: { title: "x", range: [-1, 3] as const },
  y: { title: "y", range: [0, 2] as const },
  alt: "contours",
};

describe("figures.plane", () => {
  test("has the function's value at each point of the grid, rows along y", () => {
    const { x, y, z, type } = figures.plane(square).data[0] as unknown as Contour;
    expect(type).toBe("contour");
    expect([x[0], x.at(-1), y[0], y.at(-1)]).toEqual([-1, 3, 0, 2]);
    for (const [i, j] of [
      [0, 0],
      [7, 20],
      [80, 43],
    ] as const) {
      const expected = square.value(x[i]!, y[j]!);
      expect(Math.abs(z[j]![i]! - expected)).toBeLessThanOrEqual(1e-3 * Math.abs(expected));
    }
  });

  test("with logarithmic levels shows decades above the lowest point", () => {
    const value = (x: number) => 5 + 10 ** x;
    const { x, z } = figures.plane({ ...square, value, levels: "log" })
      .data[0] as unknown as Contour;
    const step = (from: number, to: number) => z[0]![to]! - z[0]![from]!;
    const [one, two] = [x.findIndex((at) => at >= 1), x.findIndex((at) => at >= 2)];
    expect(step(one, two)).toBeCloseTo(x[two]! - x[one]!, 1);
  });

  test("draws paths in order, spots above them, and leaves nameless ones out of the legend", () => {
    const figure = figures.plane({
      ...square,
      paths: [
        { name: "descent", points: [Float64Array.of(0, 1), [2, 0.5]] },
        { name: "", points: [[0, 0]], marks: false },
      ],
      spots: [{ x: 1, y: 1, text: "minimum", symbol: "star" }],
    });
    const [, spots, first, second] = figure.data as unknown as Trace[];
    expect(first).toMatchObject({ name: "descent", x: [0, 2], y: [1, 0.5], mode: "lines+markers" });
    expect(second).toMatchObject({ showlegend: false, mode: "lines" });
    expect(spots).toMatchObject({ x: [1], y: [1], zorder: 1 });
  });

  test("makes a star, which is a goal, larger than other spots, and white with a dark rim", () => {
    const [goal, other] = [
      { x: 1, y: 1, text: "", symbol: "star" },
      { x: 0, y: 1, text: "" },
    ] as const;
    const markerOf = (...spots: (typeof goal | typeof other)[]) =>
      (figures.plane({ ...square, spots }).data[1] as { marker: unknown }).marker;
    expect(markerOf(goal, other)).toMatchObject({
      symbol: ["star", "x"],
      size: [15, 9],
      color: ["#ffffff", palette.grey],
      opacity: 1,
      line: { width: [1.5, 0] },
    });
    expect(markerOf(other)).toEqual({ symbol: ["x"], size: 9, color: palette.grey });
  });

  test("a slider moves its own paths alone", () => {
    const at = (label: string, x: number) => ({
      label,
      paths: [{ name: "moving", points: [[x, 0]] }],
    });
    const figure = figures.plane({
      ...square,
      paths: [{ name: "still", points: [[1, 1]] }],
      slider: { name: "ε", positions: [at("a", 0), at("b", 2)], initial: 1 },
    });
    expect((figure.data as unknown as Trace[])[2]).toMatchObject({ name: "moving", x: [2] });
    expect(figure.frames.map((frame) => frame.traces)).toEqual([[2], [2]]);
  });

  test("one unit is as long on both axes, unless said otherwise", () => {
    expect(figures.plane(square).layout.yaxis!.scaleanchor).toBe("x");
    expect(figures.plane({ ...square, square: false }).layout.yaxis!.scaleanchor).toBeUndefined();
  });
});
