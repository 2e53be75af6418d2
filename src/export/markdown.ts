/**
 * A notebook's Markdown → HTML: headings with anchors, mathematics, highlighted code, clean HTML.
 *
 * Anchors are spelled as JupyterLab spells them (spaces become dashes), so that a link inside a
 * chapter works in both. Pictures are taken into the page through `resolveImage`.
 */
import createMarkdownIt, { type MarkdownIt } from "markdown-it";
import { escapeHtml } from "./escape.js";
import type { Highlighter } from "./highlight.js";
import { mathPlugin } from "./math.js";
import { Slots } from "./slots.js";

export interface Heading {
  readonly level: number;
  readonly id: string;
  /** As HTML, with its mathematics. */
  readonly html: string;
}

export interface MarkdownEnvironment {
  readonly highlighter: Highlighter;
  /** A picture's `data:` URL, or undefined to leave a link. */
  readonly resolveImage: (source: string) => string | undefined;
  /** Where a link goes in the exported pages. */
  readonly resolveLink: (href: string) => string;
}

export interface RenderOptions {
  /** The cell's own pictures: name → `data:` URL. */
  readonly attachments?: (name: string) => string | undefined;
  /** False keeps the headings out of the contents. */
  readonly listed?: boolean;
}

/** What rules share through markdown-it's `env`. */
interface PageEnv {
  readonly slots: Slots;
  readonly headings: Heading[];
  readonly ids: Set<string>;
}

export class MarkdownRenderer {
  /** In order of the page, over all cells rendered so far. */
  readonly headings: Heading[] = [];
  private readonly ids = new Set<string>();
  private readonly markdown: MarkdownIt;

  constructor(private readonly environment: MarkdownEnvironment) {
    this.markdown = createMarkdownIt({ html: true, linkify: true, typographer: false });
    mathPlugin(this.markdown, (env) => pageOf(env).slots);
    this.addHeadings();
    this.addCode();
    this.addTargets();
  }

  render(source: string, options: RenderOptions = {}): string {
    const { attachments = () => undefined, listed = true } = options;
    const headings = listed ? this.headings : [];
    const page: PageEnv = { slots: new Slots(), headings, ids: this.ids };
    const tokens = this.markdown.parse(source, { page });
    for (const image of tokens.flatMap((token) => token.children ?? [])) {
      if (image.type !== "image") continue;
      const from = String(image.attrGet("src") ?? "");
      const data = from.startsWith("attachment:")
        ? attachments(decodeURIComponent(from.slice("attachment:".length)))
        : this.environment.resolveImage(from);
      if (data !== undefined) image.attrSet("src", data);
    }
    const html = this.markdown.renderer.render(tokens, this.markdown.options, { page });
    return page.slots.sanitize(html);
  }

  /** One paragraph's content, such as a title. */
  renderInline(source: string): string {
    return this.render(source, { listed: false }).replace(/^<p>|<\/p>\s*$/g, "");
  }

  private addHeadings(): void {
    const { rules } = this.markdown.renderer;
    rules.heading_open = (tokens, index, options, env, self) => {
      const page = pageOf(env);
      const token = tokens[index];
      const inline = tokens[index + 1];
      if (token === undefined || inline === undefined) return "";
      const text = (inline.children ?? []).map((child) => child.content).join("");
      const id = unique(text.replace(/ /g, "-"), page.ids);
      token.attrSet("id", id);
      const html = this.markdown.renderer.renderInline(inline.children ?? [], options, env);
      page.headings.push({
        level: Number(token.tag.slice(1)),
        id,
        html: page.slots.sanitize(html),
      });
      return self.renderToken(tokens, index, options);
    };
  }

  private addCode(): void {
    const { highlighter } = this.environment;
    this.markdown.renderer.rules.fence = (tokens, index, _, env) => {
      const { content = "", info = "" } = tokens[index] ?? {};
      const language = info.trim().split(/\s+/)[0] ?? "";
      const code = highlighter.highlight(content.replace(/\n$/, ""), language);
      return pageOf(env).slots.put(`<pre class="code" tabindex="0">${code}</pre>`, "div");
    };
    this.markdown.renderer.rules.code_block = (tokens, index) =>
      `<pre class="code"><code>${escapeHtml(tokens[index]?.content ?? "")}</code></pre>`;
  }

  private addTargets(): void {
    this.markdown.core.ruler.push("targets", (state) => {
      for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
        const href = token.type === "link_open" ? token.attrGet("href") : null;
        if (href !== null) token.attrSet("href", this.environment.resolveLink(String(href)));
      }
    });
    // A line must not begin with a per cent sign.
    this.markdown.renderer.rules.text = (tokens, index) =>
      escapeHtml((tokens[index]?.content ?? "").replace(/(\d) %/g, "$1\u00a0%"));
    this.markdown.renderer.rules.table_open = () => '<div class="scroll"><table>';
    this.markdown.renderer.rules.table_close = () => "</table></div>";
  }
}

function pageOf(env: unknown): PageEnv {
  return (env as { page: PageEnv }).page;
}

function unique(id: string, taken: Set<string>): string {
  let candidate = id;
  for (let i = 2; taken.has(candidate); i++) candidate = `${id}-${i}`;
  taken.add(candidate);
  return candidate;
}
