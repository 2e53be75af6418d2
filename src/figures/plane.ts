/**
 * A function of two variables as contours, with paths and points on it.
 *
 * Low ground is blue and fades to nothing as it rises, so that the picture stands on a light page and
 * on a dark one. With `positions` a slider changes the paths.
 */
import type { Data } from "plotly.js";
import { type Axis, legendAbove, plotlyAxis } from "./axis.js";
import { Figure } from "./figure.js";
import { compact } from "./lines.js";
import { slider } from "./slider.js";
import { colorway, palette } from "./theme.js";

export interface Path {
  /** "" keeps it out of the legend. */
  readonly name: string;
  /** The points in order, each [x, y]. */
  readonly points: readonly ArrayLike<number>[];
  readonly color?: keyof typeof palette;
  /** A mark at each point, the first one open; true unless said otherwise. */
  readonly marks?: boolean;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly symbol?: "circle" | "x" | "diamond" | "square" | "star";
}

export interface PlaneOptions {
  readonly value: (x: number, y: number) => number;
  readonly x: Axis & { readonly range: readonly [number, number] };
  readonly y: Axis & { readonly range: readonly [number, number] };
  /** How the heights of the contours are spaced: evenly, or as decades above the lowest. */
  readonly levels?: "linear" | "log";
  readonly paths?: readonly Path[];
  readonly spots?: readonly Spot[];
  readonly slider?: {
    readonly name: string;
    readonly positions: readonly { readonly label: string; readonly paths: readonly Path[] }[];
    readonly initial?: number;
  };
  /** One unit is as long on both axes; true unless said otherwise. */
  readonly square?: boolean;
  readonly height?: number;
  readonly caption?: string;
  readonly alt: string;
}

const RESOLUTION = 81;

/**
 * Contours of a function, and the paths that methods take on it.
 *
 * @example
 * const { data } = figures.plane({
 *   value: (x, y) => x ** 2 + 10 * y ** 2,
 *   x: { title: "x", range: [-1, 1] },
 *   y: { title: "y", range: [-1, 1] },
 *   paths: [{ name: "descent", points: [[1, 0.5], [0, 0]] }],
 *   alt: "A path into a narrow valley.",
 * });
 * data.map(({ type }) => type); // ["contour", "scatter"]
 */
export function plane(options: PlaneOptions): Figure {
  const { paths = [], spots = [], caption, alt } = options;
  const initial = options.slider?.initial ?? 0;
  const moving = options.slider?.positions[initial]?.paths ?? [];
  const still: Data[] = [contours(options), ...(spots.length > 0 ? [spotTrace(spots)] : [])];
  const first = still.length + paths.length;
  const moved =
    options.slider &&
    slider(
      options.slider.name,
      options.slider.positions.map(({ label, paths: list }) => ({
        label,
        data: list.map((path, i) => pathTrace(path, paths.length + i)),
      })),
      moving.map((_, i) => first + i),
      initial,
    );
  return new Figure({
    data: [...still, ...[...paths, ...moving].map((path, i) => pathTrace(path, i))],
    layout: {
      height: (options.height ?? 460) + (moved ? 90 : 0),
      xaxis: { ...plotlyAxis(options.x), constrain: "domain", zeroline: false },
      yaxis: {
        ...plotlyAxis(options.y),
        zeroline: false,
        ...(options.square === false ? {} : { scaleanchor: "x", constrain: "domain" }),
      },
      legend: legendAbove,
      ...(moved ? { sliders: moved.sliders } : {}),
    },
    ...(moved ? { frames: moved.frames } : {}),
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

export function grid([low, high]: readonly [number, number], count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

function contours({ value, x, y, levels = "linear" }: PlaneOptions): Data {
  const [xs, ys] = [grid(x.range, RESOLUTION), grid(y.range, RESOLUTION)];
  const heights = ys.map((v) => xs.map((u) => value(u, v)));
  const lowest = heights.flat().reduce((a, b) => Math.min(a, b));
  const highest = heights.flat().reduce((a, b) => Math.max(a, b));
  const floor = 1e-4 * (highest - lowest);
  const scaled = (height: number) =>
    levels === "log" ? Math.log10(height - lowest + floor) : height;
  const z = heights.map((row) => row.map((height) => shorter(scaled(height))));
  const [start, end] = [scaled(lowest), scaled(highest)];
  return {
    type: "contour",
    x: xs.map(compact),
    y: ys.map(compact),
    z,
    hovertemplate: `(%{x:.3g}, %{y:.3g})${levels === "log" ? "" : ": f = %{z:.4g}"}<extra></extra>`,
    showscale: false,
    autocontour: false,
    contours: { start, end, size: (end - start) / 18, coloring: "heatmap" },
    line: { width: 0.8, color: "rgba(110, 120, 130, 0.55)" },
    colorscale: [
      [0, "rgba(0, 90, 150, 0.6)"],
      [0.35, "rgba(40, 125, 180, 0.3)"],
      [1, "rgba(120, 170, 200, 0.03)"],
    ],
  };
}

function shorter(value: number): number {
  return Number(value.toPrecision(4));
}

function pathTrace({ name, points, color, marks = true }: Path, index: number): Data {
  const ink = color ? palette[color] : colorway[(index + 1) % colorway.length]!;
  const last = points.length - 1;
  return {
    type: "scatter",
    name,
    ...(name === "" ? { showlegend: false } : {}),
    mode: marks ? "lines+markers" : "lines",
    x: points.map((point) => compact(point[0]!)),
    y: points.map((point) => compact(point[1]!)),
    text: points.map((_, i) => `step ${i}`),
    hovertemplate: "%{text}: (%{x:.4g}, %{y:.4g})",
    line: { color: ink, width: 2 },
    marker: {
      color: ink,
      size: points.map((_, i) => (i === 0 || i === last ? 9 : 5)),
      symbol: points.map((_, i) => (i === 0 ? "circle-open" : "circle")),
      line: { color: ink, width: points.map((_, i) => (i === 0 ? 2 : 0)) },
    },
  };
}

/** A star is a goal: it must be seen on the deepest blue, under the paths that end there, on any page. */
function spotTrace(spots: readonly Spot[]): Data {
  const symbols = spots.map((spot) => spot.symbol ?? "x");
  const stars = {
    size: symbols.map((symbol) => (symbol === "star" ? 15 : 9)),
    color: symbols.map((symbol) => (symbol === "star" ? "#ffffff" : palette.grey)),
    // Plotly makes markers of different sizes transparent unless told.
    opacity: 1,
    line: { color: "#1f2328", width: symbols.map((symbol) => (symbol === "star" ? 1.5 : 0)) },
  };
  return {
    type: "scatter",
    mode: "text+markers",
    x: spots.map((spot) => spot.x),
    y: spots.map((spot) => spot.y),
    text: spots.map((spot) => spot.text),
    textposition: "top center",
    hoverinfo: "text",
    showlegend: false,
    // Above the paths that end there.
    zorder: 1,
    marker: {
      symbol: symbols,
      ...(symbols.includes("star") ? stars : { size: 9, color: palette.grey }),
    },
  };
}
