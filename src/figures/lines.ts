/**
 * LineSeries over a common axis: convergence, costs, curves with what theory says of them.
 *
 * Measured series are solid or dots, predictions dashed; with `positions` a slider changes the
 * series, whose names and number stay.
 */
import type { Data, ScatterData } from "plotly.js";
import { type Axis, legendAbove, plotlyAxis, type Rule, ruleNotes, ruleShapes } from "./axis.js";
import { Figure } from "./figure.js";
import { slider } from "./slider.js";
import { colorway, palette } from "./theme.js";

export interface LineSeries {
  /** "" keeps it out of the legend. */
  readonly name: string;
  readonly y: ArrayLike<number>;
  /** 0, 1, 2, … unless given. */
  readonly x?: ArrayLike<number>;
  /** "line" unless given; "prediction" is a dashed grey line unless coloured. */
  readonly as?: "line" | "dots" | "both" | "prediction";
  /** The diameter of a dot, in pixels; 7. */
  readonly size?: number;
  /** The ends of a bar through each point, such as a confidence interval. */
  readonly intervals?: readonly (readonly [number, number])[];
  readonly color?: keyof typeof palette;
}

export interface LinesOptions {
  readonly series?: readonly LineSeries[];
  readonly x: Axis;
  readonly y: Axis;
  readonly rules?: readonly Rule[];
  /** A slider: its name and the series at each position. */
  readonly slider?: {
    readonly name: string;
    readonly positions: readonly {
      readonly label: string;
      readonly series: readonly LineSeries[];
    }[];
    readonly initial?: number;
  };
  readonly height?: number;
  readonly caption?: string;
  readonly alt: string;
}

/**
 * @example
 * const halving = figures.lines({
 *   series: [{ name: "f", y: [1, 0.5, 0.25] }],
 *   x: { title: "step" },
 *   y: { title: "f", log: true },
 *   alt: "f halves at each step.",
 * });
 * halving.data.length; // 1
 */
export function lines(options: LinesOptions): Figure {
  const { rules = [], x, y } = options;
  const initial = options.slider?.initial ?? 0;
  const shown = options.series ?? [];
  const moving = options.slider?.positions[initial]?.series ?? [];
  const traces = (list: readonly LineSeries[], first: number) =>
    list.map((series, i) => trace(series, first + i, y.log ?? false));
  const moved = options.slider && {
    ...slider(
      options.slider.name,
      options.slider.positions.map(({ label, series }) => ({
        label,
        data: traces(series, shown.length),
      })),
      moving.map((_, i) => shown.length + i),
      initial,
    ),
  };
  const { caption, alt } = options;
  const everything = [...shown, ...moving];
  return new Figure({
    data: [...traces(shown, 0), ...traces(moving, shown.length)],
    layout: {
      height: (options.height ?? 400) + (moved ? 90 : 0),
      xaxis: plotlyAxis(
        x,
        everything.flatMap((series) => Array.from(series.x ?? [])),
      ),
      yaxis: plotlyAxis(
        y,
        everything.flatMap((series) => Array.from(series.y)),
      ),
      legend: legendAbove,
      shapes: ruleShapes(rules),
      annotations: ruleNotes(rules, { x: x.log ?? false, y: y.log ?? false }),
      ...(moved ? { sliders: moved.sliders } : {}),
    },
    ...(moved ? { frames: moved.frames } : {}),
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

function trace(series: LineSeries, index: number, log: boolean): Data {
  const { name, x, y, as = "line", size = 7, intervals, color } = series;
  const ink = color
    ? palette[color]
    : as === "prediction"
      ? palette.grey
      : colorway[index % colorway.length]!;
  // Zero has no place on a log axis.
  const values = Array.from(y, (value) => (log && !(value > 0) ? null : compact(value)));
  return {
    type: "scatter",
    name,
    showlegend: name !== "",
    x: x === undefined ? values.map((_, i) => i) : Array.from(x, compact),
    y: values,
    mode: as === "dots" ? "markers" : as === "both" ? "lines+markers" : "lines",
    line: { color: ink, width: as === "prediction" ? 1.8 : 2.5, dash: dashOf(as) },
    marker: { color: ink, size },
    ...(intervals === undefined ? {} : { error_y: bars(y, intervals, ink) }),
  };
}

function bars(
  y: ArrayLike<number>,
  intervals: readonly (readonly [number, number])[],
  color: string,
): NonNullable<ScatterData["error_y"]> {
  return {
    type: "data",
    symmetric: false,
    array: intervals.map(([, high], i) => compact(high - y[i]!)),
    arrayminus: intervals.map(([low], i) => compact(y[i]! - low)),
    color,
    thickness: 1.5,
    width: 4,
  };
}

function dashOf(as: LineSeries["as"]): "dash" | "solid" {
  return as === "prediction" ? "dash" : "solid";
}

/** Six digits are more than a screen can show, and a third of the bytes. */
export function compact(value: number): number {
  return Number(value.toPrecision(6));
}
