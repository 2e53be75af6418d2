/**
 * Errors as the user knows their code: cell lines, and only frames of cells and local modules.
 *
 * Compiled code is named after its cell (`In[3]`) or its file; `Error.prepareStackTrace` maps each
 * position back through the compiler's source map when a stack is first read.
 */
import { SourceMap, type SourceMapPayload } from "node:module";
import { inspect, toUSVString } from "node:util";
import type { CellError } from "./protocol.js";

interface Mapped {
  readonly line: number;
  readonly column: number;
}
interface Source {
  readonly text: string;
  readonly map: string;
  /** Lines that the compiler put before the source. */
  readonly offset: number;
  parsed?: SourceMap;
}

const sources = new Map<string, Source>();

export function registerSource(name: string, text: string, map: string, offset: number): void {
  sources.set(name, { text, map, offset });
}

/** 1-based line and column of the compiled code to those of the source. */
function mapPosition(source: Source, line: number, column: number): Mapped | undefined {
  source.parsed ??= new SourceMap(JSON.parse(source.map) as SourceMapPayload);
  const entry = source.parsed.findEntry(line - 1, column - 1);
  if (!("originalLine" in entry)) return undefined;
  const mapped = {
    line: entry.originalLine - source.offset + 1,
    column: entry.originalColumn + 1,
  };
  return mapped.line >= 1 ? mapped : undefined;
}

/** This package's compiled kernel: its frames are nobody's business. */
const kernelFolder = new URL("..", import.meta.url).href;

export function installStackMapping(): void {
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.flatMap((frame) => {
      const line = describeFrame(frame);
      return line === undefined ? [] : [`    at ${line}`];
    });
    return [safeHead(error), ...lines].join("\n");
  };
}

/** `console.trace` reads the stack of an object that is no Error; V8 heads it like one too. */
function safeHead(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function describeFrame(frame: NodeJS.CallSite): string | undefined {
  const file = frame.getFileName() ?? frame.getScriptNameOrSourceURL?.() ?? "";
  if (file.startsWith(kernelFolder) || file.startsWith("node:internal/")) return undefined;
  const text = String(frame);
  const source = sources.get(file);
  if (!source) return text;
  const line = frame.getLineNumber() ?? 1;
  const column = frame.getColumnNumber() ?? 1;
  const mapped = mapPosition(source, line, column);
  if (!mapped) return undefined;
  // The cell's own wrapper has no name that a user gave.
  const named = text.replace(
    `${file}:${line}:${column}`,
    `${file}:${mapped.line}:${mapped.column}`,
  );
  return named.replace(/^(async )?__curvlab_cell \((.*)\)$/, "$2");
}

interface Place {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Where in the user's code a line of a stack is; names of files may hold blanks and brackets. */
function placeOf(frame: string): Place | undefined {
  const [, location = "", line, column] = /^\s+at (.*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  const starts = Array.from(
    location.matchAll(/^|[ (]/g),
    ({ index = 0, 0: gap }) => index + gap.length,
  );
  const name = starts.map((start) => location.slice(start)).find((rest) => sources.has(rest));
  const source = name === undefined ? undefined : sources.get(name);
  return source && { text: source.text, line: Number(line), column: Number(column) };
}

/** Any thrown value as the protocol's error, one whose own getters throw too. */
export function toCellError(thrown: unknown): CellError {
  try {
    const { ename, evalue, traceback } = describeThrown(thrown);
    const lines = traceback.map(toUSVString);
    return { ename, evalue: toUSVString(evalue), traceback: lines };
  } catch {
    const evalue = "what was thrown cannot be read: its own code throws";
    return { ename: "Error", evalue, traceback: [`Error: ${evalue}`] };
  }
}

function describeThrown(thrown: unknown): CellError {
  if (!(thrown instanceof Error)) {
    const text = typeof thrown === "string" ? thrown : inspect(thrown);
    return { ename: "Uncaught", evalue: text, traceback: [`Uncaught ${text}`] };
  }
  const ename = String(thrown.name || thrown.constructor?.name || "Error");
  const evalue = String(thrown.message);
  return { ename, evalue, traceback: tracebackOf(thrown, new Set()) };
}

function tracebackOf(error: Error, seen: Set<unknown>): string[] {
  seen.add(error);
  const stack = typeof error.stack === "string" ? error.stack : "";
  const frames = stack.split("\n").filter(placeOf);
  const head = `${error.name}: ${error.message}`;
  const traceback = [head, ...sourceLines(frames[0]), ...frames];
  if (error instanceof AggregateError) {
    for (const inner of error.errors) {
      if (inner instanceof Error && !seen.has(inner)) traceback.push(...tracebackOf(inner, seen));
    }
  }
  if (error.cause instanceof Error && !seen.has(error.cause)) {
    traceback.push("caused by", ...tracebackOf(error.cause, seen));
  } else if (error.cause !== undefined && !(error.cause instanceof Error)) {
    traceback.push(`caused by ${inspect(error.cause)}`);
  }
  return traceback;
}

/** The failing line with a caret, as compilers show it. */
function sourceLines(frame: string | undefined): string[] {
  const place = frame === undefined ? undefined : placeOf(frame);
  const sourceLine = place?.text.split("\n")[place.line - 1];
  if (!place || sourceLine === undefined) return [];
  const indent = sourceLine.slice(0, place.column - 1).replace(/[^\t]/g, " ");
  return ["", `  ${sourceLine}`, `  ${indent}^`, ""];
}
