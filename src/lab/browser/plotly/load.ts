/**
 * Plotly, fetched when the first figure needs it: the cartesian bundle is a third of the whole one
 * and draws all but 3-D, maps and the rarer traces.
 */
import type { Figure } from "./figure.js";

/** What the cartesian bundle draws, by Plotly's own list. */
const cartesian: ReadonlySet<unknown> = new Set([
  undefined,
  "bar",
  "box",
  "contour",
  "heatmap",
  "histogram",
  "histogram2d",
  "histogram2dcontour",
  "image",
  "pie",
  "scatter",
  "scatterternary",
  "violin",
]);

export async function loadPlotly({ data }: Figure): Promise<PlotlyBundle> {
  const module = data.every((trace) => cartesian.has(trace.type))
    ? await import("plotly.js/dist/plotly-cartesian.min.js")
    : await import("plotly.js/dist/plotly.min.js");
  return module.default;
}
