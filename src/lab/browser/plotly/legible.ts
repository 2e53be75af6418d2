/**
 * What keeps a figure legible, as on the static pages: the buttons that appear over it stand in its
 * right margin, where no legend is, and powers of ten are as large as other ticks.
 */
import type { PartialJSONObject } from "@lumino/coreutils";
import { isObject } from "./figure.js";

/** `layout` with both, where it says nothing itself. */
export function legible(layout: PartialJSONObject): PartialJSONObject {
  const modebar = { orientation: "v", ...(isObject(layout.modebar) ? layout.modebar : {}) };
  // Plotly sets powers of ten a quarter larger than the font it is given.
  const tickfont = { size: 0.8 * fontSize(layout) };
  const axes = Object.entries(layout).flatMap(([key, axis]) => {
    const isPower = isObject(axis) && axis.type === "log" && axis.exponentformat === "power";
    return /^[xy]axis/.test(key) && isPower ? [[key, { tickfont, ...axis }] as const] : [];
  });
  return { ...layout, ...Object.fromEntries(axes), modebar };
}

function fontSize({ font, template }: PartialJSONObject): number {
  const inherited = isObject(template) && isObject(template.layout) ? template.layout.font : {};
  for (const each of [font, inherited]) {
    if (isObject(each) && typeof each.size === "number") return each.size;
  }
  return 12;
}
