/**
 * Any value as a MIME bundle.
 *
 * A value with a method under Symbol.for("Jupyter.display") shows itself. Everything else has text
 * from Node's `inspect`, without colours, and some kinds something richer beside it: arrays of
 * records a table, a tensor its shape and values, an error its stack.
 */
import { inspect, toUSVString } from "node:util";
import { isAnyArrayBuffer } from "node:util/types";
import { displaySymbol } from "../../src/figures/display.js";
import type { Bundle } from "./protocol.js";
import { htmlTable, isTable } from "./table.js";
import { inspectTensor, isTensor } from "./tensor.js";

const INSPECT = { colors: false, depth: 4, maxArrayLength: 100, maxStringLength: 20_000 } as const;

/** The bundle of a cell's last value; undefined for null and undefined, which show nothing. */
export async function toBundle(value: unknown): Promise<Bundle | undefined> {
  if (value === undefined || value === null) return undefined;
  const own = await ownBundle(value);
  if (own) return own;
  if (isTensor(value)) return { data: inspectTensor(value), metadata: {} };
  const plain = textOf(value);
  if (isTable(value)) {
    return { data: { "text/plain": plain, "text/html": htmlTable(value) }, metadata: {} };
  }
  return { data: { "text/plain": plain }, metadata: {} };
}

export const textOf = (value: unknown): string => inspect(value, INSPECT);

async function ownBundle(value: unknown): Promise<Bundle | undefined> {
  if (typeof value !== "object" && typeof value !== "function") return undefined;
  const show = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof show !== "function") return undefined;
  const shown: unknown = await show.call(value);
  return toMime(shown);
}

/** What a display method returned, made fit for JSON: bytes become base64. */
export function toMime(shown: unknown): Bundle {
  if (typeof shown !== "object" || shown === null || Array.isArray(shown)) {
    throw new TypeError(
      `Symbol.for("Jupyter.display") returned ${textOf(shown)}, not an object of MIME types`,
    );
  }
  const data = Object.fromEntries(
    Object.entries(shown).map(([type, content]) => [type, toContent(content)]),
  );
  return { data: asJson(data, "Jupyter.display"), metadata: {} };
}

/** Bytes as base64; text without halves of surrogate pairs, which no file can hold. */
function toContent(content: unknown): unknown {
  if (isAnyArrayBuffer(content)) return Buffer.from(content).toString("base64");
  if (ArrayBuffer.isView(content)) {
    const { buffer, byteOffset, byteLength } = content;
    return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  }
  return typeof content === "string" ? toUSVString(content) : content;
}

/** What goes on the wire must be JSON: refused here, where the cell's author sees it. */
export function asJson<T extends object>(value: T, what: string): T {
  const isText = Object.values(value).every((content) => typeof content === "string");
  if (isText) return value;
  try {
    return JSON.parse(JSON.stringify(value)) as T;
  } catch (error) {
    throw new TypeError(`${what} is not JSON: ${(error as Error).message}`);
  }
}
