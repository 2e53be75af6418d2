import { describe, expect, test } from "vitest";
import { figures } from "./index.js";

interface Trace {
  readonly name?: string;
  readonly x: number[];
  readonly y: number[];
}

// f = x³/3 − x: f′ = x² − 1, f″ = 2x, and a Newton step from 2 leads to 5/4.
const cubic = {
  value: ([x = 0]: Float64Array) => x ** 3 / 3 - x,
  gradient: ([x = 0]: Float64Array) => [x ** 2 - 1],
  hessian: ([x = 0]: Float64Array) => [[2 * x]],
};
const axes = {
  x: { title: "x", range: [-1, 3] as const },
  y: { title: "f", range: [-2, 4] as const },
  alt: "parabolas",
};
const draw = () =>
  figures.newtonSteps({ objective: cubic, iterates: [[2], [1.25], [1.025]], ...axes });

describe("figures.newtonSteps", () => {
  test("draws the parabola that touches f here and has its lowest point at the next iterate", () => {
    const traces = draw().data as unknown as readonly Trace[];
    const parabola = traces[1]!;
    const at = (x: number) =>
      parabola.y[parabola.x.findIndex((value) => Math.abs(value - x) < 1e-6)]!;
    expect(at(2)).toBeCloseTo(cubic.value(Float64Array.of(2)), 4);
    const lowest = parabola.y.reduce((best, y, i) => (y < parabola.y[best]! ? i : best), 0);
    expect(parabola.x[lowest]).toBeCloseTo(1.25, 6);
    const marks = traces[3]!;
    expect(marks.x).toEqual([2, 1.25]);
    expect(marks.y[1]).toBeCloseTo(1.25 ** 3 / 3 - 1.25, 5);
  });

  test("has a position of the slider for each step", () => {
    const figure = draw();
    expect(figure.frames.map(({ name }) => name)).toEqual(["1", "2"]);
    const [, second] = figure.frames;
    expect((second!.data as unknown as readonly Trace[])[2]!.x).toEqual([1.25, 1.025]);
  });

  test("needs second derivatives", () => {
    const { hessian: _, ...objective } = cubic;
    expect(() => figures.newtonSteps({ objective, iterates: [[1], [2]], ...axes })).toThrow(
      "the objective has no hessian",
    );
  });
});
