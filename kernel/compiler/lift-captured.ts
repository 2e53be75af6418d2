/**
 * `let a; export { a }` becomes `export let a`, when a function of the cell mentions `a`.
 *
 * The converter exports a copy of each variable. A variable that closures capture must instead live
 * on `exports` alone, so that a later cell's assignment reaches the closures of the cell that
 * declared it; TypeScript's module transform does that for `export let`.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export const liftCaptured: tsModule.TransformerFactory<tsModule.SourceFile> = (context) => {
  const { factory } = context;
  return (file) => {
    const exported = exportedNames(file);
    const captured = namesInFunctions(file);
    const lifted = new Set<string>();
    const statements = file.statements.map((statement) => {
      if (!isReassignable(statement)) return statement;
      const names = statement.declarationList.declarations.map((d) =>
        ts.isIdentifier(d.name) ? d.name.text : undefined,
      );
      const canLift = (name?: string) =>
        name !== undefined && exported.has(name) && captured.has(name);
      if (!names.every(canLift)) return statement;
      for (const name of names) if (name !== undefined) lifted.add(name);
      return factory.updateVariableStatement(
        statement,
        [factory.createModifier(ts.SyntaxKind.ExportKeyword)],
        statement.declarationList,
      );
    });
    if (lifted.size === 0) return file;
    return factory.updateSourceFile(
      file,
      statements.map((statement) => withoutExports(statement, lifted, factory)),
    );
  };
};

function isReassignable(statement: tsModule.Statement): statement is tsModule.VariableStatement {
  return (
    ts.isVariableStatement(statement) &&
    !statement.modifiers?.length &&
    (statement.declarationList.flags & (ts.NodeFlags.Const | ts.NodeFlags.Using)) === 0
  );
}

function withoutExports(
  statement: tsModule.Statement,
  names: ReadonlySet<string>,
  factory: tsModule.NodeFactory,
): tsModule.Statement {
  if (!ts.isExportDeclaration(statement) || !statement.exportClause) return statement;
  if (!ts.isNamedExports(statement.exportClause) || statement.moduleSpecifier) return statement;
  const kept = statement.exportClause.elements.filter((element) => !names.has(element.name.text));
  return factory.updateExportDeclaration(
    statement,
    statement.modifiers,
    statement.isTypeOnly,
    factory.createNamedExports(kept),
    undefined,
    undefined,
  );
}

/** What `export { a, b }` names: the converter's suffix, not the helpers that TypeScript adds. */
function exportedNames(file: tsModule.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    for (const element of statement.exportClause.elements) names.add(element.name.text);
  }
  return names;
}

function namesInFunctions(file: tsModule.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: tsModule.Node, inFunction: boolean): void => {
    if (inFunction && ts.isIdentifier(node)) names.add(node.text);
    const inside = inFunction || ts.isFunctionLike(node) || ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(file, false);
  return names;
}
