/** What the runner must know of a cell's form: whether it awaits, and whether it ends in a value. */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export interface CellShape {
  readonly isAsync: boolean;
  readonly endsInExpression: boolean;
}

/** Of the cell as typed: emitted code may end in an expression of the compiler's own. */
export const shapeOf = (file: tsModule.SourceFile): CellShape => ({
  isAsync: hasTopLevelAwait(file),
  endsInExpression: lastIsExpression(file),
});

function lastIsExpression(file: tsModule.SourceFile): boolean {
  const last = file.statements.findLast(
    (statement) => !ts.isExportDeclaration(statement) && !ts.isEmptyStatement(statement),
  );
  return last !== undefined && ts.isExpressionStatement(last);
}

function hasTopLevelAwait(file: tsModule.SourceFile): boolean {
  const visit = (node: tsModule.Node): boolean => {
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier) return true;
    if (
      ts.isVariableDeclarationList(node) &&
      (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    ) {
      return true;
    }
    // A function's awaits are its own; a computed member name of a class is not, but who writes it?
    if (ts.isFunctionLike(node) || ts.isPropertyDeclaration(node)) return false;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}
