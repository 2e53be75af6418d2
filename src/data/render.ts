/**
 * Draws one synthetic image: a background with a slant, clutter, one shape, noise.
 *
 * A shape is given by its signed distance in pixels (negative inside); a pixel's coverage is that
 * distance clipped to half a pixel either way, which draws smooth edges without supersampling.
 */
import type { Random } from "../tensor/random.js";

/** Signed distance of the point (u, v), in the shape's own frame, for a shape of radius r. */
type Distance = (u: number, v: number, r: number) => number;

const triangle: Distance = (u, v, r) => {
  const slope = Math.sqrt(3) / 2;
  return Math.max(v, slope * u - v / 2, -slope * u - v / 2) - r / 2;
};

const plus: Distance = (u, v, r) => {
  const x = Math.abs(u);
  const y = Math.abs(v);
  const arm = 0.3 * r;
  return Math.min(Math.max(x - r, y - arm), Math.max(x - arm, y - r));
};

export const shapes = {
  disc: (u, v, r) => Math.sqrt(u * u + v * v) - 0.9 * r,
  ring: (u, v, r) => Math.abs(Math.sqrt(u * u + v * v) - 0.75 * r) - 0.22 * r,
  square: (u, v, r) => Math.max(Math.abs(u), Math.abs(v)) - 0.8 * r,
  diamond: (u, v, r) => (Math.abs(u) + Math.abs(v) - 1.1 * r) * Math.SQRT1_2,
  triangle,
  plus,
  frame: (u, v, r) => Math.abs(Math.max(Math.abs(u), Math.abs(v)) - 0.68 * r) - 0.18 * r,
  cross: (u, v, r) => plus((u + v) * Math.SQRT1_2, (u - v) * Math.SQRT1_2, r),
} as const satisfies { readonly [kind: string]: Distance };

export type ShapeKind = keyof typeof shapes;

export interface Scene {
  readonly size: number;
  readonly kind: ShapeKind;
  readonly noise: number;
  readonly clutter: number;
}

/** Centre, width and height of the shape, as fractions of the image's side. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Draws into `pixels` (size × size, row-major) and returns the box of what it drew. */
export function render(pixels: Float32Array, scene: Scene, random: Random): Box {
  const { size } = scene;
  const level = random.uniform(-0.1, 0.1);
  const slantX = random.uniform(-0.2, 0.2) / size;
  const slantY = random.uniform(-0.2, 0.2) / size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      pixels[y * size + x] = level + slantX * (x - size / 2) + slantY * (y - size / 2);
    }
  }
  for (let i = 0; i < scene.clutter; i++) drawSegment(pixels, size, random);
  const box = drawShape(pixels, scene, random);
  if (scene.noise > 0) {
    for (let i = 0; i < pixels.length; i++) pixels[i]! += random.normal(0, scene.noise);
  }
  return box;
}

function drawShape(pixels: Float32Array, { size, kind }: Scene, random: Random): Box {
  const radius = random.uniform(0.17, 0.32) * size;
  const centerX = random.uniform(radius, size - radius);
  const centerY = random.uniform(radius, size - radius);
  const angle = random.uniform(-0.3, 0.3);
  const contrast = random.uniform(0.4, 1);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const distance: Distance = shapes[kind];
  let [left, right, top, bottom] = [size, 0, size, 0];
  const reach = 1.2 * radius + 1;
  const window = { x: centerX, y: centerY, reach };
  paint(pixels, size, contrast, window, (x, y) => {
    const u = cos * (x - centerX) + sin * (y - centerY);
    const v = cos * (y - centerY) - sin * (x - centerX);
    const d = distance(u, v, radius);
    if (d < 0) {
      left = Math.min(left, x - 0.5);
      right = Math.max(right, x + 0.5);
      top = Math.min(top, y - 0.5);
      bottom = Math.max(bottom, y + 0.5);
    }
    return d;
  });
  const fraction = 1 / size;
  return [
    ((left + right) / 2) * fraction,
    ((top + bottom) / 2) * fraction,
    (right - left) * fraction,
    (bottom - top) * fraction,
  ];
}

/** A faint line, as thick as a pixel, anywhere. */
function drawSegment(pixels: Float32Array, size: number, random: Random): void {
  const x0 = random.uniform(0, size);
  const y0 = random.uniform(0, size);
  const angle = random.uniform(0, 2 * Math.PI);
  const length = random.uniform(0.1, 0.4) * size;
  const contrast = random.uniform(0.2, 0.6);
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const window = { x: x0 + (dx * length) / 2, y: y0 + (dy * length) / 2, reach: length / 2 + 2 };
  paint(pixels, size, contrast, window, (x, y) => {
    const along = Math.min(length, Math.max(0, (x - x0) * dx + (y - y0) * dy));
    const u = x - x0 - along * dx;
    const v = y - y0 - along * dy;
    return Math.sqrt(u * u + v * v) - 0.6;
  });
}

interface Window {
  readonly x: number;
  readonly y: number;
  /** Nothing is drawn further from (x, y) than this, along either axis. */
  readonly reach: number;
}

/** Moves each pixel towards `value`, as far as the shape covers it. */
function paint(
  pixels: Float32Array,
  size: number,
  value: number,
  window: Window,
  distance: (x: number, y: number) => number,
): void {
  const first = (center: number): number => Math.max(0, Math.floor(center - window.reach));
  const last = (center: number): number => Math.min(size, Math.ceil(center + window.reach));
  const right = last(window.x);
  const bottom = last(window.y);
  for (let row = first(window.y); row < bottom; row++) {
    for (let column = first(window.x); column < right; column++) {
      const coverage = Math.min(1, Math.max(0, 0.5 - distance(column + 0.5, row + 0.5)));
      if (coverage > 0) {
        const at = row * size + column;
        pixels[at]! += coverage * (value - pixels[at]!);
      }
    }
  }
}
