/**
 * A figure is a value: Plotly's data and layout, a caption, and words for who cannot see it.
 *
 * As the last expression of a cell it shows itself: the interactive figure where the page has
 * Plotly, its description where it has not.
 */
import type { Config, Data, Frame, Layout } from "plotly.js";
import { type Displayable, displaySymbol, type MimeBundle } from "./display.js";
import { template } from "./theme.js";

export interface FigureOptions {
  readonly data: readonly Data[];
  readonly layout?: Partial<Layout>;
  /** Steps of an animation; a slider in the layout moves between them. */
  readonly frames?: readonly Partial<Frame>[];
  /** What the figure shows, in a sentence or two. */
  readonly caption?: string;
  /** What a reader who cannot see it must know: the trend and the numbers. */
  readonly alt: string;
}

export class Figure implements Displayable {
  readonly data: readonly Data[];
  readonly layout: Partial<Layout>;
  readonly frames: readonly Partial<Frame>[];
  readonly caption: string | undefined;
  readonly alt: string;

  constructor({ data, layout = {}, frames = [], caption, alt }: FigureOptions) {
    if (alt.trim() === "")
      throw new Error("plot: alt is empty; say in words what the figure shows");
    this.data = data;
    this.layout = { template, height: 400, ...layout, ...roomyLegend(data, layout.legend) };
    this.frames = frames;
    this.caption = caption;
    this.alt = alt;
  }

  [displaySymbol](): MimeBundle {
    const { data, layout, frames } = this;
    const config: Partial<Config> = { responsive: true, displaylogo: false };
    return {
      "application/vnd.plotly.v1+json": {
        data,
        layout,
        config,
        ...(frames.length > 0 ? { frames } : {}),
      },
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    return this.caption === undefined
      ? `[Figure] ${this.alt}`
      : `[Figure] ${this.caption}\n${this.alt}`;
  }
}

/**
 * A horizontal legend whose entries have the width that their names need in a wide font: who shows
 * a static picture may have another font than the one in which Plotly measured the names.
 */
function roomyLegend(data: readonly Data[], legend: Layout["legend"]): Pick<Layout, "legend"> {
  if (legend?.orientation !== "h" || legend.entrywidth !== undefined) return {};
  const lengths = data.map((trace) => ("name" in trace ? String(trace.name ?? "").length : 0));
  return {
    legend: { ...legend, entrywidth: 8 * Math.max(0, ...lengths), entrywidthmode: "pixels" },
  };
}

/**
 * A figure in Plotly's own schema, in curvlab's look.
 *
 * @example
 * const square = plot({
 *   data: [{ type: "scatter", x: [0, 1, 2], y: [0, 1, 4] }],
 *   layout: { xaxis: { title: { text: "x" } } },
 *   alt: "The square of x, rising from 0 to 4",
 * });
 * square.toString(); // "[Figure] The square of x, rising from 0 to 4"
 */
export function plot(options: FigureOptions): Figure {
  return new Figure(options);
}
