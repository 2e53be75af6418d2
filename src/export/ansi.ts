/**
 * Terminal text → HTML: colours and weights become spans, every other control sequence goes.
 *
 * The sixteen named colours are classes, so that the page's light and dark style set them; the 256
 * and 24-bit ones are inline. Source: ECMA-48, 8.3.117 (SGR), and xterm's extension 38/48.
 */
import { escapeHtml } from "./escape.js";

interface Style {
  foreground: string;
  background: string;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  dim: boolean;
}

const plain = (): Style => ({
  foreground: "",
  background: "",
  bold: false,
  italic: false,
  underline: false,
  dim: false,
});

const ESC = "\u001b";
const sequence = new RegExp(
  `${ESC}\\[([0-9;:?]*)([@-~])|${ESC}\\][^\u0007${ESC}]*(?:\u0007|${ESC}\\\\)|${ESC}.`,
  "g",
);

export function ansiToHtml(text: string): string {
  const style = plain();
  let html = "";
  let end = 0;
  for (const match of text.matchAll(sequence)) {
    const { index = 0 } = match;
    html += span(text.slice(end, index), style);
    end = index + match[0].length;
    if (match[2] === "m") apply(style, match[1] ?? "");
  }
  return html + span(text.slice(end), style);
}

/** The text alone. */
export function withoutAnsi(text: string): string {
  return text.replace(sequence, "");
}

function span(text: string, style: Style): string {
  if (text === "") return "";
  const classes = [
    style.bold && "ansi-bold",
    style.dim && "ansi-dim",
    style.italic && "ansi-italic",
    style.underline && "ansi-underline",
    /^\d+$/.test(style.foreground) && `ansi-fg-${style.foreground}`,
    /^\d+$/.test(style.background) && `ansi-bg-${style.background}`,
  ].filter((name) => name !== false);
  const css = [
    style.foreground.startsWith("rgb") ? `color:${style.foreground}` : "",
    style.background.startsWith("rgb") ? `background:${style.background}` : "",
  ].filter((rule) => rule !== "");
  if (classes.length + css.length === 0) return escapeHtml(text);
  const classAttribute = classes.length > 0 ? ` class="${classes.join(" ")}"` : "";
  const styleAttribute = css.length > 0 ? ` style="${css.join(";")}"` : "";
  return `<span${classAttribute}${styleAttribute}>${escapeHtml(text)}</span>`;
}

function apply(style: Style, parameters: string): void {
  const codes = parameters.split(/[;:]/).map((code) => Number(code || 0));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(i + 1));
      i += used;
      if (code === 38) style.foreground = color;
      else style.background = color;
    } else applyCode(style, code);
  }
}

function applyCode(style: Style, code: number): void {
  if (code === 0) Object.assign(style, plain());
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) style.underline = true;
  else if (code === 22) style.bold = style.dim = false;
  else if (code === 23) style.italic = false;
  else if (code === 24) style.underline = false;
  else if (code === 39) style.foreground = "";
  else if (code === 49) style.background = "";
  else if (code >= 30 && code <= 37) style.foreground = String(code - 30);
  else if (code >= 40 && code <= 47) style.background = String(code - 40);
  else if (code >= 90 && code <= 97) style.foreground = String(code - 82);
  else if (code >= 100 && code <= 107) style.background = String(code - 92);
}

/** After 38 or 48: `5;n` is one of 256 colours, `2;r;g;b` any. */
function extendedColor(rest: readonly number[]): { color: string; used: number } {
  const [mode, ...values] = rest.map((value) => Math.min(255, Math.max(0, Math.trunc(value) || 0)));
  if (mode === 2) return { color: rgb(values[0], values[1], values[2]), used: 4 };
  if (mode !== 5) return { color: "", used: 1 };
  const index = values[0] ?? 0;
  if (index < 16) return { color: String(index), used: 2 };
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return { color: rgb(grey, grey, grey), used: 2 };
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  return {
    color: rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)),
    used: 2,
  };
}

function rgb(red = 0, green = 0, blue = 0): string {
  return `rgb(${red},${green},${blue})`;
}
