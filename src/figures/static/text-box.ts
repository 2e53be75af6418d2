/**
 * The box that an element's text takes up, worked out from its attributes.
 *
 * jsdom has no layout, and of SVG's layout Plotly asks only this. Each text has a box around its
 * baseline, moved by the transforms of the elements up to the one whose coordinates are wanted.
 * Shapes count as empty: Plotly places them by numbers.
 */
import { textWidth } from "./text-width.js";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** a, b, c, d, e, f of the matrix [[a c e], [b d f], [0 0 1]], as SVG orders them. */
type Matrix = readonly [number, number, number, number, number, number];

/** In the element's own coordinates, as `getBBox` has it; with `within`, in those of that ancestor. */
export function textBox(element: Element, within: Element | null = element): Box {
  const isText = element.localName === "text" || element.localName === "tspan";
  const texts: Element[] = isText ? [element] : [...element.querySelectorAll("text")];
  const corners = texts
    .filter((text) => text.textContent !== "" && inherited(text, "display") !== "none")
    .flatMap((text) => cornersOf(boxOfText(text), matrixBetween(text, within)));
  if (corners.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function boxOfText(text: Element): Box {
  const size = Number.parseFloat(inherited(text, "font-size")) || 12;
  const bold = /bold|[6-9]00/.test(inherited(text, "font-weight"));
  const lines = [...text.querySelectorAll("tspan.line")];
  const strings = (lines.length > 0 ? lines : [text]).map((line) => line.textContent ?? "");
  const width = Math.max(...strings.map((string) => textWidth(string, size, bold)));
  const anchor = inherited(text, "text-anchor");
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const at = (name: string) => Number.parseFloat(text.getAttribute(name) ?? "0") || 0;
  return {
    x: at("x") - shift,
    y: at("y") - 0.93 * size,
    width,
    height: size * (1.2 + 1.3 * (strings.length - 1)),
  };
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

/** From the coordinates of `element`'s content to those of `within`'s; of the page when null. */
function matrixBetween(element: Element, within: Element | null): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (let at: Element | null = element; at !== null && at !== within; at = at.parentElement) {
    matrix = multiply(parseTransform(at.getAttribute("transform") ?? ""), matrix);
  }
  return matrix;
}

/** @example parseTransform("translate(3,4) scale(2)") // [2, 0, 0, 2, 3, 4] */
export function parseTransform(text: string): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (const [, name = "", list = ""] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [p = 0, q, ...rest] = list
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (name === "translate") matrix = multiply(matrix, [1, 0, 0, 1, p, q ?? 0]);
    else if (name === "scale") matrix = multiply(matrix, [p, 0, 0, q ?? p, 0, 0]);
    else if (name === "rotate") matrix = multiply(matrix, rotation(p, q ?? 0, rest[0] ?? 0));
    else if (name === "matrix") {
      const [r = 1, s = 0, t = 0, u = 1] = [rest[0], rest[1], rest[2], rest[3]];
      matrix = multiply(matrix, [p, q ?? 0, r, s, t, u]);
    }
  }
  return matrix;
}

function rotation(degrees: number, x: number, y: number): Matrix {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

function multiply(m: Matrix, n: Matrix): Matrix {
  const [a, b, c, d, e, f] = m;
  const [p, q, r, s, t, u] = n;
  return [
    a * p + c * q,
    b * p + d * q,
    a * r + c * s,
    b * r + d * s,
    a * t + c * u + e,
    b * t + d * u + f,
  ];
}

function cornersOf({ x, y, width, height }: Box, [a, b, c, d, e, f]: Matrix) {
  return [x, x + width].flatMap((px) =>
    [y, y + height].map((py) => [a * px + c * py + e, b * px + d * py + f] as const),
  );
}
