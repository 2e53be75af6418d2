/** Small grey images in a grid, with a box drawn around what each shows. */
import type { Data, Layout } from "plotly.js";
import { Figure } from "./figure.js";
import { palette } from "./theme.js";

export interface ImageGrid {
  /** size × size values for each image, one image after the other. */
  readonly pixels: Float32Array;
  readonly size: number;
  readonly titles: readonly string[];
  /** Centre, width and height as fractions of the image's side. */
  readonly boxes?: readonly (readonly [number, number, number, number])[];
  readonly columns?: number;
  readonly caption?: string;
  readonly alt?: string;
}

/**
 * The images in rows, as one figure.
 *
 * @example
 * figures.images({ pixels: new Float32Array(8), size: 2, titles: ["a", "b"] }).alt;
 * // "2 grey images of 2 by 2 pixels: a, b."
 */
export function images(grid: ImageGrid): Figure {
  const { pixels, size, titles, boxes = [], columns = Math.min(6, titles.length) } = grid;
  if (pixels.length !== titles.length * size * size) {
    throw new RangeError(
      `figures.images: ${pixels.length} pixels are not ${titles.length} images of ${size} × ${size}`,
    );
  }
  const rows = Math.ceil(titles.length / columns);
  const gap = 2;
  const cell = size + gap;
  const headline = 6;
  const canvas = sheet(pixels, size, titles.length, columns, cell, cell + headline, gap);
  const corner = (i: number) => ({
    x: (i % columns) * cell,
    y: Math.floor(i / columns) * (cell + headline) + headline,
  });
  const data: Data[] = [
    {
      type: "heatmap",
      z: canvas,
      colorscale: "Greys",
      showscale: false,
      hoverinfo: "skip",
    },
  ];
  return new Figure({
    data,
    layout: {
      height: 150 * rows + 20,
      margin: { l: 8, r: 8, t: 8, b: 8 },
      xaxis: { visible: false, range: [-1, columns * cell - gap], constrain: "domain" },
      yaxis: {
        visible: false,
        range: [rows * (cell + headline), -1],
        scaleanchor: "x",
        constrain: "domain",
      },
      annotations: titles.map((text, i) => title(text, corner(i), size)),
      shapes: boxes.map((box, i) => frame(box, corner(i), size)),
    },
    ...(grid.caption === undefined ? {} : { caption: grid.caption }),
    alt:
      grid.alt ??
      `${titles.length} grey images of ${size} by ${size} pixels: ${titles.join(", ")}.`,
  });
}

/** All images on one canvas; null between them. */
function sheet(
  pixels: Float32Array,
  size: number,
  count: number,
  columns: number,
  width: number,
  height: number,
  gap: number,
): (number | null)[][] {
  const rows = Math.ceil(count / columns);
  const canvas = Array.from({ length: rows * height }, () =>
    new Array<number | null>(columns * width - gap).fill(null),
  );
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * width;
    const top = Math.floor(i / columns) * height + (height - width);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const value = pixels[(i * size + row) * size + column]!;
        canvas[top + row]![left + column] = Number(value.toFixed(2));
      }
    }
  }
  return canvas;
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

function title(
  text: string,
  { x, y }: Corner,
  size: number,
): NonNullable<Layout["annotations"]>[number] {
  return {
    text,
    x: x + size / 2,
    y: y - 0.5,
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
  };
}

function frame(
  [cx, cy, width, height]: readonly [number, number, number, number],
  { x, y }: Corner,
  size: number,
): NonNullable<Layout["shapes"]>[number] {
  const line = { color: palette.vermillion, width: 2 };
  const [left, top] = [x - 0.5 + (cx - width / 2) * size, y - 0.5 + (cy - height / 2) * size];
  return {
    type: "rect",
    x0: left,
    x1: left + width * size,
    y0: top,
    y1: top + height * size,
    line,
  };
}
