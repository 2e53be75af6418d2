/**
 * The only script of a page: it draws the figures that the page carries as JSON.
 *
 * On a narrow screen the legend goes above the plot, which it would crowd out. A figure replaces its static picture once drawn; a page printed or read without scripts keeps the
 * picture. Keys named __proto__ are dropped, since Plotly copies objects by assignment.
 */
export const pageScript = `(() => {
  "use strict";
  const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["sendDataToCloud"] };
  const safe = (key, value) => (key === "__proto__" ? undefined : value);
  const narrow = { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" };
  for (const source of document.querySelectorAll("figure.plotly > script")) {
    const place = source.parentElement.querySelector(".plot");
    const drawn = document.createElement("div");
    const figure = JSON.parse(source.textContent, safe);
    if (innerWidth < 600) figure.layout.legend = { ...figure.layout.legend, ...narrow };
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
