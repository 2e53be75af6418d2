/**
 * The only script of a page: it draws the figures that the page carries as JSON.
 *
 * On a narrow screen the legend goes above the plot, which it would crowd out, two panels side by
 * side go below each other, and axis titles and rows of labels are set smaller. A figure replaces
 * its static picture once drawn; a page printed or read without scripts keeps the picture. Keys
 * named __proto__ are dropped, since Plotly copies objects by assignment.
 */
export const pageScript = `(() => {
  "use strict";
  const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["sendDataToCloud"] };
  const safe = (key, value) => (key === "__proto__" ? undefined : value);
  const above = { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" };
  const stack = (layout) => {
    const { xaxis, xaxis2, xaxis3, yaxis, yaxis2, sliders, annotations, shapes } = layout;
    const beside = xaxis?.domain && xaxis2?.domain && xaxis.domain[1] <= xaxis2.domain[0];
    if (!beside || xaxis3 || yaxis?.domain || yaxis2?.domain || yaxis?.scaleanchor) return;
    if ([sliders, annotations, shapes].some((list) => list?.length > 0)) return;
    xaxis.domain = xaxis2.domain = [0, 1];
    yaxis.domain = [0.6, 1];
    yaxis2.domain = [0, 0.4];
    layout.height *= 1.6;
  };
  const narrow = (layout) => {
    layout.legend = { ...layout.legend, ...above };
    for (const [key, axis] of Object.entries(layout)) {
      if (/^[xy]axis/.test(key) && axis.title?.text) axis.title.font = { size: 13, ...axis.title.font };
    }
    const labels = layout.annotations ?? [];
    if (labels.length > 6) for (const label of labels) label.font = { ...label.font, size: 9 };
    stack(layout);
  };
  for (const source of document.querySelectorAll("figure.plotly > script")) {
    const place = source.parentElement.querySelector(".plot");
    const drawn = document.createElement("div");
    const figure = JSON.parse(source.textContent, safe);
    if (innerWidth < 600) narrow(figure.layout);
    place.append(drawn);
    Plotly.newPlot(drawn, { ...figure, config })
      .then(() => {
        for (const child of [...place.children]) if (child !== drawn) child.remove();
      })
      .catch((error) => {
        drawn.remove();
        console.error("A figure could not be drawn:", error);
      });
  }
})();`;
