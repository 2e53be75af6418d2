/** A table as a value: HTML where there is a page, aligned columns where there is only text. */
import { type Displayable, displaySymbol, type MimeBundle } from "./display.js";
import { escapeHtml } from "./escape-html.js";
import { withMinus } from "./minus.js";

export type CellValue = string | number | boolean | null | undefined;

export interface TableOptions {
  /** Columns to show, in order; every key of the first row unless given. */
  readonly columns?: readonly string[];
  readonly caption?: string;
  /** Significant digits of numbers that are not whole; 4 unless given. */
  readonly digits?: number;
}

export class Table implements Displayable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly caption: string | undefined;
  readonly #digits: number;

  constructor(
    rows: readonly { readonly [column: string]: CellValue }[],
    options: TableOptions = {},
  ) {
    this.columns = options.columns ?? Object.keys(rows[0] ?? {});
    this.rows = rows.map((row) => this.columns.map((column) => row[column]));
    this.caption = options.caption;
    this.#digits = options.digits ?? 4;
  }

  [displaySymbol](): MimeBundle {
    return { "text/html": this.toHtml(), "text/plain": this.toString() };
  }

  toHtml(): string {
    const caption =
      this.caption === undefined ? "" : `<caption>${escapeHtml(this.caption)}</caption>`;
    const head = this.columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
    const body = this.rows.map(
      (row) => `<tr>${row.map((value) => this.#cell(value)).join("")}</tr>`,
    );
    return `<table>${caption}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  }

  /** Columns padded to their widest entry; numbers to the right, words to the left. */
  toString(): string {
    const texts = this.rows.map((row) => row.map((value) => formatValue(value, this.#digits)));
    const widths = this.columns.map((name, i) =>
      Math.max(name.length, ...texts.map((row) => row[i]!.length)),
    );
    const numeric = this.columns.map((_, i) =>
      this.rows.every((row) => typeof row[i] === "number"),
    );
    const line = (row: readonly string[]): string =>
      row
        .map((text, i) => (numeric[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
        .join("  ")
        .trimEnd();
    const rule = widths.map((width) => "─".repeat(width)).join("  ");
    const lines = [line(this.columns), rule, ...texts.map(line)];
    return (this.caption === undefined ? lines : [this.caption, "", ...lines]).join("\n");
  }

  #cell(value: CellValue): string {
    const align = typeof value === "number" ? ' style="text-align:right"' : "";
    return `<td${align}>${escapeHtml(withMinus(formatValue(value, this.#digits)))}</td>`;
  }
}

/**
 * @example
 * table([{ step: 1, loss: 0.51234 }, { step: 10, loss: 0.1 }]).toString();
 * // step    loss
 * // ────  ──────
 * //    1  0.5123
 * //   10     0.1
 */
export function table(
  rows: readonly { readonly [column: string]: CellValue }[],
  options?: TableOptions,
): Table {
  return new Table(rows, options);
}

function formatValue(value: CellValue, digits: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}
