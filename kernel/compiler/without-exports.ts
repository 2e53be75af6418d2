/**
 * `export` in a cell, as in code copied from a file, means nothing: a cell's names are all exported.
 * It is blanked out, so that lines and columns stay. What re-exports another module's names stays.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export function withoutExports(source: string): string {
  if (!/\bexport\b/.test(source)) return source;
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  let text = source;
  const blank = (start: number, end: number) => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, " ") + text.slice(end);
  };
  for (const statement of file.statements) {
    const [start, end] = exportOf(statement, file);
    blank(start, end);
  }
  return text;
}

/** Where the words to take away stand. */
function exportOf(statement: tsModule.Statement, file: tsModule.SourceFile): [number, number] {
  const start = statement.getStart(file);
  if (ts.isExportDeclaration(statement)) {
    return statement.moduleSpecifier ? [start, start] : [start, statement.end];
  }
  if (ts.isExportAssignment(statement)) return [start, statement.expression.getStart(file)];
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const words = modifiers.filter(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword,
  );
  const [first] = words;
  const last = words.at(-1);
  return first && last ? [first.getStart(file), last.end] : [start, start];
}
