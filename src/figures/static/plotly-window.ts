/**
 * A window without a browser in which Plotly draws SVG.
 *
 * jsdom has no layout. Plotly needs little of one for SVG: how large a text is. That is computed from
 * the text, its lines and its font size as the ancestors give it; shapes count as empty, since Plotly
 * places them by numbers. Randomness, which Plotly uses for ids, is seeded: the same figure gives the
 * same bytes.
 */
import { type DOMWindow, JSDOM } from "jsdom";
import { Canvas } from "./canvas.js";
import { textWidth } from "./text-width.js";

export interface PlotlyWindow {
  toSvg(figure: object, size: { readonly width: number; readonly height: number }): Promise<string>;
  close(): void;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
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
  const { prototype } = window.SVGElement;
  const boxOf = (element: Element): Box => textBox(element);
  Object.assign(prototype, {
    getBBox(this: Element) {
      return boxOf(this);
    },
    getComputedTextLength(this: Element) {
      return boxOf(this).width;
    },
    getScreenCTM: () => null,
  });
  Object.defineProperty(prototype, "getBoundingClientRect", {
    value(this: Element) {
      const { x, y, width, height } = boxOf(this);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
}

/** The box of all text in an element, around a baseline at 0; empty without text. */
function textBox(element: Element): Box {
  const texts =
    element.localName === "text" || element.localName === "tspan"
      ? [element]
      : [...element.querySelectorAll("text")];
  const boxes = texts.filter((text) => text.textContent !== "").map(oneText);
  const first = boxes[0];
  if (first === undefined) return { x: 0, y: 0, width: 0, height: 0 };
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  return {
    x: left,
    y: top,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - left,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - top,
  };
}

function oneText(text: Element): Box {
  const size = fontSize(text);
  const bold = /bold|[6-9]00/.test(inherited(text, "font-weight"));
  const lines = [...text.querySelectorAll("tspan.line")];
  const strings = lines.length > 0 ? lines.map((line) => line.textContent) : [text.textContent];
  const width = Math.max(...strings.map((string) => textWidth(string ?? "", size, bold)));
  const height = size * (1.2 + 1.3 * (strings.length - 1));
  const anchor = inherited(text, "text-anchor");
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const at = (name: string) => Number.parseFloat(text.getAttribute(name) ?? "0") || 0;
  return { x: at("x") - shift, y: at("y") - 0.93 * size, width, height };
}

function fontSize(element: Element): number {
  return Number.parseFloat(inherited(element, "font-size")) || 12;
}

/** Plotly writes fonts as inline styles, on the text or on what holds it. */
function inherited(element: Element, property: string): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const style = (at as Partial<HTMLElement>).style?.getPropertyValue(property);
    const value = style || at.getAttribute(property);
    if (value) return value;
  }
  return "";
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
