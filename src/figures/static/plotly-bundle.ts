/**
 * Which of Plotly's bundles draws a set of figures.
 *
 * The smallest one that has every trace type; where none of the small ones will do it is "strict",
 * which has all types and, unlike the full one, needs no `Function` constructor, which a page's
 * Content-Security-Policy forbids. Source: plotly.js, dist/README.md, "Partial bundles"; a test
 * holds these lists against it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

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

/** The smallest bundle with all these trace types. */
export function bundleFor(types: Iterable<string>): string {
  const all = [...types];
  const fits = bundles.find((bundle) => all.every((type) => bundle.types.includes(type)));
  return fits?.name ?? "strict";
}

/** The minified source of a bundle. */
export async function bundleSource(name: string): Promise<string> {
  const file = createRequire(import.meta.url).resolve(`plotly.js/dist/plotly-${name}.min.js`);
  return await readFile(file, "utf8");
}
