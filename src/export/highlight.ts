/**
 * Code → HTML in the page's two palettes.
 *
 * Shiki gives every word its colours in line; as the same few pairs repeat thousands of times, each
 * pair becomes a class here, and the page carries one rule for it.
 */

import { createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { type BundledLanguage, bundledLanguages } from "shiki/langs";
import { bundledThemes } from "shiki/themes";
import { escapeHtml } from "./escape.js";

const light = "github-light-default";
const dark = "github-dark-default";

export class Highlighter {
  private readonly classes = new Map<string, string>();

  private constructor(private readonly shiki: HighlighterCore) {}

  /** Loads the grammars of these languages; unknown names are left out, and shown plain. */
  static async create(languages: Iterable<string>): Promise<Highlighter> {
    const known = [...new Set(languages)].filter((name) => name in bundledLanguages);
    return new Highlighter(
      await createHighlighterCore({
        langs: known.map((name) => bundledLanguages[name as BundledLanguage]),
        themes: [bundledThemes[light], bundledThemes[dark]],
        engine: createJavaScriptRegexEngine({ forgiving: true }),
      }),
    );
  }

  /** `<code>` with its words in spans; the caller sets the block around it. */
  highlight(code: string, language: string): string {
    if (!this.shiki.getLoadedLanguages().includes(language)) {
      return `<code>${escapeHtml(code)}</code>`;
    }
    const lines = this.shiki.codeToTokensWithThemes(code, {
      lang: language,
      themes: { light, dark },
      // Shiki gives a slow line up after half a second, and a busy machine would change the page.
      tokenizeTimeLimit: 0,
    });
    const html = lines.map((line) =>
      line
        .map(({ content, variants }) =>
          this.word(content, variants.light?.color ?? "", variants.dark?.color ?? ""),
        )
        .join(""),
    );
    return `<code>${html.join("\n")}</code>`;
  }

  /** The rules for the classes handed out so far. */
  stylesheet(): string {
    const rules = (theme: number) =>
      [...this.classes]
        .map(([colors, name]) => `.${name}{color:${colors.split(" ")[theme] ?? "inherit"}}`)
        .join("");
    return `${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}@media print{${rules(0)}}`;
  }

  private word(text: string, lightColor: string, darkColor: string): string {
    if (text.trim() === "") return escapeHtml(text);
    const colors = `${lightColor} ${darkColor}`;
    const name = this.classes.get(colors) ?? `s${this.classes.size}`;
    this.classes.set(colors, name);
    return `<span class="${name}">${escapeHtml(text)}</span>`;
  }
}
