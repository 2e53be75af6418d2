/**
 * Resizing images, bilinear and to the nearest pixel, in row-major NHWC arrays of either precision.
 *
 * Both are linear and separable: along each axis an output place is a weighted mean of one or two
 * input places. The same list of weights serves the op and its adjoint, so that they fit together
 * whatever the corner convention.
 */

export interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** One output place of an axis: low·(1 − weight) + high·weight. */
interface Blend {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

export type Axis = readonly Blend[];

export function bilinearAxis(from: number, to: number, attrs: ResizeAttributes): Axis {
  const scale = scaleOf(from, to, attrs.alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const place = attrs.halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
    const low = Math.max(0, Math.floor(place));
    return { low, high: Math.min(from - 1, Math.ceil(place)), weight: Math.max(0, place - low) };
  });
}

export function nearestAxis(from: number, to: number, attrs: ResizeAttributes): Axis {
  const scale = scaleOf(from, to, attrs.alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const place = attrs.halfPixelCenters ? (i + 0.5) * scale : i * scale;
    const nearest = attrs.alignCorners ? Math.round(place) : Math.floor(place);
    const low = Math.max(0, Math.min(from - 1, nearest));
    return { low, high: low, weight: 0 };
  });
}

function scaleOf(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/**
 * Visits each pair of a small run of channels in the input and in the output, with its weight.
 * `shape` is the input's.
 */
export function forEachBlend(
  shape: readonly number[],
  rows: Axis,
  columns: Axis,
  visit: (inside: number, at: number, weight: number) => void,
): void {
  const [batch = 1, height = 1, width = 1, channels = 1] = shape;
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (const row of rows) {
      for (const column of columns) {
        for (const [y, alongRows] of ends(row)) {
          for (const [x, alongColumns] of ends(column)) {
            const inside = ((b * height + y) * width + x) * channels;
            visit(inside, at, alongRows * alongColumns);
          }
        }
        at += channels;
      }
    }
  }
}

function ends({ low, high, weight }: Blend): [number, number][] {
  return weight === 0
    ? [[low, 1]]
    : [
        [low, 1 - weight],
        [high, weight],
      ];
}
