/**
 * `const rows = []` in one cell, `rows.push(1)` in the next.
 *
 * In a file, TypeScript finds the type of such a variable, and of `let x;`, from what follows. A
 * cell has no following, and the converter's export of all names looks like a use too early: under
 * `noImplicitAny` two errors (7034 at the name, 7005 at the use). They are not the user's unless
 * the cell itself has such a use; without them later cells see `any[]`, or `any`.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

const DECLARED = 7034;
const USED = 7005;

export function withoutEvolving(
  diagnostics: readonly tsModule.Diagnostic[],
  cell: tsModule.SourceFile,
): readonly tsModule.Diagnostic[] {
  if (!diagnostics.some(({ code }) => code === DECLARED || code === USED)) return diagnostics;
  const exports = cell.statements.at(-1);
  const end = exports && ts.isExportDeclaration(exports) ? exports.pos : cell.end;
  const inCell = ({ file, start = 0 }: tsModule.Diagnostic) => file === cell && start < end;
  const nameAt = ({ start = 0, length = 0 }: tsModule.Diagnostic) =>
    cell.text.slice(start, start + length);
  const used = new Set(diagnostics.filter((d) => d.code === USED && inCell(d)).map(nameAt));
  return diagnostics.filter(
    (d) =>
      d.file !== cell ||
      !((d.code === DECLARED && !used.has(nameAt(d))) || (d.code === USED && !inCell(d))),
  );
}
