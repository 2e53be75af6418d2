/**
 * Which point each start is drawn to, as a map: a colour for each point, darker where it took long.
 *
 * Cool colours are minima, warm ones saddles and maxima, grey is no end at all. Every point is also
 * marked with its name, so that the colours need not be told apart. A slider changes the method.
 */
import type { Data } from "plotly.js";
import { type Axis, plotlyAxis } from "./axis.js";
import { Figure } from "./figure.js";
import { slider } from "./slider.js";
import { palette } from "./theme.js";

/** What a map shows of a method's runs; `basins` in landscape gives it. */
export interface BasinMap {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly labels: readonly (readonly number[])[];
  readonly steps: readonly (readonly number[])[];
  readonly attractors: readonly {
    readonly x: ArrayLike<number>;
    readonly kind: string;
  }[];
}

export interface BasinsOptions {
  /** One map, or several by name, between which a slider chooses. */
  readonly maps: BasinMap | { readonly [name: string]: BasinMap };
  readonly x: Axis;
  readonly y: Axis;
  readonly height?: number;
  readonly caption?: string;
  readonly alt: string;
}

const cool = ["#0072B2", "#56B4E9", "#009E73", "#8FD4BF"];
const warm = ["#D55E00", "#E69F00", "#F0C987", "#9C4400"];
const hues: { readonly [kind: string]: readonly string[] } = {
  minimum: cool,
  saddle: warm,
  maximum: [palette.purple, "#E7BBD3"],
};
const nowhere = "#9a9a9a";

/**
 * A map of where each start ends; several of them with a slider.
 *
 * @example
 * const map = {
 *   xs: [0, 1],
 *   ys: [0],
 *   labels: [[0, -1]],
 *   steps: [[3, 9]],
 *   attractors: [{ x: [0, 0], kind: "minimum" }],
 * };
 * const words = { x: { title: "x" }, y: { title: "y" }, alt: "0 is drawn to M1, 1 is not." };
 * figures.basins({ maps: map, ...words }).data.length; // 3, ends, steps and names
 */
export function basins({ maps, x, y, height = 560, caption, alt }: BasinsOptions): Figure {
  const named = isMap(maps) ? { "": maps } : maps;
  const names = Object.keys(named);
  const first = named[names[0]!];
  if (first === undefined) throw new RangeError("figures.basins: there is no map to show");
  const moved =
    names.length > 1
      ? slider(
          "method",
          names.map((label) => ({ label, data: layers(named[label]!) })),
          [0, 1, 2],
        )
      : undefined;
  return new Figure({
    data: layers(first),
    layout: {
      height: height + (moved ? 90 : 0),
      xaxis: {
        ...plotlyAxis({ range: span(first.xs), ...x }),
        constrain: "domain",
        zeroline: false,
      },
      yaxis: {
        ...plotlyAxis({ range: span(first.ys), ...y }),
        zeroline: false,
        scaleanchor: "x",
        constrain: "domain",
      },
      ...(moved ? { sliders: moved.sliders } : {}),
    },
    ...(moved ? { frames: moved.frames } : {}),
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

/** A short name for each point: M1, M2, … for minima, S for saddles, X for maxima. */
export function attractorNames(kinds: readonly string[]): string[] {
  const seen: { [kind: string]: number } = {};
  const letter: { readonly [kind: string]: string } = { minimum: "M", saddle: "S", maximum: "X" };
  return kinds.map((kind) => {
    seen[kind] = (seen[kind] ?? 0) + 1;
    return `${letter[kind] ?? "D"}${seen[kind]}`;
  });
}

function isMap(maps: BasinsOptions["maps"]): maps is BasinMap {
  return Array.isArray(maps.labels);
}

/** The first and the last of values in order. */
export function span(values: readonly number[]): [number, number] {
  return [values[0]!, values.at(-1)!];
}

export function layers({ xs, ys, labels, steps, attractors }: BasinMap): Data[] {
  const kinds = attractors.map((point) => point.kind);
  const names = attractorNames(kinds);
  const most = quantile(steps.flat(), 0.98);
  const common = { x: [...xs], y: [...ys], showscale: false };
  return [
    {
      ...common,
      type: "heatmap",
      z: labels.map((row) => [...row]),
      zmin: -1.5,
      zmax: attractors.length - 0.5,
      colorscale: stepwise([nowhere, ...coloursOf(kinds)]),
      hoverinfo: "skip",
    },
    {
      ...common,
      type: "heatmap",
      z: steps.map((row) => row.map((count) => Math.min(count, most))),
      zmin: Math.min(...steps.flat()),
      zmax: most,
      colorscale: [
        [0, "rgba(10, 15, 20, 0)"],
        [1, "rgba(10, 15, 20, 0.62)"],
      ],
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "text+markers",
      x: attractors.map((point) => Number(point.x[0]!.toPrecision(5))),
      y: attractors.map((point) => Number(point.x[1]!.toPrecision(5))),
      text: names,
      textposition: attractors.map(({ x }) => sideOf(x, attractors, [span(xs), span(ys)])),
      textfont: { color: "#ffffff", size: 13 },
      marker: { color: "#ffffff", size: 8, line: { color: "#101418", width: 1.5 } },
      showlegend: false,
      hoverinfo: "text",
    },
  ];
}

/** A name stands above its point, or below it where the next point is just above. */
function sideOf(
  point: ArrayLike<number>,
  others: BasinMap["attractors"],
  spans: readonly (readonly [number, number])[],
): "top center" | "bottom center" {
  const [right, up] = spans.map(([low, high], axis) => {
    return ({ x }: { x: ArrayLike<number> }) => (x[axis]! - point[axis]!) / (high - low);
  });
  const isJustAbove = (other: BasinMap["attractors"][number]) =>
    Math.abs(right!(other)) < 0.08 && up!(other) > 0 && up!(other) < 0.15;
  return others.some(isJustAbove) ? "bottom center" : "top center";
}

function coloursOf(kinds: readonly string[]): string[] {
  const seen: { [kind: string]: number } = {};
  return kinds.map((kind) => {
    const family = hues[kind] ?? [nowhere];
    const place = seen[kind] ?? 0;
    seen[kind] = place + 1;
    return family[place % family.length]!;
  });
}

/** A colour scale of equal flat steps. */
function stepwise(colours: readonly string[]): [number, string][] {
  return colours.flatMap((colour, i): [number, string][] => [
    [i / colours.length, colour],
    [(i + 1) / colours.length, colour],
  ]);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 1;
}
