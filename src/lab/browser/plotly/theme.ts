/**
 * A figure in the colours of JupyterLab's theme.
 *
 * A template gives defaults only: what the author has set in the figure stays. So that a figure with
 * a template of its own is not repainted, ours takes its place only where there is none.
 */
import type { PartialJSONObject } from "@lumino/coreutils";

/** `layout` with the theme's colours where it says nothing. */
export function themed(layout: PartialJSONObject): PartialJSONObject {
  return layout.template === undefined ? { ...layout, template: template() } : layout;
}

function template(): PartialJSONObject {
  const styles = getComputedStyle(document.body);
  const css = (name: string, otherwise: string) =>
    styles.getPropertyValue(name).trim() || otherwise;
  const dark = document.body.dataset.jpThemeLight === "false";
  const text = css("--jp-content-font-color1", "#212121");
  const grid = dark ? "#3a3a3a" : "#e6e6e6";
  const axis = {
    gridcolor: grid,
    zerolinecolor: dark ? "#5a5a5a" : "#c8c8c8",
    linecolor: dark ? "#7a7a7a" : "#8a8a8a",
    ticks: "outside",
    tickcolor: dark ? "#7a7a7a" : "#8a8a8a",
    automargin: true,
  };
  const scene = { ...axis, backgroundcolor: "rgba(0,0,0,0)", showbackground: false };
  const background = "rgba(0,0,0,0)";
  return {
    layout: {
      paper_bgcolor: background,
      plot_bgcolor: background,
      font: { color: text, family: css("--jp-content-font-family", "sans-serif"), size: 13 },
      colorway: dark ? darkColours : lightColours,
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
      polar: { bgcolor: background, angularaxis: axis, radialaxis: axis },
      legend: { bgcolor: background },
      hoverlabel: { bgcolor: dark ? "#2b2b2b" : "#ffffff", font: { color: text } },
      colorscale: { sequential: "Viridis", diverging: "RdBu" },
      margin: { l: 60, r: 20, t: 48, b: 48 },
    },
  };
}

/** Okabe and Ito's colours, which colour-blind readers can tell apart; lightened for dark. */
const lightColours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
const darkColours = ["#56b4e9", "#ff9a4d", "#2fd0a5", "#e6a3c8", "#f0c04a", "#9ad3f5", "#ffffff"];
