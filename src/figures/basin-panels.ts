/**
 * Maps of basins side by side, one for each method on the same square, or one square in another: what
 * a slider shows one after the other, seen at once. Maps of one square share the ticks of the margin;
 * a map that lies inside the one before it is framed there.
 */
import type { Data, Layout, Shape } from "plotly.js";
import { type Axis, plotlyAxis } from "./axis.js";
import { type BasinMap, layers, span } from "./basins.js";
import { Figure } from "./figure.js";

export interface BasinPanelsOptions {
  /** The maps by the names that stand above them. */
  readonly maps: { readonly [name: string]: BasinMap };
  /** Maps in a row; 3. */
  readonly columns?: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly caption?: string;
  readonly alt: string;
}

const GAP = { x: 0.07, y: 0.1 };

/**
 * Maps side by side, by name.
 *
 * @example
 * const map = {
 *   xs: [0, 1],
 *   ys: [0],
 *   labels: [[0, -1]],
 *   steps: [[3, 9]],
 *   attractors: [{ x: [0, 0], kind: "minimum" }],
 * };
 * const words = { x: { title: "x" }, y: { title: "y" }, alt: "0 is drawn to M1, 1 is not." };
 * figures.basinPanels({ maps: { newton: map, descent: map }, ...words }).data.length; // 6
 */
export function basinPanels(options: BasinPanelsOptions): Figure {
  const { maps, columns = 3, caption, alt } = options;
  const names = Object.keys(maps);
  if (names.length === 0) throw new RangeError("figures.basinPanels: there is no map to show");
  const rows = Math.ceil(names.length / columns);
  const panels = names.map((name, i) => panel(options, name, i, columns, rows));
  return new Figure({
    data: panels.flatMap(({ data }) => data),
    layout: {
      height: 60 + 250 * rows,
      margin: { l: 56, r: 12, t: 36, b: 48 },
      ...Object.assign({}, ...panels.map(({ axes }) => axes)),
      annotations: panels.map(({ title }) => title),
      shapes: names.slice(1).flatMap((name, i) => frame(maps[name]!, maps[names[i]!]!, i)),
    },
    ...(caption === undefined ? {} : { caption }),
    alt,
  });
}

interface Panel {
  readonly data: readonly Data[];
  readonly axes: { readonly [name: string]: object };
  readonly title: NonNullable<Layout["annotations"]>[number];
}

function panel(
  { maps, x, y }: BasinPanelsOptions,
  name: string,
  index: number,
  columns: number,
  rows: number,
): Panel {
  const map = sameColours(maps[name]!, Object.values(maps));
  const suffix = index === 0 ? "" : String(index + 1);
  const [column, row] = [index % columns, Math.floor(index / columns)];
  const width = (1 - GAP.x * (columns - 1)) / columns;
  const height = (1 - GAP.y * (rows - 1)) / rows;
  const [left, top] = [column * (width + GAP.x), 1 - row * (height + GAP.y)];
  const common = { zeroline: false, constrain: "domain", showline: false } as const;
  const isLowest = row === rows - 1;
  const isAlone = !Object.values(maps).every(
    ({ xs, ys }) => xs[0] === map.xs[0] && ys[0] === map.ys[0],
  );
  return {
    data: layers(map).map((trace) => place(trace, suffix)),
    axes: {
      [`xaxis${suffix}`]: {
        ...plotlyAxis({ range: span(map.xs), ...x, title: isLowest ? x.title : "" }),
        ...common,
        anchor: `y${suffix}`,
        domain: [left, left + width],
        showticklabels: isLowest || isAlone,
      },
      [`yaxis${suffix}`]: {
        ...plotlyAxis({ range: span(map.ys), ...y, title: column === 0 ? y.title : "" }),
        ...common,
        anchor: `x${suffix}`,
        scaleanchor: `x${suffix}`,
        domain: [Math.max(0, top - height), top],
        showticklabels: column === 0 || isAlone,
      },
    },
    title: {
      text: name,
      x: left + width / 2,
      y: top,
      xref: "paper",
      yref: "paper",
      xanchor: "center",
      yanchor: "bottom",
      showarrow: false,
    },
  };
}

/** The edge of a map on the panel of one that it lies inside, white on dark so that any colour shows it. */
function frame(inner: BasinMap, outer: BasinMap, index: number): Partial<Shape>[] {
  const isInside = (["xs", "ys"] as const).every((axis) => {
    const [[low, high], [least, most]] = [span(inner[axis]), span(outer[axis])];
    return low >= least && high <= most && high - low < most - least;
  });
  if (!isInside) return [];
  const suffix = index === 0 ? "" : String(index + 1);
  const [[x0, x1], [y0, y1]] = [span(inner.xs), span(inner.ys)];
  const at = { type: "rect", xref: `x${suffix}` as "x", yref: `y${suffix}` as "y" } as const;
  const line = (color: string, width: number) => ({
    ...at,
    x0,
    x1,
    y0,
    y1,
    line: { color, width },
  });
  return [line("#101418", 4), line("#ffffff", 2)];
}

/** A layer on the axes of its panel; names of the points would crowd so small a map. */
function place(trace: Data, suffix: string): Data {
  const at = { xaxis: `x${suffix}` as "x", yaxis: `y${suffix}` as "y" };
  return trace.type === "scatter"
    ? { ...trace, ...at, mode: "markers", marker: { ...trace.marker, size: 6 } }
    : { ...trace, ...at };
}

/** The map in terms of the points of the one that found most, so that a point has one colour. */
function sameColours(map: BasinMap, all: readonly BasinMap[]): BasinMap {
  const { attractors } = all.reduce((a, b) => (b.attractors.length > a.attractors.length ? b : a));
  const near = (p: ArrayLike<number>, q: ArrayLike<number>) =>
    Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!) < 1e-3;
  const places = map.attractors.map(({ x }) => attractors.findIndex((other) => near(x, other.x)));
  if (places.includes(-1)) return map;
  return {
    ...map,
    attractors,
    labels: map.labels.map((row) => row.map((label) => (label < 0 ? label : places[label]!))),
  };
}
