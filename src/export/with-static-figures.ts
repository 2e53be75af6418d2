/**
 * A notebook whose figures show everywhere: beside each Plotly output, the same as SVG.
 *
 * GitHub, nbviewer and a Jupyter without our renderer show the picture. One that is there already
 * is kept; a figure that cannot be drawn without a browser goes without, and the caller is told.
 */
import type { CodeCell, Notebook, Output } from "../document/notebook.js";
import { FigureError, FigureRenderer } from "../figures/static/figure-renderer.js";
import { PLOTLY_MIME, readFigure } from "./plotly.js";

export interface MissingPicture {
  /** The cell's place in the notebook, from 0. */
  readonly index: number;
  readonly reason: string;
}

export async function withStaticFigures(
  notebook: Notebook,
): Promise<{ notebook: Notebook; missing: readonly MissingPicture[] }> {
  const missing: MissingPicture[] = [];
  const renderer = new FigureRenderer();
  try {
    const cells = [];
    for (const [index, cell] of notebook.cells.entries()) {
      cells.push(cell.type === "code" ? await illustrate(cell, index, renderer, missing) : cell);
    }
    return { notebook: { ...notebook, cells }, missing };
  } finally {
    await renderer.close();
  }
}

async function illustrate(
  cell: CodeCell,
  index: number,
  renderer: FigureRenderer,
  missing: MissingPicture[],
): Promise<CodeCell> {
  const outputs: Output[] = [];
  for (const output of cell.outputs) {
    try {
      outputs.push(await withPicture(output, renderer));
    } catch (error) {
      if (!(error instanceof FigureError)) throw error;
      missing.push({ index, reason: error.message });
      outputs.push(output);
    }
  }
  return { ...cell, outputs };
}

async function withPicture(output: Output, renderer: FigureRenderer): Promise<Output> {
  if (output.type !== "display_data" && output.type !== "execute_result") return output;
  const figure = readFigure(output.data[PLOTLY_MIME]);
  if (figure === undefined || "image/svg+xml" in output.data || "image/png" in output.data) {
    return output;
  }
  const svg = await renderer.toSvg({ data: figure.data, layout: figure.layout });
  return { ...output, data: { ...output.data, "image/svg+xml": svg } };
}
