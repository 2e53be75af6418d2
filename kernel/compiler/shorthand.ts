/**
 * `{ a }` with `a` from an earlier cell becomes `{ a: exports.a }`.
 *
 * tslab's converter qualifies the names of earlier cells wherever they stand as expressions, but a
 * shorthand property's name is both a name and an expression and slips through.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

const DECLARATIONS = /\/__prev__\.d\.ts$/;

export function qualifyShorthand(
  checker: tsModule.TypeChecker,
): tsModule.TransformerFactory<tsModule.SourceFile> {
  return (context) => {
    const visit = (node: tsModule.Node): tsModule.Node => {
      if (
        !ts.isShorthandPropertyAssignment(node) ||
        !isFromEarlierCell(checker.getShorthandAssignmentValueSymbol(node))
      ) {
        return ts.visitEachChild(node, visit, context);
      }
      const { factory } = context;
      const value = factory.createPropertyAccessExpression(
        factory.createIdentifier("exports"),
        factory.createIdentifier(node.name.text),
      );
      const initializer = node.objectAssignmentInitializer;
      return ts.setTextRange(
        factory.createPropertyAssignment(
          factory.createIdentifier(node.name.text),
          initializer ? factory.createAssignment(value, initializer) : value,
        ),
        node,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

export function isFromEarlierCell(symbol: tsModule.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).some((d) => DECLARATIONS.test(d.getSourceFile().fileName));
}
