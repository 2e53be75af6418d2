/**
 * A window without a browser in which Plotly draws SVG.
 *
 * jsdom has no layout. Plotly needs little of one for SVG (how large a text is, how long a path) and a
 * canvas for heat maps; both are supplied here. Randomness, which Plotly uses for ids, is seeded: the same figure gives the
 * same bytes.
 */
import { type DOMWindow, JSDOM } from "jsdom";
import { Canvas } from "./canvas.js";
import { pathLength, pointAtLength } from "./path-length.js";
import { textBox } from "./text-box.js";

export interface PlotlyWindow {
  toSvg(figure: object, size: { readonly width: number; readonly height: number }): Promise<string>;
  close(): void;
}

interface Plotly {
  toImage(figure: object, options: object): Promise<string>;
}

export function openPlotlyWindow(bundle: string): PlotlyWindow {
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  addLayout(window);
  addCanvas(window);
  Object.assign(window.URL, { createObjectURL: () => "blob:none", revokeObjectURL: () => {} });
  window.eval(seededRandom);
  window.eval(bundle);
  const { Plotly } = window as unknown as { Plotly: Plotly };
  return {
    async toSvg(figure, size) {
      window.eval("Math.reseed()");
      return await Plotly.toImage(figure, { format: "svg", imageDataOnly: true, ...size });
    },
    close: () => window.close(),
  };
}

/** Park and Miller's generator: enough for ids. */
const seededRandom = `{
  let state = 1;
  Math.reseed = () => { state = 1; };
  Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
}`;

function addLayout(window: DOMWindow): void {
  const pathOf = (element: Element) => element.getAttribute("d") ?? "";
  const { prototype } = window.SVGElement;
  Object.assign(prototype, {
    getBBox(this: Element) {
      return textBox(this);
    },
    getComputedTextLength(this: Element) {
      return textBox(this).width;
    },
    getTotalLength(this: Element) {
      return pathLength(pathOf(this));
    },
    getPointAtLength(this: Element, length: number) {
      return pointAtLength(pathOf(this), length);
    },
    getScreenCTM: () => null,
  });
  Object.defineProperty(prototype, "getBoundingClientRect", {
    value(this: Element) {
      const { x, y, width, height } = textBox(this, null);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
}

function addCanvas(window: DOMWindow): void {
  const contexts = new WeakMap<object, Canvas>();
  const contextOf = (canvas: HTMLCanvasElement): Canvas => {
    const context = contexts.get(canvas) ?? new Canvas(canvas.width, canvas.height);
    contexts.set(canvas, context);
    return context;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === "2d" ? contextOf(this) : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return contextOf(this).toDataURL();
    },
  });
}
