/**
 * The `a` of `const { a: x } = f()` stays a name where f's type comes from an earlier cell.
 *
 * tslab's converter puts `exports.` before every identifier whose symbol an earlier cell declares,
 * and the symbol of a pattern's property is the property in f's type. A copy of the identifier, which
 * stands in no source tree, has no symbol.
 */
import type tsModule from "typescript";
import { isFromEarlierCell } from "./shorthand.js";
import { ts } from "./typescript.js";

export function keepPatternNames(
  checker: tsModule.TypeChecker,
): tsModule.TransformerFactory<tsModule.SourceFile> {
  return (context) => {
    const { factory } = context;
    const copy = (name: tsModule.Identifier) =>
      ts.setTextRange(factory.createIdentifier(name.text), name);
    const isEarlier = (name: tsModule.Node | undefined): name is tsModule.Identifier =>
      name !== undefined &&
      ts.isIdentifier(name) &&
      isFromEarlierCell(checker.getSymbolAtLocation(name));
    const visit = (node: tsModule.Node): tsModule.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isBindingElement(node) && ts.isBindingElement(visited)) {
        if (!isEarlier(node.propertyName)) return visited;
        const { dotDotDotToken, name, initializer } = visited;
        const key = copy(node.propertyName);
        return factory.updateBindingElement(visited, dotDotDotToken, key, name, initializer);
      }
      if (ts.isPropertyAssignment(node) && ts.isPropertyAssignment(visited)) {
        if (!isEarlier(node.name)) return visited;
        return factory.updatePropertyAssignment(visited, copy(node.name), visited.initializer);
      }
      return visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
