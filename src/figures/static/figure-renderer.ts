/**
 * Plotly figures → SVG in Node, without a browser.
 *
 * Drawing runs in a worker thread. One that does not answer in time is ended, and the next figure
 * gets a new one: a figure may go without a picture, but never holds up the rest.
 */
import { Worker } from "node:worker_threads";
import { type FigureData, flatten } from "./flatten.js";
import type { RenderReply, RenderRequest } from "./render-worker.js";

export interface FigureRendererOptions {
  /** Milliseconds for one figure; the first also pays for loading Plotly. */
  readonly timeout?: number;
  readonly width?: number;
}

/** Why a figure has no picture. */
export class FigureError extends Error {
  override readonly name = "FigureError";
}

export class FigureRenderer {
  private worker: Worker | undefined;
  private requests = 0;
  private readonly timeout: number;
  private readonly width: number;

  constructor({ timeout = 60_000, width = 720 }: FigureRendererOptions = {}) {
    this.timeout = timeout;
    this.width = width;
  }

  /** @throws FigureError for a figure that cannot be drawn flat, in time, or at all. */
  async toSvg(figure: FigureData): Promise<string> {
    const flat = flatten(figure);
    if (flat === undefined) {
      throw new FigureError("figure: its trace types need WebGL or maps, which SVG has not");
    }
    const { height, width } = flat.layout;
    const size = {
      width: typeof width === "number" ? width : this.width,
      height: typeof height === "number" ? height : 450,
    };
    const { template, ...layout } = flat.layout;
    const drawn = { data: flat.data, layout: { ...layout, ...size, template, autosize: false } };
    return await this.request({ id: ++this.requests, figure: drawn, ...size });
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private request(request: RenderRequest): Promise<string> {
    this.worker ??= new Worker(new URL("./render-worker.js", import.meta.url), { stdout: true });
    const { worker } = this;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        worker.off("message", onMessage).off("error", onError);
        act();
      };
      const onMessage = (reply: RenderReply) => {
        if (reply.id !== request.id) return;
        settle(() => {
          if ("svg" in reply) resolve(reply.svg);
          else reject(new FigureError(`figure: Plotly could not draw it: ${reply.error}`));
        });
      };
      const giveUp = (reason: string) =>
        settle(() => {
          void this.close();
          reject(new FigureError(`figure: ${reason}`));
        });
      const onError = (error: Error) => giveUp(`its thread failed: ${error.message}`);
      const timer = setTimeout(
        () => giveUp(`it took more than ${this.timeout / 1000} s to draw`),
        this.timeout,
      );
      worker.on("message", onMessage).on("error", onError);
      worker.postMessage(request);
    });
  }
}
