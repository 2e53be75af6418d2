/** The modules that a file names: in imports and exports, in `import()`, and in import types. */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export function moduleNames(file: tsModule.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: tsModule.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) names.add(node.text);
  };
  const visit = (node: tsModule.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
