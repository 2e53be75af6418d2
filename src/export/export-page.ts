/**
 * A notebook → one HTML page that needs nothing else: no network, no server, no kernel.
 *
 * Everything is inside: style, fonts, pictures, the figures as JSON and the Plotly bundle that draws
 * them. The Content-Security-Policy allows no request and only the scripts whose hashes it names, so
 * that nothing a notebook brings can run. Without scripts the page still reads: figures are pictures
 * or their descriptions, and solutions fold by themselves.
 */
import { createHash } from "node:crypto";
import { readChapter, titleOf } from "../document/chapter.js";
import { isJsonObject } from "../document/json.js";
import type { Notebook } from "../document/notebook.js";
import { renderCells } from "./cells.js";
import { escapeHtml } from "./escape.js";
import { Highlighter } from "./highlight.js";
import { katexStyle } from "./katex-style.js";
import { type Heading, MarkdownRenderer } from "./markdown.js";
import { pageScript } from "./page-script.js";
import { type PlotlyFigure, plotlyScript } from "./plotly.js";
import { stylesheet } from "./stylesheet.js";

export interface PageLink {
  readonly href: string;
  readonly title: string;
}

export interface PageOptions {
  /** What the page is called when the notebook does not say. */
  readonly name: string;
  /** A picture beside the notebook → its `data:` URL; undefined leaves a link. */
  readonly resolveImage?: (source: string) => string | undefined;
  readonly resolveLink?: (href: string) => string;
  readonly previous?: PageLink;
  readonly next?: PageLink;
  readonly index?: PageLink;
}

export async function exportPage(notebook: Notebook, options: PageOptions): Promise<string> {
  const highlighter = await Highlighter.create(languagesOf(notebook));
  const markdown = new MarkdownRenderer({
    highlighter,
    resolveImage: options.resolveImage ?? (() => undefined),
    resolveLink: options.resolveLink ?? ((href) => href),
  });
  const figures: PlotlyFigure[] = [];
  const title = titleOf(notebook, options.name);
  const cells = renderCells(withoutTitle(notebook, title), {
    markdown,
    figures,
    highlighter,
    language: languageOf(notebook),
  });
  const body =
    `<a class="skip" href="#content">Skip to the text</a><div class="layout">` +
    `${header(notebook, title, markdown)}${contents(markdown.headings)}` +
    `<main id="content">${cells}${neighbours(options)}</main></div>`;
  const scripts = figures.length === 0 ? [] : [await plotlyScript(figures), pageScript];
  const style = stylesheet + highlighter.stylesheet() + (await katexStyle(body));
  return document({ title, style, body, scripts, language: "en" });
}

/** The whole document around a body; also that of the site's index. */
export function document(parts: {
  readonly title: string;
  readonly style: string;
  readonly body: string;
  readonly scripts: readonly string[];
  readonly language: string;
}): string {
  const hashes = parts.scripts.map(
    (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  const policy = [
    "default-src 'none'",
    `script-src ${hashes.join(" ") || "'none'"}`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="${parts.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="curvlab">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(parts.title)}</title>
<style>${parts.style.replace(/<\/style/gi, "<\\/style")}</style>
</head>
<body>
${parts.body}
${parts.scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`;
}

function header(notebook: Notebook, title: string, markdown: MarkdownRenderer): string {
  const chapter = readChapter(notebook);
  const eyebrow =
    chapter?.number === undefined ? "" : `<p class="eyebrow">Chapter ${chapter.number}</p>`;
  const list = (name: string, items: readonly string[]) =>
    items.length === 0
      ? ""
      : `<h2>${name}</h2><ul>${items.map((item) => `<li>${markdown.renderInline(item)}</li>`).join("")}</ul>`;
  const facts =
    list("What you will be able to do", chapter?.objectives ?? []) +
    list("Before this", chapter?.prerequisites ?? []);
  return (
    `<header class="chapter">${eyebrow}<h1>${markdown.renderInline(title)}</h1>` +
    `${facts === "" ? "" : `<aside class="facts" aria-label="About this chapter">${facts}</aside>`}</header>`
  );
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter((heading) => heading.level === 2 || heading.level === 3);
  if (shown.length < 2) return "";
  const items = shown.map(
    ({ level, id, html }) =>
      `<li${level === 3 ? ' class="sub"' : ""}><a href="#${escapeHtml(encodeURIComponent(id))}">${html.replace(/<\/?a\b[^>]*>/g, "")}</a></li>`,
  );
  return `<nav class="toc" aria-label="Contents"><h2>Contents</h2><ol>${items.join("")}</ol></nav>`;
}

function neighbours({ previous, next, index }: PageOptions): string {
  const link = (page: PageLink | undefined, before: string, after: string, rel: string) =>
    page === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${escapeHtml(page.href)}">${before}${escapeHtml(page.title)}${after}</a>`;
  if (previous === undefined && next === undefined && index === undefined) return "";
  return (
    `<nav class="chapters" aria-label="Chapters">${link(previous, "← ", "", "prev")}` +
    `${link(index, "", "", "up")}${link(next, "", " →", "next")}</nav>`
  );
}

/** The header shows the title: the heading that says the same is not shown twice. */
function withoutTitle(notebook: Notebook, title: string): Notebook {
  let found = false;
  const cells = notebook.cells.map((cell) => {
    if (found || cell.type !== "markdown") return cell;
    const source = cell.source.replace(/^\s*#[ \t]+(.+)\n?/, (line, text: string) => {
      const same = text.replace(/[*_`]/g, "").trim().endsWith(title);
      found = true;
      return same ? "" : line;
    });
    return source === cell.source ? cell : { ...cell, source };
  });
  return { ...notebook, cells };
}

/** The language that a notebook's code is highlighted as. */
function languageOf(notebook: Notebook): string {
  const { kernelspec, language_info: info } = notebook.metadata;
  const named =
    (isJsonObject(info) ? info.name : undefined) ??
    (isJsonObject(kernelspec) ? kernelspec.language : undefined);
  return typeof named === "string" && named !== "" ? named.toLowerCase() : "typescript";
}

function languagesOf(notebook: Notebook): string[] {
  const fences = notebook.cells.flatMap((cell) =>
    cell.type === "markdown"
      ? [...cell.source.matchAll(/^\s*(?:```|~~~)\s*([\w+#-]+)/gm)].map((match) => match[1] ?? "")
      : [],
  );
  return [languageOf(notebook), ...fences];
}
