/** Arrays of records as HTML tables: the columns are the keys in the order they appear. */
import { inspect } from "node:util";

export type Row = Readonly<Record<string, unknown>>;

const MAX_ROWS = 60;
const MAX_COLUMNS = 20;

/** An array of plain objects that share most of their keys. */
export function isTable(value: unknown): value is readonly Row[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const rows: readonly unknown[] = value.slice(0, MAX_ROWS);
  return rows.every(isPlain) && columnsOf(rows as readonly Row[]).length <= MAX_COLUMNS;
}

function isPlain(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.keys(value).length > 0;
}

const columnsOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row))),
];

export function htmlTable(rows: readonly Row[]): string {
  const shown = rows.slice(0, MAX_ROWS);
  const columns = columnsOf(shown);
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const body = shown
    .map(
      (row, i) =>
        `<tr>${cells("th", [String(i)])}${cells(
          "td",
          columns.map((c) => cellText(row[c])),
        )}</tr>`,
    )
    .join("");
  const rest =
    rows.length > shown.length
      ? `<p>${rows.length - shown.length} more of ${rows.length} rows</p>`
      : "";
  return `<table><thead><tr>${cells("th", ["", ...columns])}</tr></thead><tbody>${body}</tbody></table>${rest}`;
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Infinity });
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
