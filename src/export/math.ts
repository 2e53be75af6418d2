/**
 * TeX in Markdown, as Jupyter reads it: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` and bare environments.
 *
 * Mathematics is taken out before Markdown's own rules see it, so that `$a_1 * b_2$` gets no
 * emphasis. A dollar is a delimiter only where it cannot be money: the opening one is followed by no
 * space, the closing one preceded by none and followed by no digit.
 */
import katex from "katex";
import type { MarkdownIt, Token } from "markdown-it";
import type { Slots } from "./slots.js";

/** Characters: a longer formula must break somewhere on a narrow screen. */
const MAX_HELD = 22;

/** TeX → HTML with MathML; a mistake in it is shown in red, not thrown. */
export function renderMath(tex: string, displayMode: boolean): string {
  return katex.renderToString(tex, {
    displayMode,
    throwOnError: false,
    trust: false,
    strict: "ignore",
    maxSize: 40,
    maxExpand: 1000,
  });
}

interface MathSpan {
  readonly tex: string;
  readonly display: boolean;
  /** Where the text goes on. */
  readonly end: number;
}

export function mathPlugin(markdown: MarkdownIt, slotsOf: (env: unknown) => Slots): void {
  markdown.inline.ruler.before("escape", "math", (state, silent) => {
    const found = mathAt(state.src, state.pos);
    if (found === undefined) return false;
    if (!silent) {
      const token = state.push("math", "", 0);
      token.content = found.tex;
      token.block = found.display;
    }
    state.pos = found.end;
    return true;
  });
  markdown.block.ruler.before(
    "fence",
    "math_block",
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!/^(?:\$\$|\\\[|\\begin\{)/.test(state.src.slice(start, start + 8))) return false;
      const limit = state.eMarks[endLine - 1] ?? state.src.length;
      const found = mathAt(state.src.slice(0, limit), start);
      if (found === undefined) return false;
      const line = state.src.slice(start, found.end).split("\n").length;
      const rest = state.src.slice(found.end, state.eMarks[startLine + line - 1]);
      if (rest.trim() !== "") return false;
      if (silent) return true;
      const token = state.push("math", "", 0);
      token.content = found.tex;
      token.block = true;
      state.line = startLine + line;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
  markdown.core.ruler.push("math_marks", ({ tokens }) => {
    for (const [i, { type, children }] of tokens.entries()) {
      // A heading's text is its anchor: it stays as it is.
      if (type === "inline" && tokens[i - 1]?.type !== "heading_open") takeMarks(children ?? []);
    }
  });
  markdown.renderer.rules.math = (tokens, index, _, env) => {
    const { content, block, markup } = tokens[index] ?? { content: "", block: false, markup: "" };
    const html = renderMath(content, block);
    return block ? slotsOf(env).put(html, "div") : slotsOf(env).put(held(html, markup), "span");
  };
}

/** Gives a formula the marks behind it that must not begin a line. */
function takeMarks(tokens: Token[]): void {
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.type !== "math" || token.block || next?.type !== "text") continue;
    token.markup = /^[.,;:!?)\]’”]*/.exec(next.content)?.[0] ?? "";
    next.content = next.content.slice(token.markup.length);
  }
}

/**
 * A short formula is not broken, and keeps the mark behind it on its line.
 *
 * KaTeX's pieces are boxes, and a browser may break the line at either side of a box.
 */
function held(html: string, mark: string): string {
  const shown = html.replace(/^.*?<span class="katex-html"[^>]*>/s, "").replace(/<[^>]*>/g, "");
  return shown.length < MAX_HELD ? `<span class="held">${html}${mark}</span>` : html + mark;
}

const environment =
  /^\\begin\{(equation|align|gather|multline|eqnarray|alignat|cases|matrix)(\*?)\}/;

/** The formula that starts at `start`, if one does. */
function mathAt(text: string, start: number): MathSpan | undefined {
  const two = text.slice(start, start + 2);
  if (two === "$$") return delimited(text, start, "$$", "$$", true);
  if (two === "\\[") return delimited(text, start, "\\[", "\\]", true);
  if (two === "\\(") return delimited(text, start, "\\(", "\\)", false);
  if (text[start] === "$") return dollars(text, start);
  const name = two === "\\b" ? environment.exec(text.slice(start, start + 24)) : null;
  if (name === null) return undefined;
  const close = `\\end{${name[1]}${name[2]}}`;
  const end = text.indexOf(close, start);
  if (end === -1) return undefined;
  // KaTeX numbers nothing useful across cells: the starred form is the same without a number.
  const tex = text.slice(start, end + close.length).replace("eqnarray", "align");
  return { tex, display: true, end: end + close.length };
}

function delimited(
  text: string,
  start: number,
  open: string,
  close: string,
  display: boolean,
): MathSpan | undefined {
  const end = text.indexOf(close, start + open.length);
  const tex = text.slice(start + open.length, end);
  if (end === -1 || tex.trim() === "" || /\n\s*\n/.test(tex)) return undefined;
  return { tex, display, end: end + close.length };
}

function dollars(text: string, start: number): MathSpan | undefined {
  if (/^\$(\s|$)/.test(text.slice(start, start + 2)) || text[start - 1] === "\\") return undefined;
  for (let end = start + 1; end < text.length; end++) {
    const character = text[end];
    if (character === "\\") end++;
    else if (character === "\n" && text[end + 1] === "\n") return undefined;
    else if (character === "$") {
      if (/\s/.test(text[end - 1] ?? "") || /\d/.test(text[end + 1] ?? "")) return undefined;
      return { tex: text.slice(start + 1, end), display: false, end: end + 1 };
    }
  }
  return undefined;
}
