/**
 * KaTeX's stylesheet with its fonts inside, and only the fonts that a page can use.
 *
 * The alphabets that few formulas use (calligraphic, Fraktur, script, …) are a third of the bytes;
 * each is kept only if its class occurs in the page. Browsers read woff2, so the older formats go.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Font family → what in the page's HTML calls for it. */
const rare: Readonly<Record<string, RegExp>> = {
  Caligraphic: /\bmathcal\b|\bmathbfcal\b/,
  Fraktur: /\bmathfrak\b|\bmathboldfrak\b/,
  Script: /\bmathscr\b/,
  SansSerif: /\bmathsf\b|\bmathitsf\b|\bmathboldsf\b|\btextsf\b/,
  Typewriter: /\bmathtt\b|\btexttt\b/,
};

/** The style for a page with this HTML; "" when it has no mathematics. */
export async function katexStyle(html: string): Promise<string> {
  if (!html.includes('class="katex')) return "";
  const folder = dirname(createRequire(import.meta.url).resolve("katex/dist/katex.min.css"));
  const css = await readFile(join(folder, "katex.min.css"), "utf8");
  let style = "";
  let end = 0;
  for (const face of css.matchAll(/@font-face\{[^}]*\}/g)) {
    const { index = 0 } = face;
    style += css.slice(end, index);
    end = index + face[0].length;
    const file = /url\(fonts\/(KaTeX_([A-Za-z0-9]+)-[A-Za-z]+\.woff2)\)/.exec(face[0]);
    const needed = rare[file?.[2] ?? ""];
    if (file === null || (needed !== undefined && !needed.test(html))) continue;
    const data = await readFile(join(folder, "fonts", file[1] ?? ""), "base64");
    const source = `src:url(data:font/woff2;base64,${data}) format("woff2")`;
    style += face[0].replace(/src:[^}]*/, source);
  }
  return style + css.slice(end);
}
