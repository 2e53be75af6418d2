/** What a figure of the course says about an axis, and Plotly's axis made of it. */
import type { Layout, LayoutAxis } from "plotly.js";
import { palette } from "./theme.js";

export interface Axis {
  /** The quantity and, in brackets, its unit. */
  readonly title: string;
  readonly range?: readonly [number, number];
  readonly log?: boolean;
  /** Where ticks stand, if not where Plotly puts them. */
  readonly ticks?: readonly number[];
}

/**
 * On a log axis Plotly's range is of exponents; `range` is of values. Without a range, `values` say
 * how many decades there are, so that ticks are whole powers of ten.
 */
export function plotlyAxis(
  { title, range, log = false, ticks }: Axis,
  values: readonly number[] = [],
): Partial<LayoutAxis> {
  const ends = range?.map((value) => (log ? Math.log10(value) : value)) as
    | [number, number]
    | undefined;
  return {
    title: { text: title },
    ...(log ? { type: "log", exponentformat: "power", dtick: decades(range ?? values) } : {}),
    ...(ends === undefined ? {} : { range: ends }),
    ...(ticks === undefined ? {} : { tickmode: "array", tickvals: [...ticks] }),
  };
}

/** Decades from one tick to the next, for at most nine ticks. */
function decades(values: readonly number[]): number {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const span =
    exponents.reduce((a, b) => Math.max(a, b), 0) - exponents.reduce((a, b) => Math.min(a, b), 0);
  return Math.max(1, Math.ceil(span / 8));
}

/** A dashed line across the plot, with a word at one of its ends. */
export interface Rule {
  readonly at: number;
  readonly axis: "x" | "y";
  /** "" for a line without a word. */
  readonly text: string;
  /** Where the word stands: "end", at the top or the right, unless given; "start" is the other one. */
  readonly side?: "start" | "end";
}

export function ruleShapes(rules: readonly Rule[]): NonNullable<Layout["shapes"]> {
  const line = { color: palette.grey, width: 1.5, dash: "dash" } as const;
  return rules.map(({ at, axis }) =>
    axis === "x"
      ? { type: "line" as const, yref: "paper" as const, y0: 0, y1: 1, x0: at, x1: at, line }
      : { type: "line" as const, xref: "paper" as const, x0: 0, x1: 1, y0: at, y1: at, line },
  );
}

export function ruleNotes(
  rules: readonly Rule[],
  log: { readonly x: boolean; readonly y: boolean },
): NonNullable<Layout["annotations"]> {
  return rules.flatMap(({ at, axis, text, side = "end" }) => {
    if (text === "") return [];
    const place = log[axis] ? Math.log10(at) : at;
    const isEnd = side === "end";
    return axis === "x"
      ? {
          text,
          x: place,
          y: isEnd ? 1 : 0,
          yref: "paper" as const,
          xanchor: "left" as const,
          yanchor: isEnd ? ("top" as const) : ("bottom" as const),
          xshift: 4,
          showarrow: false,
        }
      : {
          text,
          x: isEnd ? 1 : 0,
          xref: "paper" as const,
          y: place,
          xanchor: isEnd ? ("right" as const) : ("left" as const),
          yanchor: "bottom" as const,
          showarrow: false,
        };
  });
}

/** Above the plot, in one row: it takes no width from the data. */
export const legendAbove = {
  orientation: "h",
  x: 0,
  y: 1.02,
  xanchor: "left",
  yanchor: "bottom",
} as const;
