/**
 * Which of Plotly's bundles a page needs, and figures made fit to be embedded.
 *
 * The smallest bundle that has every trace type of the page is inlined once. Where none of the
 * small ones will do it is the "strict" one, which has all types and, unlike the full one, needs no
 * `Function` constructor, which the page's Content-Security-Policy forbids.
 * Source: plotly.js, dist/README.md, "Partial bundles"; a test holds these lists against it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { isJsonObject, type JsonObject, type JsonValue } from "../document/json.js";

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** Smallest first. */
export const bundles: readonly { readonly name: string; readonly types: readonly string[] }[] = [
  { name: "basic", types: ["bar", "pie", "scatter"] },
  {
    name: "cartesian",
    types: [
      ...["bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour"],
      ...["image", "pie", "scatter", "scatterternary", "violin"],
    ],
  },
  {
    name: "gl3d",
    types: [
      ...["cone", "isosurface", "mesh3d", "scatter", "scatter3d", "streamtube", "surface"],
      "volume",
    ],
  },
];

export interface PlotlyFigure {
  readonly data: readonly JsonObject[];
  readonly layout: JsonObject;
  readonly frames: readonly JsonValue[];
}

/** Reads the figure of an output, without what would reach the network; undefined if it is none. */
export function readFigure(value: JsonValue | undefined): PlotlyFigure | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.data)) return undefined;
  const data = value.data.filter(isJsonObject);
  const layout = isJsonObject(value.layout) ? value.layout : {};
  const frames = Array.isArray(value.frames) ? value.frames : [];
  return { data, layout: fitLayout(layout), frames };
}

/** The page sets the width; pictures come with the figure or not at all. */
function fitLayout(layout: JsonObject): JsonObject {
  const { width: _, images, ...rest } = layout;
  if (!Array.isArray(images)) return { ...rest, autosize: true };
  const local = images.filter(
    (image) => isJsonObject(image) && /^data:image\//.test(String(image.source)),
  );
  return { ...rest, autosize: true, images: local };
}

export function bundleFor(figures: readonly PlotlyFigure[]): string {
  const types = new Set(
    figures.flatMap((figure) => figure.data.map((trace) => String(trace.type ?? "scatter"))),
  );
  return (
    bundles.find((bundle) => [...types].every((type) => bundle.types.includes(type)))?.name ??
    "strict"
  );
}

/** The minified source of a bundle, safe inside a script element. */
export async function bundleSource(name: string): Promise<string> {
  const file = createRequire(import.meta.url).resolve(`plotly.js/dist/plotly-${name}.min.js`);
  const source = await readFile(file, "utf8");
  // Only inside strings and comments can these occur in JavaScript, where "\/" is "/".
  return source
    .replace(/\r\n?/g, "\n")
    .replace(/<\/script/gi, "<\\/script")
    .replace(/<!--/g, "<\\!--");
}
