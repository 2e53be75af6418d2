/**
 * Figures made fit to be embedded in a page, and the script that draws them.
 *
 * A figure loses what would reach the network, and its width, which the page sets.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../document/json.js";
import { bundleFor, bundleSource } from "../figures/static/plotly-bundle.js";

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

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

/** The script that draws all these figures, fit to stand inside a script element. */
export async function plotlyScript(figures: readonly PlotlyFigure[]): Promise<string> {
  const types = figures.flatMap(({ data }) => data.map((trace) => String(trace.type ?? "scatter")));
  const source = await bundleSource(bundleFor(types));
  // Only inside strings and comments can these occur in JavaScript, where "\/" is "/".
  return source
    .replace(/\r\n?/g, "\n")
    .replace(/<\/script/gi, "<\\/script")
    .replace(/<!--/g, "<\\!--");
}
