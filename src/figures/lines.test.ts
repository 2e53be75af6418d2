import { describe, expect, test } from "vitest";
import { figures, palette } from "./index.js";

interface Trace {
  readonly name: string;
  readonly x: number[];
  readonly y: (number | null)[];
  readonly mode: string;
  readonly showlegend: boolean;
  readonly line: { readonly dash: string; readonly color: string };
  readonly marker: { readonly size: number };
  readonly error_y?: { readonly array: number[]; readonly arrayminus: number[] };
}

const axes = { x: { title: "step" }, y: { title: "f" }, alt: "curves" };
const tracesOf = (options: Parameters<typeof figures.lines>[0]) =>
  figures.lines(options).data as unknown as readonly Trace[];

describe("figures.lines", () => {
  test("counts x from 0, and draws measured values solid and predictions dashed", () => {
    const [measured, dots, theory] = tracesOf({
      ...axes,
      series: [
        { name: "f", y: [1, 0.5, 0.25] },
        { name: "seen", x: [3, 4], y: [1, 2], as: "dots", color: "green", size: 12 },
        { name: "theory", y: [1, 0.5, 0.25], as: "prediction" },
      ],
    });
    expect(measured).toMatchObject({ x: [0, 1, 2], y: [1, 0.5, 0.25], mode: "lines" });
    expect(measured!.line.dash).toBe("solid");
    expect(dots).toMatchObject({ x: [3, 4], mode: "markers", marker: { size: 12 } });
    expect(dots!.line.color).toBe(palette.green);
    expect(theory!.line).toMatchObject({ dash: "dash", color: palette.grey });
  });

  test("leaves out of a logarithmic axis what has no logarithm", () => {
    const series = [{ name: "f", y: [1, 0, -2, 1e-3] }];
    expect(tracesOf({ ...axes, series })[0]!.y).toEqual([1, 0, -2, 1e-3]);
    const y = { title: "f", log: true, range: [1e-3, 10] as const };
    const figure = figures.lines({ ...axes, y, series });
    expect((figure.data as unknown as Trace[])[0]!.y).toEqual([1, null, null, 1e-3]);
    expect(figure.layout.yaxis!.range).toEqual([-3, 1]);
  });

  test("keeps a series without a name out of the legend, and six digits of each number", () => {
    const [trace] = tracesOf({ ...axes, series: [{ name: "", y: [1 / 3] }] });
    expect(trace!.showlegend).toBe(false);
    expect(trace!.y).toEqual([0.333333]);
  });

  test("draws intervals as what lies above and below each point", () => {
    const series = [{ name: "f", y: [2], intervals: [[1.5, 4]] as const }];
    expect(tracesOf({ ...axes, series })[0]!.error_y).toMatchObject({
      array: [2],
      arrayminus: [0.5],
    });
  });

  test("moves only the slider's series, and starts at its initial position", () => {
    const at = (label: string, y: number[]) => ({ label, series: [{ name: "moving", y }] });
    const figure = figures.lines({
      ...axes,
      series: [{ name: "still", y: [9] }],
      slider: { name: "κ", positions: [at("1", [1]), at("2", [2])], initial: 1 },
    });
    const traces = figure.data as unknown as Trace[];
    expect(traces.map(({ name, y }) => [name, ...y])).toEqual([
      ["still", 9],
      ["moving", 2],
    ]);
    expect(figure.frames.map(({ name, traces: places }) => [name, places])).toEqual([
      ["1", [1]],
      ["2", [1]],
    ]);
    expect(figure.layout.sliders![0]!.active).toBe(1);
  });

  test("a rule on a logarithmic axis has its line at the value and its word at the exponent", () => {
    const y = { title: "f", log: true };
    const rules = [{ at: 100, axis: "y" as const, text: "limit" }];
    const { layout } = figures.lines({ ...axes, y, series: [{ name: "f", y: [1, 1000] }], rules });
    expect(layout.shapes![0]).toMatchObject({ y0: 100, y1: 100 });
    expect(layout.annotations![0]).toMatchObject({ y: 2, text: "limit" });
  });

  test("a rule's word stands at the end that is asked for, and a rule without one is only a line", () => {
    const rules = [
      { at: 1, axis: "x", text: "top" },
      { at: 2, axis: "x", text: "bottom", side: "start" },
      { at: 3, axis: "y", text: "left", side: "start" },
      { at: 4, axis: "y", text: "" },
    ] as const;
    const { layout } = figures.lines({ ...axes, series: [{ name: "f", y: [1, 2] }], rules });
    expect(layout.shapes).toHaveLength(4);
    expect(layout.annotations).toMatchObject([
      { text: "top", x: 1, y: 1, yanchor: "top" },
      { text: "bottom", x: 2, y: 0, yanchor: "bottom" },
      { text: "left", x: 0, y: 3, xanchor: "left" },
    ]);
  });
});
