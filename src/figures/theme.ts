/**
 * One look for every figure: colours that the colour-blind can tell apart, on any background.
 *
 * The colours are Okabe and Ito's ("Color Universal Design", 2008), ordered so that the first three
 * keep a contrast of 3:1 with white and with near-black alike. Backgrounds are transparent and text
 * is a grey that reads on both, so that a figure needs no second version for a dark page.
 */
import type { Layout } from "plotly.js";

export const palette = {
  blue: "#0072B2",
  vermillion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  orange: "#E69F00",
  sky: "#56B4E9",
  grey: "#7a7a7a",
} as const;

export const colorway: string[] = [
  palette.blue,
  palette.vermillion,
  palette.green,
  palette.purple,
  palette.orange,
  palette.sky,
];

/** From dark to light, perceptually even, safe for the colour-blind. */
export const sequential = "Cividis";

const grid = "rgba(128, 128, 128, 0.22)";
const line = "rgba(128, 128, 128, 0.6)";
const text = "#767676";

const axis = {
  gridcolor: grid,
  linecolor: line,
  tickcolor: line,
  zerolinecolor: grid,
  showline: true,
  ticks: "outside",
  ticklen: 4,
  title: { standoff: 8 },
  automargin: true,
} as const;

/** Plotly's template of that look; a figure's own layout goes before it. */
export const template: NonNullable<Layout["template"]> = {
  layout: {
    font: {
      family: "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
      size: 13,
      color: text,
    },
    colorway,
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    xaxis: axis,
    yaxis: axis,
    legend: { bgcolor: "rgba(0, 0, 0, 0)", borderwidth: 0 },
    margin: { l: 64, r: 24, t: 48, b: 52 },
    hovermode: "closest",
    coloraxis: { colorbar: { outlinewidth: 0 } },
  },
};
