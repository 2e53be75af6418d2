/**
 * Shows `application/vnd.plotly.v1+json`: a figure as data, drawn by Plotly in the output.
 *
 * A figure is data and not code, so it is shown in notebooks that are not trusted, too.
 */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { PlotlyRenderer } from "./renderer.js";

export const PLOTLY_MIME_TYPE = "application/vnd.plotly.v1+json";

export const plotlyExtension: IRenderMime.IExtension = {
  id: "curvlab:plotly",
  description: "Draws Plotly figures.",
  rendererFactory: {
    safe: true,
    mimeTypes: [PLOTLY_MIME_TYPE],
    createRenderer: (options) => new PlotlyRenderer(options),
  },
  // In front of the static picture that lies beside it for GitHub and nbviewer.
  rank: 0,
  dataType: "json",
  documentWidgetFactoryOptions: {
    name: "Plotly figure",
    primaryFileType: "plotly",
    fileTypes: ["plotly", "json"],
    defaultFor: ["plotly"],
  },
  fileTypes: [
    {
      name: "plotly",
      displayName: "Plotly figure",
      mimeTypes: [PLOTLY_MIME_TYPE],
      extensions: [".plotly.json", ".plotly"],
    },
  ],
};
