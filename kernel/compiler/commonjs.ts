/**
 * The last step, to CommonJS for the runner: of a cell within its emit, of a local module alone.
 *
 * Beside TypeScript's own module transform it
 * - gives every loop a guard that reads shared memory, so that an interrupt throws inside the loop
 *   and `finally` blocks run (a guard costs nothing measurable where the body does arithmetic);
 * - turns `import()` into a call of the runner's importer, which is Node's native one, and
 *   `import.meta` into an object of the runner's.
 */
import type tsModule from "typescript";
import { RUNTIME } from "./commonjs-runtime.js";
import { ts } from "./typescript.js";

export interface CommonJs {
  readonly js: string;
  readonly map: string;
  readonly imports: readonly NamedImport[];
}

/** A module whose values a file asks for; those of static imports come in their order. */
export interface NamedImport {
  readonly specifier: string;
  /** By `import()`, perhaps later, perhaps never. */
  readonly isDynamic: boolean;
}

export interface CommonJsOptions {
  readonly fileName?: string;
  readonly experimentalDecorators?: boolean;
}

export function toCommonJs(source: string, options: CommonJsOptions = {}): CommonJs {
  const imports: NamedImport[] = [];
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    // `.mts` would stay a module.
    fileName: (options.fileName ?? "cell.js").replace(/\.[cm](tsx?|js)$/, ".$1"),
    transformers: aroundModule(source, imports),
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      sourceMap: true,
      jsx: ts.JsxEmit.React,
      experimentalDecorators: options.experimentalDecorators ?? false,
      newLine: ts.NewLineKind.LineFeed,
    },
  });
  return {
    js: outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, ""),
    map: sourceMapText ?? "",
    imports,
  };
}

export type Transformer = tsModule.TransformerFactory<tsModule.SourceFile>;

const isImportCall = (node: tsModule.Node): node is tsModule.CallExpression =>
  ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;

const useRunnersImport =
  (imports: NamedImport[]): Transformer =>
  (context) => {
    const { factory } = context;
    const visit = (node: tsModule.Node): tsModule.Node => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return ts.setTextRange(factory.createIdentifier(RUNTIME.meta), node);
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (!isImportCall(visited)) return visited;
      const [specifier] = visited.arguments;
      if (specifier && ts.isStringLiteralLike(specifier)) {
        imports.push({ specifier: specifier.text, isDynamic: true });
      }
      const callee = factory.createIdentifier(RUNTIME.import);
      return ts.setTextRange(
        factory.createCallExpression(callee, undefined, visited.arguments),
        visited,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };

/**
 * The `require` of a static import is TypeScript's own: it has no place in the source. Only imports
 * of values have come this far.
 */
const useRunnersRequire =
  (imports: NamedImport[]): Transformer =>
  (context) => {
    const { factory } = context;
    const visit = (node: tsModule.Node): tsModule.Node => {
      if (!ts.isCallExpression(node) || !isOwnRequire(node.expression)) {
        return ts.visitEachChild(node, visit, context);
      }
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) {
        imports.push({ specifier: specifier.text, isDynamic: false });
      }
      const callee = factory.createIdentifier(RUNTIME.require);
      return factory.updateCallExpression(node, callee, undefined, node.arguments);
    };
    return (file) =>
      ts.visitEachChild(file, (node) => (isImport(node) ? visit(node) : node), context);
  };

const isOwnRequire = (node: tsModule.Expression): boolean =>
  ts.isIdentifier(node) && node.text === "require" && node.pos < 0;

/** Only the statements that import: there is no need to look into functions. */
const isImport = (node: tsModule.Node): boolean =>
  ts.isVariableStatement(node) || ts.isExpressionStatement(node);

/** An imported name's export can be declared again by a later cell. */
const configurableExports: Transformer = (context) => {
  const { factory } = context;
  const visit = (node: tsModule.Node): tsModule.Node => {
    if (!ts.isExpressionStatement(node) || !isDefineExport(node.expression)) return node;
    const [target, name, descriptor] = node.expression.arguments;
    if (!target || !name || !descriptor || !ts.isObjectLiteralExpression(descriptor)) return node;
    const configurable = factory.createPropertyAssignment("configurable", factory.createTrue());
    const properties = [...descriptor.properties, configurable];
    return factory.updateExpressionStatement(
      node,
      factory.updateCallExpression(node.expression, node.expression.expression, undefined, [
        target,
        name,
        factory.updateObjectLiteralExpression(descriptor, properties),
      ]),
    );
  };
  return (file) => ts.visitEachChild(file, visit, context);
};

/** `Object.defineProperty(exports, …)`, as TypeScript writes it for an import that is exported. */
function isDefineExport(node: tsModule.Expression): node is tsModule.CallExpression {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "defineProperty" &&
    node.arguments.length === 3
  );
}

const guardLoops: Transformer = (context) => {
  const { factory } = context;
  const guarded = (body: tsModule.Statement): tsModule.Statement => {
    const flag = factory.createElementAccessExpression(
      factory.createIdentifier(RUNTIME.guard),
      factory.createNumericLiteral(0),
    );
    const stop = factory.createCallExpression(
      factory.createIdentifier(RUNTIME.stop),
      undefined,
      [],
    );
    const guard = factory.createExpressionStatement(factory.createLogicalAnd(flag, stop));
    // Statements are spliced, not nested, so that a `continue` or a `let` keeps its meaning.
    const statements = ts.isBlock(body) ? body.statements : [body];
    return ts.setTextRange(factory.createBlock([guard, ...statements], true), body);
  };
  const visit = (node: tsModule.Node): tsModule.Node => {
    const n = ts.visitEachChild(node, visit, context);
    if (ts.isForStatement(n)) {
      const body = guarded(n.statement);
      return factory.updateForStatement(n, n.initializer, n.condition, n.incrementor, body);
    }
    if (ts.isForOfStatement(n)) {
      const body = guarded(n.statement);
      return factory.updateForOfStatement(n, n.awaitModifier, n.initializer, n.expression, body);
    }
    if (ts.isForInStatement(n)) {
      return factory.updateForInStatement(n, n.initializer, n.expression, guarded(n.statement));
    }
    if (ts.isWhileStatement(n)) {
      return factory.updateWhileStatement(n, n.expression, guarded(n.statement));
    }
    if (ts.isDoStatement(n)) {
      return factory.updateDoStatement(n, guarded(n.statement), n.expression);
    }
    return n;
  };
  return (file) => ts.visitEachChild(file, visit, context);
};

/**
 * What the runner needs, before and after TypeScript's own module transform: no more than the source
 * can have use for, because each walks the whole tree.
 *
 * @param imports is filled with the modules that the code names.
 */
export function aroundModule(source: string, imports: NamedImport[]) {
  const ifNamed = (keyword: RegExp, transformers: Transformer[]) =>
    keyword.test(source) ? transformers : [];
  return {
    before: [
      ...ifNamed(/\bimport\b/, [useRunnersImport(imports)]),
      ...ifNamed(/\b(for|while|do)\b/, [guardLoops]),
    ],
    after: ifNamed(/\bimport\b|\bfrom\b/, [configurableExports, useRunnersRequire(imports)]),
  };
}
