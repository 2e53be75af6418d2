/**
 * `const m = await import("m")` is declared as `typeof import("m")`.
 *
 * TypeScript writes such a type out member by member, hundreds of lines for a large module, which
 * every later cell would parse again.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

export const nameImportedTypes: tsModule.TransformerFactory<
  tsModule.SourceFile | tsModule.Bundle
> = (context) => {
  const { factory } = context;
  const visit = (node: tsModule.Node): tsModule.Node => {
    if (!ts.isVariableDeclaration(node)) return ts.visitEachChild(node, visit, context);
    const specifier = awaitedImport(ts.getOriginalNode(node));
    if (!specifier) return node;
    const argument = factory.createLiteralTypeNode(factory.createStringLiteral(specifier.text));
    const type = factory.createImportTypeNode(argument, undefined, undefined, undefined, true);
    return factory.updateVariableDeclaration(node, node.name, undefined, type, undefined);
  };
  return (node) => ts.visitEachChild(node, visit, context);
};

function awaitedImport(node: tsModule.Node): tsModule.StringLiteral | undefined {
  if (!ts.isVariableDeclaration(node) || node.type || !node.initializer) return undefined;
  if (!ts.isAwaitExpression(node.initializer)) return undefined;
  const call = node.initializer.expression;
  if (!ts.isCallExpression(call) || call.expression.kind !== ts.SyntaxKind.ImportKeyword) {
    return undefined;
  }
  const [argument] = call.arguments;
  return argument && ts.isStringLiteral(argument) ? argument : undefined;
}
