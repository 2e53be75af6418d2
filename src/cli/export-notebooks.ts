/**
 * What `curvlab export` does: find the notebooks, render each, write each file whole.
 *
 * Files are named after their notebooks; two sources that would make the same file are refused.
 * Pictures beside a notebook are taken into its page, and only files of its own folder can be.
 */
import { readFileSync, realpathSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join, sep } from "node:path";
import { titleOf } from "../document/chapter.js";
import type { Notebook } from "../document/notebook.js";
import type { PageLink } from "../export/export-page.js";
import { UsageError } from "./failure.js";
import { ensureWritableFolder, isFolder, readNotebook, writeText } from "./notebook-file.js";

export interface ExportOptions {
  readonly out: string;
  readonly to: "html" | "site" | "markdown" | "typescript";
  readonly title: string;
}

interface Source {
  readonly path: string;
  readonly name: string;
  readonly notebook: Notebook;
}

export async function exportNotebooks(
  paths: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const sources = await readSources(paths);
  await ensureWritableFolder(options.out);
  switch (options.to) {
    case "html":
    case "site":
      await exportPages(sources, options);
      break;
    case "markdown":
      await exportMarkdownFiles(sources, options);
      break;
    case "typescript":
      await exportTypeScriptFiles(sources, options);
      break;
  }
}

async function readSources(paths: readonly string[]): Promise<Source[]> {
  const files = (await Promise.all(paths.map(notebooksAt))).flat();
  const sources: Source[] = [];
  for (const path of new Set(files)) {
    const name = basename(path, extname(path));
    const twin = sources.find((source) => source.name === name);
    if (twin !== undefined) {
      throw new UsageError(`export: ${twin.path} and ${path} would both be written as ${name}`);
    }
    sources.push({ path, name, notebook: await readNotebook(path) });
  }
  return sources;
}

async function notebooksAt(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".ipynb")).sort();
  if (names.length === 0) throw new UsageError(`${path} holds no notebook (no file *.ipynb)`);
  return names.map((name) => join(path, name));
}

async function exportPages(sources: readonly Source[], options: ExportOptions): Promise<void> {
  const [{ exportPage }, { indexPage }] = await Promise.all([
    import("../export/export-page.js"),
    import("../export/index-page.js"),
  ]);
  const isSite = options.to === "site";
  const links = sources.map(
    (source): PageLink => ({
      href: `${encodeURIComponent(source.name)}.html`,
      title: titleOf(source.notebook, source.name),
    }),
  );
  for (const [index, source] of sources.entries()) {
    const { [index - 1]: previous, [index + 1]: next } = links;
    const navigation = {
      ...(previous === undefined ? {} : { previous }),
      ...(next === undefined ? {} : { next }),
      index: { href: "index.html", title: options.title },
    };
    const page = await exportPage(source.notebook, {
      name: source.name,
      resolveImage: (from) => pictureBeside(source.path, from),
      resolveLink: (href) => href.replace(/^([^:/?#]+)\.ipynb(?=$|[?#])/, "$1.html"),
      ...(isSite ? navigation : {}),
    });
    await write(join(options.out, `${source.name}.html`), page);
  }
  if (isSite) {
    const entries = sources.map((source, index) => ({ ...source, href: links[index]?.href ?? "" }));
    await write(join(options.out, "index.html"), await indexPage(options.title, entries));
  }
}

async function exportMarkdownFiles(
  sources: readonly Source[],
  options: ExportOptions,
): Promise<void> {
  const [{ exportMarkdown }, { withStaticFigures }] = await Promise.all([
    import("../export/export-markdown.js"),
    import("../export/with-static-figures.js"),
  ]);
  for (const source of sources) {
    const { notebook } = await withStaticFigures(source.notebook);
    const { text, files } = exportMarkdown(notebook, source.name);
    for (const [path, bytes] of files) await writeText(join(options.out, path), bytes);
    await write(join(options.out, `${source.name}.md`), text);
  }
}

async function exportTypeScriptFiles(
  sources: readonly Source[],
  options: ExportOptions,
): Promise<void> {
  const { formatPercent } = await import("../document/percent.js");
  for (const source of sources) {
    await write(join(options.out, `${source.name}.ts`), formatPercent(source.notebook));
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeText(path, text);
  process.stdout.write(`${path}\n`);
}

const pictureTypes: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};

/** A picture of the notebook's folder as a `data:` URL; nothing outside that folder. */
function pictureBeside(notebook: string, source: string): string | undefined {
  const type = pictureTypes[extname(source).toLowerCase()];
  if (type === undefined || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(source)) return undefined;
  try {
    const folder = realpathSync(dirname(notebook));
    const file = realpathSync(join(folder, decodeURIComponent(source)));
    if (!file.startsWith(folder + sep)) return undefined;
    return `data:${type};base64,${readFileSync(file, "base64")}`;
  } catch {
    return undefined;
  }
}
