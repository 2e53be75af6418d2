/**
 * How long an SVG path is, and where on it a distance ends: for arrows and contour labels.
 *
 * Curves count as the straight lines between their end points, which is what Plotly's contours and
 * annotation lines are made of. Source: SVG 1.1, 8.3, "Path data".
 */
type Point = readonly [x: number, y: number];

/** How many numbers each command takes; the last two are its end point. */
const arity: Readonly<Record<string, number>> = {
  M: 2,
  L: 2,
  T: 2,
  Q: 4,
  S: 4,
  C: 6,
  A: 7,
  H: 1,
  V: 1,
};

export function pathLength(path: string): number {
  return segmentsOf(path).reduce((sum, [from, to]) => sum + distance(from, to), 0);
}

/** The point at this distance from the start, kept within the path. */
export function pointAtLength(path: string, length: number): { x: number; y: number } {
  const segments = segmentsOf(path);
  let left = Math.max(0, length);
  for (const [from, to] of segments) {
    const size = distance(from, to);
    if (left <= size && size > 0) {
      const t = left / size;
      return { x: from[0] + t * (to[0] - from[0]), y: from[1] + t * (to[1] - from[1]) };
    }
    left -= size;
  }
  const [x, y] = segments.at(-1)?.[1] ?? [0, 0];
  return { x, y };
}

function segmentsOf(path: string): (readonly [Point, Point])[] {
  const segments: (readonly [Point, Point])[] = [];
  let at: Point = [0, 0];
  let start: Point = [0, 0];
  for (const [, command = "", list = ""] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    const name = command.toUpperCase();
    const numbers = (list.match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/gi) ?? []).map(Number);
    if (name === "Z") {
      segments.push([at, start]);
      at = start;
      continue;
    }
    const count = arity[name] ?? 2;
    for (let i = 0; i + count <= numbers.length; i += count) {
      const to = endPoint(name, command !== name, at, numbers.slice(i, i + count));
      if (name === "M" && i === 0) start = to;
      else segments.push([at, to]);
      at = to;
    }
  }
  return segments;
}

function endPoint(name: string, isRelative: boolean, at: Point, numbers: readonly number[]): Point {
  const [x, y] = isRelative ? at : [0, 0];
  const last = numbers.at(-1) ?? 0;
  if (name === "H") return [x + last, at[1]];
  if (name === "V") return [at[0], y + last];
  return [x + (numbers.at(-2) ?? 0), y + last];
}

function distance([x0, y0]: Point, [x1, y1]: Point): number {
  return Math.hypot(x1 - x0, y1 - y0);
}
