/**
 * The only script of a page: it draws the figures that the page carries as JSON.
 *
 * The buttons that appear over a figure stand in its right margin, where no legend is; where there is
 * no pointer that can hover they would stay there, so there are none, and a drag scrolls the page. A figure
 * replaces its static picture once drawn; a page printed or read without scripts keeps the picture.
 * Keys named __proto__ are dropped, since Plotly copies objects by assignment.
 */
import { narrowFigures } from "./narrow-figures.js";

export const pageScript = `(() => {
  "use strict";
  const isTouched = matchMedia("(hover: none)").matches;
  const config = {
    responsive: true,
    displaylogo: false,
    displayModeBar: isTouched ? false : "hover",
    modeBarButtonsToRemove: ["sendChartToCloud", "zoomIn2d", "zoomOut2d", "autoScale2d", "select2d", "lasso2d"],
  };
  const safe = (key, value) => (key === "__proto__" ? undefined : value);
${narrowFigures}
  // Plotly sets powers of ten a quarter larger than the font it is given.
  const evenTicks = (layout) => {
    const size = 0.8 * (layout.font?.size ?? layout.template?.layout?.font?.size ?? 12);
    for (const axis of [...axesOf(layout, "x"), ...axesOf(layout, "y")]) {
      if (axis.type === "log" && axis.exponentformat === "power") axis.tickfont ??= { size };
    }
  };
  for (const source of document.querySelectorAll("figure.plotly > script")) {
    const place = source.parentElement.querySelector(".plot");
    const drawn = document.createElement("div");
    const figure = JSON.parse(source.textContent, safe);
    const { layout } = figure;
    const isNarrow = innerWidth < 600;
    evenTicks(layout);
    layout.modebar = { orientation: "v", ...layout.modebar };
    if (isTouched && !layout.scene) layout.dragmode = false;
    if (isNarrow) narrow(figure);
    const domains = domainsOf(layout);
    place.append(drawn);
    Plotly.newPlot(drawn, { ...figure, config })
      .then(() => {
        for (const child of [...place.children]) if (child !== drawn) child.remove();
        return isNarrow ? fit(drawn, domains) : undefined;
      })
      .then(() => {
        place.style.minHeight = "";
      })
      .catch((error) => {
        drawn.remove();
        console.error("A figure could not be drawn:", error);
      });
  }
})();`;
