/**
 * A figure that can be drawn as SVG: the one given, or a flat view of the same data.
 *
 * Three dimensions need WebGL, which only a browser has. A surface becomes its contours, points in
 * space their projection along z; a figure with other such traces has no static picture.
 */
export interface FigureData {
  readonly data: readonly Trace[];
  readonly layout: { readonly [key: string]: unknown };
}
export type Trace = { readonly [key: string]: unknown };

const spatial: Readonly<Record<string, (trace: Trace) => Trace | undefined>> = {
  surface: ({ x, y, z, colorscale, reversescale, name }) => ({
    type: "contour",
    ...given({ x: ticksOf(x), y: ticksOf(y), z, colorscale, reversescale, name }),
  }),
  scatter3d: ({ x, y, mode, name, marker, line }) => ({
    type: "scatter",
    ...given({ x, y, mode, name, marker: plainColors(marker), line: plainColors(line) }),
  }),
  scattergl: (trace) => ({ ...trace, type: "scatter" }),
};

/** Trace types that draw with WebGL or fetch maps: no SVG without a browser. */
const impossible =
  /^(mesh3d|isosurface|volume|cone|streamtube|parcoords|splom|scatterpolargl|.*map(box)?|.*geo|choropleth)$/;

/** The figure to draw instead of `figure`, or undefined when there is none. */
export function flatten(figure: FigureData): FigureData | undefined {
  const data: Trace[] = [];
  let changed = false;
  for (const trace of figure.data) {
    const type = String(trace.type ?? "scatter");
    const convert = Object.hasOwn(spatial, type) ? spatial[type] : undefined;
    if (convert === undefined && type !== "heatmap" && impossible.test(type)) return undefined;
    const flat = convert === undefined ? trace : convert(trace);
    if (flat === undefined) return undefined;
    changed ||= convert !== undefined;
    data.push(flat);
  }
  return changed ? { data, layout: flatLayout(figure.layout) } : figure;
}

/** The scene's axes become the plot's. */
function flatLayout(layout: FigureData["layout"]): FigureData["layout"] {
  const { scene, ...rest } = layout;
  const { xaxis, yaxis } = (scene ?? {}) as { xaxis?: Trace; yaxis?: Trace };
  return { ...rest, ...given({ xaxis: titled(xaxis), yaxis: titled(yaxis) }) };
}

function titled(axis: Trace | undefined): Trace | undefined {
  return axis?.title === undefined ? undefined : { title: axis.title };
}

/** A surface's x and y may be given for every point; contours want one row and one column. */
function ticksOf(values: unknown): unknown {
  return Array.isArray(values) && Array.isArray(values[0]) ? undefined : values;
}

function plainColors(style: unknown): unknown {
  if (typeof style !== "object" || style === null || !("color" in style)) return undefined;
  return typeof style.color === "string" ? { color: style.color } : undefined;
}

function given(fields: Trace): Trace {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
