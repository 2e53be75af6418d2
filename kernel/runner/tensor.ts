/**
 * TensorFlow.js tensors by their shape: the kernel knows none of the library, only what a tensor
 * looks like, and reads its values synchronously.
 */
import { escapeHtml } from "./table.js";

export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<unknown>;
}

/** Rows and columns that a table may show. */
const MAX_ROWS = 20;
const MAX_COLUMNS = 12;
const MAX_VALUES = 1000;

export function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<TensorLike>;
  return (
    Array.isArray(candidate.shape) &&
    typeof candidate.dtype === "string" &&
    typeof candidate.size === "number" &&
    typeof candidate.isDisposed === "boolean" &&
    typeof candidate.dataSync === "function"
  );
}

export function inspectTensor(tensor: TensorLike): Record<string, string> {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return { "text/plain": `${head} (disposed)` };
  if (tensor.size > MAX_VALUES) return { "text/plain": `${head}, ${tensor.size} values` };
  const values = tensor.dataSync();
  const plain = { "text/plain": `${head}\n${nested(values, tensor.shape)}` };
  const [rows = 1, columns = 1] = tensor.shape;
  if (tensor.shape.length !== 2 || rows > MAX_ROWS || columns > MAX_COLUMNS) return plain;
  return { ...plain, "text/html": table(head, values, rows, columns) };
}

/** At most seven significant digits: what float32 carries. */
function format(value: unknown): string {
  if (typeof value !== "number")
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
}

function nested(values: ArrayLike<unknown>, shape: readonly number[], depth = 0, at = 0): string {
  const [length, ...rest] = shape;
  if (length === undefined) return format(values[at]);
  const stride = rest.reduce((product, n) => product * n, 1);
  const parts = Array.from({ length }, (_, i) => nested(values, rest, depth + 1, at + i * stride));
  const separator = rest.length === 0 ? ", " : `,\n${" ".repeat(depth + 1)}`;
  return `[${parts.join(separator)}]`;
}

function table(head: string, values: ArrayLike<unknown>, rows: number, columns: number): string {
  const line = (row: number) =>
    Array.from(
      { length: columns },
      (_, column) => `<td>${escapeHtml(format(values[row * columns + column]))}</td>`,
    ).join("");
  const body = Array.from({ length: rows }, (_, row) => `<tr>${line(row)}</tr>`).join("");
  return `<table><caption>${escapeHtml(head)}</caption><tbody>${body}</tbody></table>`;
}
