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

/**
 * All that is wrong with a cell; the first says so where the cell seems to be no TypeScript at all.
 *
 * @param cellName as stack traces name the cell, such as `In[3]`.
 */
export function describeAll(
  diagnostics: readonly tsModule.Diagnostic[],
  source: string,
  cellName: string,
  isCell: (file: tsModule.SourceFile) => boolean,
): CellDiagnostic[] {
  return diagnostics.map((diagnostic, i) => {
    const described = describe(diagnostic, source, cellName, isCell);
    const { file, start = 0 } = diagnostic;
    if (i > 0 || !file || !isCell(file)) return described;
    const advice = adviceFor(source, start - PREFIX.length);
    return advice ? { ...described, text: `${described.text}\n\n  ${advice}` } : described;
  });
}

function describe(
  diagnostic: tsModule.Diagnostic,
  source: string,
  cellName: string,
  isCell: (file: tsModule.SourceFile) => boolean,
): CellDiagnostic {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const head = `error TS${diagnostic.code}: ${message}`;
  const { file, start = 0, length = 1 } = diagnostic;
  if (!file) return { code: diagnostic.code, message, text: head };
  const inCell = isCell(file);
  const text = inCell ? source : file.text;
  const offset = Math.min(inCell ? start - PREFIX.length : start, text.length);
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(0, lineStart).split("\n").length;
  const lineText = text.slice(lineStart).split("\n", 1)[0] ?? "";
  const name = inCell ? cellName : ts.sys.resolvePath(file.fileName);
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
