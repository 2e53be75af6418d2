/**
 * The thread that draws: one window a bundle, one figure at a time.
 *
 * It is a thread so that a figure on which Plotly hangs, synchronously as it does with WebGL, can be
 * ended by whoever waits for it.
 */
import { parentPort } from "node:worker_threads";
import type { FigureData } from "./flatten.js";
import { bundleFor, bundleSource } from "./plotly-bundle.js";
import { openPlotlyWindow, type PlotlyWindow } from "./plotly-window.js";

export interface RenderRequest {
  readonly id: number;
  readonly figure: FigureData;
  readonly width: number;
  readonly height: number;
}

export type RenderReply =
  | { readonly id: number; readonly svg: string }
  | { readonly id: number; readonly error: string };

const windows = new Map<string, PlotlyWindow>();

async function render({ id, figure, width, height }: RenderRequest): Promise<RenderReply> {
  try {
    const name = bundleFor(figure.data.map((trace) => String(trace.type ?? "scatter")));
    const window = windows.get(name) ?? openPlotlyWindow(await bundleSource(name));
    windows.set(name, window);
    return { id, svg: await window.toSvg(figure, { width, height }) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

let last: Promise<unknown> = Promise.resolve();
parentPort?.on("message", (request: RenderRequest) => {
  last = last.then(async () => parentPort?.postMessage(await render(request)));
});
