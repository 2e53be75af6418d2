/** The first page of a site: its title and its chapters in order, each with what it is about. */
import { readChapter, titleOf } from "../document/chapter.js";
import type { Notebook } from "../document/notebook.js";
import { escapeHtml } from "./escape.js";
import { document } from "./export-page.js";
import { stylesheet } from "./stylesheet.js";

export interface IndexEntry {
  readonly href: string;
  readonly name: string;
  readonly notebook: Notebook;
}

export function indexPage(title: string, entries: readonly IndexEntry[]): string {
  const items = entries.map(({ href, name, notebook }) => {
    const chapter = readChapter(notebook);
    const number =
      chapter?.number === undefined ? "" : `<p class="eyebrow">Chapter ${chapter.number}</p>`;
    const objectives = (chapter?.objectives ?? []).map((text) => `<li>${escapeHtml(text)}</li>`);
    return (
      `<li class="entry">${number}<h2><a href="${escapeHtml(href)}">${escapeHtml(titleOf(notebook, name))}</a></h2>` +
      `${objectives.length === 0 ? "" : `<ul>${objectives.join("")}</ul>`}</li>`
    );
  });
  const body =
    `<a class="skip" href="#content">Skip to the chapters</a><div class="layout">` +
    `<header class="chapter"><h1>${escapeHtml(title)}</h1></header>` +
    `<main id="content"><ol class="entries">${items.join("\n")}</ol></main></div>`;
  return document({ title, style: stylesheet + listStyle, body, scripts: [], language: "en" });
}

const listStyle = `
.entries{list-style:none;padding:0;margin:0}
.entry{margin:0 0 2.4rem}
.entry h2{margin:0 0 .5rem}
.entry h2 a{text-decoration:none}
.entry h2 a:hover{text-decoration:underline}
.entry ul{color:var(--soft);font-size:1rem}
`;
