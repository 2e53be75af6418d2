/**
 * A cell's outputs → HTML: of each MIME bundle the richest form that is safe to show.
 *
 * Figures come with their static picture, which stays where JavaScript is off. SVG is shown as an
 * image, in which nothing runs or is fetched; JavaScript outputs are never run.
 */

import type { CellNotes } from "../document/chapter.js";
import type { JsonValue } from "../document/json.js";
import type { MimeBundle, Output } from "../document/notebook.js";
import { ansiToHtml } from "./ansi.js";
import { escapeHtml, jsonForScript } from "./escape.js";
import type { MarkdownRenderer } from "./markdown.js";
import { renderMath } from "./math.js";
import { PLOTLY_MIME, type PlotlyFigure, readFigure } from "./plotly.js";
import { sanitizeHtml } from "./sanitize.js";

export interface OutputEnvironment {
  readonly markdown: MarkdownRenderer;
  /** Every figure shown, in order: the page inlines the bundle that draws them all. */
  readonly figures: PlotlyFigure[];
}

export function renderOutput(
  output: Output,
  notes: CellNotes,
  environment: OutputEnvironment,
): string {
  switch (output.type) {
    case "stream":
      return `<pre class="stream ${output.name === "stderr" ? "stderr" : "stdout"}" tabindex="0">${ansiToHtml(output.text)}</pre>`;
    case "error":
      return renderError(output.ename, output.evalue, output.traceback);
    case "display_data":
    case "execute_result":
      return renderBundle(output.data, notes, environment);
  }
}

function renderError(ename: string, evalue: string, traceback: readonly string[]): string {
  const text = traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`;
  return `<pre class="error" role="note" aria-label="Error" tabindex="0">${ansiToHtml(text)}</pre>`;
}

type Render = (text: string, notes: CellNotes, environment: OutputEnvironment) => string;

/** Richest first. */
const renderers: readonly (readonly [string, Render])[] = [
  ["text/html", (html) => `<div class="rich">${markWords(sanitizeHtml(html))}</div>`],
  ["text/markdown", (text, _, { markdown }) => `<div class="rich">${markdown.render(text)}</div>`],
  ["image/svg+xml", (svg, notes) => pictureOf("image/svg+xml", toBase64(svg), notes)],
  ...["image/png", "image/jpeg", "image/gif", "image/webp"].map(
    (type): readonly [string, Render] => [
      type,
      (data, notes) => pictureOf(type, readBase64(data), notes),
    ],
  ),
  ["text/latex", (tex) => `<div class="rich">${renderLatex(tex)}</div>`],
];

/** A name such as `saddle-free-newton` is one word: its cell is marked, and not broken at a hyphen. */
function markWords(html: string): string {
  return html.replace(/<td>(?=[^<\s]+<\/td>)/g, '<td class="word">');
}

function renderBundle(data: MimeBundle, notes: CellNotes, environment: OutputEnvironment): string {
  const figure = readFigure(data[PLOTLY_MIME]);
  if (figure !== undefined) return renderFigure(figure, data, notes, environment);
  for (const [type, render] of renderers) {
    const value = data[type];
    if (typeof value === "string") return render(value, notes, environment);
  }
  const json = jsonOf(data);
  if (json !== undefined) {
    return `<pre class="result" tabindex="0">${escapeHtml(JSON.stringify(json, null, 2))}</pre>`;
  }
  const text = data["text/plain"];
  if (typeof text === "string" && text !== "") {
    return `<pre class="result" tabindex="0">${ansiToHtml(text)}</pre>`;
  }
  return `<p class="omitted">Output of type ${escapeHtml(Object.keys(data).join(", "))} is not shown here.</p>`;
}

function renderFigure(
  figure: PlotlyFigure,
  data: MimeBundle,
  notes: CellNotes,
  environment: OutputEnvironment,
): string {
  environment.figures.push(figure);
  const own = describedIn(data["text/plain"]);
  const alt = notes.alt ?? own.alt ?? titleOf(figure) ?? "A figure without a description";
  const caption = notes.caption ?? own.caption;
  const height = typeof figure.layout.height === "number" ? figure.layout.height : 450;
  const label = notes.label === undefined ? "" : ` id="${escapeHtml(notes.label)}"`;
  return (
    `<figure class="plotly"${label}>` +
    `<div class="plot" style="min-height:${Math.round(height)}px" role="img" aria-label="${escapeHtml(alt)}">` +
    `${staticPicture(data, alt)}</div>` +
    `<script type="application/json">${jsonForScript(figure)}</script>` +
    `${captionOf(caption, environment)}</figure>`
  );
}

/** Shown until the figure is drawn, and for good where scripts are off. */
function staticPicture(data: MimeBundle, alt: string): string {
  const svg = data["image/svg+xml"];
  if (typeof svg === "string") return image("image/svg+xml", toBase64(svg), alt);
  const png = data["image/png"];
  if (typeof png === "string") return image("image/png", readBase64(png), alt);
  return `<noscript><p class="alt">${escapeHtml(alt)}</p></noscript>`;
}

function pictureOf(type: string, base64: string, notes: CellNotes): string {
  if (base64 === "") return `<p class="omitted">A picture (${type}) that is damaged.</p>`;
  const picture = image(type, base64, notes.alt ?? "");
  if (notes.caption === undefined) return `<div class="rich">${picture}</div>`;
  return `<figure>${picture}<figcaption>${escapeHtml(notes.caption)}</figcaption></figure>`;
}

function image(type: string, base64: string, alt: string): string {
  return `<img src="data:${type};base64,${base64}" alt="${escapeHtml(alt)}">`;
}

function captionOf(caption: string | undefined, { markdown }: OutputEnvironment): string {
  return caption === undefined ? "" : `<figcaption>${markdown.render(caption)}</figcaption>`;
}

/** curvlab's figures describe themselves as text: `[Figure] caption`, then the words for it. */
function describedIn(text: JsonValue | undefined): { caption?: string; alt?: string } {
  const match = /^\[Figure\] ([^\n]*)(?:\n([\s\S]*))?$/.exec(typeof text === "string" ? text : "");
  const [, first, rest] = match ?? [];
  if (first === undefined) return {};
  return rest === undefined ? { alt: first } : { caption: first, alt: rest };
}

function titleOf(figure: PlotlyFigure): string | undefined {
  const { title } = figure.layout;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  return typeof text === "string" ? text.replace(/<[^>]*>/g, " ").trim() : undefined;
}

function jsonOf(data: MimeBundle): JsonValue | undefined {
  const type = Object.keys(data).find((key) => /^application\/(.*\+)?json$/.test(key));
  return type === undefined || "text/plain" in data ? undefined : data[type];
}

function renderLatex(tex: string): string {
  const inner = tex
    .trim()
    .replace(/^\$\$?|\$\$?$/g, "")
    .replace(/^\\\[|\\\]$/g, "");
  return renderMath(inner, true);
}

/** The data of a picture, or "" for what is no base64. */
function readBase64(data: string): string {
  const compact = data.replace(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? compact : "";
}

function toBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
