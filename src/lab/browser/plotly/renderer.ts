/**
 * One figure in one output: drawn when it is shown, drawn again when its data, the theme or its
 * width changes, and its memory freed when it goes.
 *
 * What the reader has zoomed or hidden stays, because the figure keeps one `uirevision`.
 */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { readFigure } from "./figure.js";
import { legible } from "./legible.js";
import { loadPlotly } from "./load.js";
import { themed } from "./theme.js";

/** Pixels: with the width of a notebook's cell, about the golden section. */
const DEFAULT_HEIGHT = 440;

/** What uploads a figure, and what a drag and a double click do as well: few buttons cover little. */
const modeBarButtonsToRemove = [
  "sendChartToCloud",
  "zoomIn2d",
  "zoomOut2d",
  "autoScale2d",
  "select2d",
  "lasso2d",
];

export class PlotlyRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #mimeType: string;
  readonly #themeChange = new MutationObserver(() => void this.#draw());
  readonly #resize = new ResizeObserver(() => this.#fit());
  #model: IRenderMime.IMimeModel | undefined;
  #plotly: PlotlyBundle | undefined;
  /** Plotly draws one figure at a time into an element. */
  #drawing: Promise<void> = Promise.resolve();

  constructor({ mimeType }: IRenderMime.IRendererOptions) {
    super();
    this.#mimeType = mimeType;
    this.addClass("curvlab-plotly");
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    // What a figure says in words, for those who do not see it.
    const words = model.data["text/plain"];
    this.node.setAttribute("role", "figure");
    if (typeof words === "string") this.node.setAttribute("aria-label", words);
    await this.#draw();
  }

  override dispose(): void {
    this.#themeChange.disconnect();
    this.#resize.disconnect();
    this.#plotly?.purge(this.node);
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    const attributes = ["data-jp-theme-light", "data-jp-theme-name"];
    this.#themeChange.observe(document.body, { attributes: true, attributeFilter: attributes });
    this.#resize.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    this.#themeChange.disconnect();
    this.#resize.disconnect();
    super.onBeforeDetach(message);
  }

  #draw(): Promise<void> {
    this.#drawing = this.#drawing
      .then(() => this.#drawNow())
      .catch((error: unknown) => {
        this.node.classList.add("curvlab-plotly-error");
        this.node.textContent = `Plotly: ${error instanceof Error ? error.message : String(error)}`;
      });
    return this.#drawing;
  }

  async #drawNow(): Promise<void> {
    if (this.isDisposed || this.#model === undefined) return;
    const figure = readFigure(this.#model.data[this.#mimeType]);
    this.#plotly = await loadPlotly(figure);
    if (this.isDisposed) return;
    // Plotly writes into what it is given, and the model is the notebook's.
    const { data, layout, frames, config } = structuredClone(figure);
    // An output is as high as what is in it: without a height of its own the plot would shrink.
    const height = typeof layout.height === "number" ? layout.height : DEFAULT_HEIGHT;
    this.node.style.height = `${height}px`;
    await this.#plotly.react(this.node, {
      data,
      layout: {
        autosize: layout.width === undefined,
        uirevision: "curvlab",
        ...legible(themed(layout)),
      },
      frames,
      config: { displaylogo: false, modeBarButtonsToRemove, responsive: false, ...config },
    });
  }

  /** Follows the width of the output, unless the figure has one of its own. */
  #fit(): void {
    const drawn = this.node.classList.contains("js-plotly-plot");
    if (drawn && this.isVisible && this.node.clientWidth > 0) this.#plotly?.Plots.resize(this.node);
  }
}
