/**
 * The little of a canvas that Plotly's heat maps and images need: filled rectangles, pixels, a PNG.
 *
 * jsdom has none without a native package. Plotly draws cells as opaque or translucent rectangles on
 * whole pixels, so that no blending at edges is needed.
 */
import { encodePng } from "./png.js";

type Color = readonly [red: number, green: number, blue: number, alpha: number];

export class Canvas {
  fillStyle = "#000";
  private pixels: Uint8ClampedArray;

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.pixels = new Uint8ClampedArray(4 * width * height);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const [red, green, blue, alpha] = parseColor(this.fillStyle);
    const right = Math.min(this.width, Math.round(x + width));
    const bottom = Math.min(this.height, Math.round(y + height));
    for (let row = Math.max(0, Math.round(y)); row < bottom; row++) {
      for (let column = Math.max(0, Math.round(x)); column < right; column++) {
        this.pixels.set(
          [red, green, blue, Math.round(255 * alpha)],
          4 * (row * this.width + column),
        );
      }
    }
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    const { fillStyle } = this;
    this.fillStyle = "rgba(0,0,0,0)";
    this.fillRect(x, y, width, height);
    this.fillStyle = fillStyle;
  }

  createImageData(width: number, height: number) {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData(image: { readonly data: Uint8ClampedArray }): void {
    this.pixels = new Uint8ClampedArray(image.data);
  }

  toDataURL(): string {
    return `data:image/png;base64,${encodePng(this.width, this.height, this.pixels).toString("base64")}`;
  }
}

/** `#rgb`, `#rrggbb`, `rgb(…)` and `rgba(…)`; anything else is transparent. */
export function parseColor(text: string): Color {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g);
    const [red = 0, green = 0, blue = 0] = (digits ?? []).map((pair) => Number.parseInt(pair, 16));
    return [red, green, blue, 1];
  }
  const numbers = /^rgba?\(([^)]*)\)$/
    .exec(text.trim())?.[1]
    ?.split(/[,\s/]+/)
    .map(Number);
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers ?? [0, 0, 0, 0];
  return [red, green, blue, alpha];
}
