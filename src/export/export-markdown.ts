/**
 * A notebook → Markdown with its pictures as files beside it, for wikis and code hosts.
 *
 * Prose stays as it was written; code and results become fenced blocks; a figure is its static
 * picture with its description. A fence is longer than any inside it.
 */
import { readCellNotes } from "../document/chapter.js";
import { isJsonObject, type JsonValue } from "../document/json.js";
import type { Cell, CodeCell, MimeBundle, Notebook, Output } from "../document/notebook.js";
import { withoutAnsi } from "./ansi.js";
import { escapeHtml } from "./escape.js";
import { sanitizeHtml } from "./sanitize.js";

export interface MarkdownDocument {
  readonly text: string;
  /** Path, relative to the document → content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** `name` names the folder of the pictures: `name_files/`. */
export function exportMarkdown(notebook: Notebook, name: string): MarkdownDocument {
  const files = new Map<string, Uint8Array>();
  const language = languageOf(notebook);
  const parts = notebook.cells.map((cell, index) => {
    if (cell.type === "raw") return "";
    const store = (picture: Picture, number: number) => {
      const path = `${name}_files/cell-${index}-${number}.${picture.extension}`;
      files.set(path, picture.bytes);
      return path;
    };
    return cell.type === "code"
      ? codeText(cell, index, language, store)
      : markdownText(cell, (picture, number) => store(picture, number));
  });
  return { text: `${parts.filter((part) => part !== "").join("\n\n")}\n`, files };
}

interface Picture {
  readonly extension: string;
  readonly bytes: Uint8Array;
}
type Store = (picture: Picture, number: number) => string;

function markdownText(cell: Exclude<Cell, CodeCell>, store: Store): string {
  let text = cell.source.trimEnd();
  Object.entries(cell.attachments ?? {}).forEach(([name, bundle], number) => {
    const picture = pictureIn(bundle);
    if (picture === undefined) return;
    text = text.replaceAll(`attachment:${encodeURI(name)}`, store(picture, number));
  });
  return text;
}

function codeText(cell: CodeCell, index: number, language: string, store: Store): string {
  const notes = readCellNotes(cell, index);
  const source = cell.source.trim() === "" ? [] : [fenced(cell.source.trimEnd(), language)];
  const outputs = cell.outputs.map((output, number) => {
    const text = outputText(output, (picture) => store(picture, number), notes.alt);
    return number === 0 && notes.caption !== undefined ? `${text}\n\n*${notes.caption}*` : text;
  });
  return [...source, ...outputs.filter((text) => text !== "")].join("\n\n");
}

function outputText(
  output: Output,
  store: (picture: Picture) => string,
  alt: string | undefined,
): string {
  switch (output.type) {
    case "stream":
      return fenced(withoutAnsi(output.text).trimEnd(), "text");
    case "error":
      return fenced(
        withoutAnsi(output.traceback.join("\n") || `${output.ename}: ${output.evalue}`),
        "text",
      );
    case "display_data":
    case "execute_result":
      return bundleText(output.data, store, alt);
  }
}

function bundleText(
  data: MimeBundle,
  store: (picture: Picture) => string,
  alt: string | undefined,
): string {
  const picture = pictureIn(data);
  const plain = textIn(data, "text/plain");
  if (picture !== undefined) {
    const words = (alt ?? plain?.replace(/^\[Figure\] /, "") ?? "").replace(/\s+/g, " ");
    return `![${words.replace(/[[\]\\]/g, "\\$&")}](${encodeURI(store(picture))})`;
  }
  const markdown = textIn(data, "text/markdown");
  if (markdown !== undefined) return markdown.trimEnd();
  const html = textIn(data, "text/html");
  if (html !== undefined)
    return sanitizeHtml(html)
      .replace(/\n{2,}/g, "\n")
      .trim();
  const latex = textIn(data, "text/latex");
  if (latex !== undefined) return latex.trim();
  return plain === undefined || plain === "" ? "" : fenced(withoutAnsi(plain), "text");
}

function textIn(data: MimeBundle, type: string): string | undefined {
  const value: JsonValue | undefined = data[type];
  return typeof value === "string" ? value : undefined;
}

function pictureIn(data: MimeBundle): Picture | undefined {
  const svg = textIn(data, "image/svg+xml");
  if (svg !== undefined) return { extension: "svg", bytes: Buffer.from(svg, "utf8") };
  for (const extension of ["png", "jpeg", "gif", "webp"]) {
    const base64 = textIn(data, `image/${extension}`);
    if (base64 !== undefined) return { extension, bytes: Buffer.from(base64, "base64") };
  }
  return undefined;
}

function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${escapeHtml(language)}\n${text}\n${fence}`;
}

function languageOf(notebook: Notebook): string {
  const { language_info: info, kernelspec } = notebook.metadata;
  const name =
    (isJsonObject(info) && info.name) || (isJsonObject(kernelspec) && kernelspec.language);
  return typeof name === "string" && /^[\w+#-]+$/.test(name) ? name : "typescript";
}
