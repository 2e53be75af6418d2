/**
 * Compiler diagnostics as a notebook shows them: TypeScript's code and message, the cell's line,
 * and a caret under the source.
 */
import type tsModule from "typescript";
import { PREFIX } from "./cell-programs.js";
import { adviceFor } from "./not-typescript.js";
import { ts } from "./typescript.js";

export interface CellDiagnostic {
  readonly code: number;
  readonly message: string;
  /** One line of text a place: where, what, the source line, the caret. */
  readonly text: string;
}

export interface CellText {
  readonly source: string;
  /** As stack traces name the cell, such as `In[3]`. */
  readonly name: string;
  /** What the compiler has put before the source. */
  readonly before: string;
}

/** All that is wrong with a cell; the first says so where the cell seems to be no TypeScript at all. */
export function describeAll(
  diagnostics: readonly tsModule.Diagnostic[],
  cell: CellText,
  isCell: (file: tsModule.SourceFile) => boolean,
): CellDiagnostic[] {
  return diagnostics.map((diagnostic, i) => {
    const described = describe(diagnostic, cell, isCell);
    const { file, start = 0 } = diagnostic;
    if (i > 0 || !file || !isCell(file)) return described;
    const advice = adviceFor(cell.source, offsetIn(cell, start));
    return advice ? { ...described, text: `${described.text}\n\n  ${advice}` } : described;
  });
}

const offsetIn = ({ source, before }: CellText, position: number): number =>
  Math.min(Math.max(0, position - PREFIX.length - before.length), source.length);

function describe(
  diagnostic: tsModule.Diagnostic,
  cell: CellText,
  isCell: (file: tsModule.SourceFile) => boolean,
): CellDiagnostic {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const head = `error TS${diagnostic.code}: ${message}`;
  const { file, start = 0, length = 1 } = diagnostic;
  if (!file) return { code: diagnostic.code, message, text: head };
  const inCell = isCell(file);
  const text = inCell ? cell.source : file.text;
  const offset = inCell ? offsetIn(cell, start) : Math.min(start, text.length);
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(0, lineStart).split("\n").length;
  const lineText = text.slice(lineStart).split("\n", 1)[0] ?? "";
  const name = inCell ? cell.name : ts.sys.resolvePath(file.fileName);
  const place = `${name}:${line}:${offset - lineStart + 1}`;
  const caret = `${lineText.slice(0, offset - lineStart).replace(/[^\t]/g, " ")}${"^".repeat(
    Math.max(1, Math.min(length, lineText.length - (offset - lineStart))),
  )}`;
  return {
    code: diagnostic.code,
    message,
    text: `${place} - ${head}\n\n  ${lineText}\n  ${caret}`,
  };
}
