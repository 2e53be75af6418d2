/** The first page of a site: its title and its chapters in order, each with what it is about. */
import { readChapter, titleOf } from "../document/chapter.js";
import type { Notebook } from "../document/notebook.js";
import { escapeHtml } from "./escape.js";
import { document } from "./export-page.js";
import { Highlighter } from "./highlight.js";
import { katexStyle } from "./katex-style.js";
import { MarkdownRenderer } from "./markdown.js";
import { stylesheet } from "./stylesheet.js";

export interface IndexEntry {
  readonly href: string;
  readonly name: string;
  readonly notebook: Notebook;
}

export async function indexPage(title: string, entries: readonly IndexEntry[]): Promise<string> {
  const markdown = new MarkdownRenderer({
    highlighter: await Highlighter.create([]),
    resolveImage: () => undefined,
    resolveLink: (href) => href,
  });
  const body =
    `<a class="skip" href="#content">Skip to the chapters</a><div class="layout index">` +
    `<header class="chapter"><h1>${escapeHtml(title)}</h1>${lead(entries)}</header><main id="content">` +
    `<ol class="entries">${entries.map((entry) => item(entry, markdown)).join("\n")}</ol></main></div>`;
  const style = stylesheet + listStyle + (await katexStyle(body));
  return document({ title, style, body, scripts: [], language: "en" });
}

/** What the lists below the titles are. */
function lead(entries: readonly IndexEntry[]): string {
  const chapters = entries.map(({ notebook }) => readChapter(notebook));
  if (!chapters.some((chapter) => (chapter?.objectives ?? []).length > 0)) return "";
  const count = entries.length === 1 ? "One chapter" : `${entries.length} chapters`;
  return `<p class="lead">${count}, and what you will be able to do after each.</p>`;
}

function item({ href, name, notebook }: IndexEntry, markdown: MarkdownRenderer): string {
  const chapter = readChapter(notebook);
  const number =
    chapter?.number === undefined ? "" : `<p class="eyebrow">Chapter ${chapter.number}</p>`;
  const title = markdown.renderInline(titleOf(notebook, name));
  const objectives = (chapter?.objectives ?? []).map(
    (text) => `<li>${markdown.renderInline(text)}</li>`,
  );
  const list = objectives.length === 0 ? "" : `<ul>${objectives.join("")}</ul>`;
  return `<li class="entry">${number}<h2><a href="${escapeHtml(href)}">${title}</a></h2>${list}</li>`;
}

const listStyle = `
.layout.index{display:block;max-width:47rem}
.lead{margin:.9rem 0 0;color:var(--soft)}
.entries{list-style:none;padding:0;margin:0}
.entry{margin:0 0 2.4rem}
.entry h2{margin:0 0 .5rem}
.entry h2 a{text-decoration:none}
.entry h2 a:hover{text-decoration:underline}
.entry ul{list-style:disc;color:var(--soft);font-size:1rem}
`;
