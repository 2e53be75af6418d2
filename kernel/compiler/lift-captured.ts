/**
 * Variables that closures capture live on `exports`, not in a copy.
 *
 * The converter exports a copy of each variable. If a function of the cell mentions a `let`, a later
 * cell that assigns it must reach that function, so every mention of it becomes `exports.name`, and
 * its declaration an assignment. Variables that no function captures stay locals, which are faster.
 */
import type tsModule from "typescript";
import { ts } from "./typescript.js";

type Names = ReadonlyMap<tsModule.Symbol, string>;

export function liftCaptured(
  checker: tsModule.TypeChecker,
): tsModule.TransformerFactory<tsModule.SourceFile> {
  return (context) => (file) => {
    const lifted = capturedVariables(file, checker);
    return lifted.size === 0 ? file : rewrite(file, lifted, checker, context);
  };
}

function capturedVariables(file: tsModule.SourceFile, checker: tsModule.TypeChecker): Names {
  const candidates = new Map<tsModule.Symbol, string>();
  for (const statement of file.statements) {
    if (!isReassignable(statement)) continue;
    for (const { name } of statement.declarationList.declarations) {
      const symbol = ts.isIdentifier(name) ? checker.getSymbolAtLocation(name) : undefined;
      if (symbol) candidates.set(symbol, symbol.name);
    }
  }
  const captured = new Map<tsModule.Symbol, string>();
  const visit = (node: tsModule.Node, inFunction: boolean): void => {
    if (inFunction && ts.isIdentifier(node)) {
      const symbol = valueSymbol(node, checker);
      const name = symbol && candidates.get(symbol);
      if (symbol && name !== undefined) captured.set(symbol, name);
    }
    const inside = inFunction || ts.isFunctionLike(node) || ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  if (candidates.size > 0) visit(file, false);
  return captured;
}

/** `let` and `var` of plain names; a pattern's names are rarely assigned again. */
function isReassignable(statement: tsModule.Statement): statement is tsModule.VariableStatement {
  return (
    ts.isVariableStatement(statement) &&
    !statement.modifiers?.length &&
    (statement.declarationList.flags & (ts.NodeFlags.Const | ts.NodeFlags.Using)) === 0 &&
    statement.declarationList.declarations.every((d) => ts.isIdentifier(d.name))
  );
}

function valueSymbol(
  node: tsModule.Identifier,
  checker: tsModule.TypeChecker,
): tsModule.Symbol | undefined {
  // What another transformer has made stands in no tree, and names nothing of the cell's.
  if ((node as tsModule.Node).parent === undefined) return undefined;
  return ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
}

function rewrite(
  file: tsModule.SourceFile,
  lifted: Names,
  checker: tsModule.TypeChecker,
  context: tsModule.TransformationContext,
): tsModule.SourceFile {
  const { factory } = context;
  const liftedName = (node: tsModule.Identifier): string | undefined => {
    const symbol = valueSymbol(node, checker);
    return symbol && lifted.get(symbol);
  };
  const expression = mentions(liftedName, context);
  const declared = (
    declaration: tsModule.VariableDeclaration,
    flags: tsModule.NodeFlags,
  ): tsModule.Statement => {
    const { name, initializer } = declaration;
    const lift = ts.isIdentifier(name) ? liftedName(name) : undefined;
    if (lift === undefined) {
      const changed = ts.visitEachChild(declaration, expression, context);
      const list = factory.createVariableDeclarationList([changed], flags);
      return factory.createVariableStatement(undefined, list);
    }
    const value = initializer
      ? (ts.visitNode(initializer, expression) as tsModule.Expression)
      : factory.createVoidZero();
    const assignment = factory.createAssignment(access(lift, factory), value);
    const mapped = ts.setTextRange(assignment, declaration);
    return ts.setTextRange(factory.createExpressionStatement(mapped), declaration);
  };
  const statement = (node: tsModule.Statement): tsModule.Statement[] => {
    if (ts.isExportDeclaration(node)) {
      return [withoutNames(node, new Set(lifted.values()), factory)];
    }
    if (!isReassignable(node)) return [expression(node) as tsModule.Statement];
    const { declarations, flags } = node.declarationList;
    return declarations.map((declaration) => declared(declaration, flags));
  };
  return factory.updateSourceFile(file, file.statements.flatMap(statement));
}

const access = (name: string, factory: tsModule.NodeFactory) =>
  factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name);

/** Puts `exports.name` where a lifted name is mentioned. */
function mentions(
  liftedName: (node: tsModule.Identifier) => string | undefined,
  context: tsModule.TransformationContext,
) {
  const { factory } = context;
  const visit = (node: tsModule.Node): tsModule.Node => {
    if (ts.isTypeNode(node)) return node;
    if (ts.isShorthandPropertyAssignment(node)) {
      const name = liftedName(node.name);
      if (name === undefined) return ts.visitEachChild(node, visit, context);
      const given = node.objectAssignmentInitializer;
      const target = access(name, factory);
      const value = given
        ? factory.createAssignment(target, ts.visitNode(given, visit) as typeof given)
        : target;
      return ts.setTextRange(factory.createPropertyAssignment(node.name.text, value), node);
    }
    if (!ts.isIdentifier(node)) return ts.visitEachChild(node, visit, context);
    const name = liftedName(node);
    return name === undefined ? node : ts.setTextRange(access(name, factory), node);
  };
  return visit;
}

function withoutNames(
  node: tsModule.ExportDeclaration,
  names: ReadonlySet<string>,
  factory: tsModule.NodeFactory,
): tsModule.ExportDeclaration {
  if (!node.exportClause || !ts.isNamedExports(node.exportClause) || node.moduleSpecifier) {
    return node;
  }
  const kept = node.exportClause.elements.filter((element) => !names.has(element.name.text));
  const clause = factory.createNamedExports(kept);
  const { modifiers, isTypeOnly } = node;
  return factory.updateExportDeclaration(node, modifiers, isTypeOnly, clause, undefined, undefined);
}
