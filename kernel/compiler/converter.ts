/**
 * tslab's converter on a current TypeScript.
 *
 * The converter loads its own fork of TypeScript 5.0. Before it does, the module cache gets a
 * forwarding object under the fork's name: mainline TypeScript, plus what only the fork exports,
 * with the watch program replaced by `createCellProgram`. tslab's part is then what it is best at:
 * exporting a cell's names, keeping its last expression, and carrying declarations from cell to
 * cell. Source: tslab 1.0.22, dist/converter.js.
 */
import Module from "node:module";
import { dirname } from "node:path";
import type tsModule from "typescript";
import { type ConverterHost, createCellProgram, type EmitArguments } from "./cell-program.js";
import { AFTER_MODULE, BEFORE_MODULE, collectImports, type Transformer } from "./commonjs.js";
import type { CellTransformers } from "./derived-program.js";
import type { SourceFiles } from "./host.js";
import { nameImportedTypes } from "./imported-types.js";
import { liftCaptured } from "./lift-captured.js";
import { keepPatternNames } from "./pattern-names.js";
import { qualifyShorthand } from "./shorthand.js";
import { require, ts } from "./typescript.js";

/** The virtual files' first line, which makes them modules; positions are counted without it. */
export const PREFIX = `export {};${ts.sys.newLine}`;

export interface Conversion {
  readonly diagnostics: readonly tsModule.Diagnostic[];
  /** Undefined when the cell has errors. */
  readonly program?: {
    readonly js: string;
    /** The source map from `js` back to the prefixed cell. */
    readonly map: string;
    readonly declarations: string;
    readonly lastExpression: string | undefined;
    readonly imports: readonly string[];
    readonly isAsync: boolean;
  };
}

export interface ConversionSettings {
  readonly files: SourceFiles;
  readonly options: () => tsModule.CompilerOptions;
  readonly globals: readonly string[];
  /** The diagnostics that stop this cell. */
  readonly diagnose: (
    program: tsModule.Program,
    cell: tsModule.SourceFile,
  ) => readonly tsModule.Diagnostic[];
}

interface TslabConverter {
  convert(previousDeclarations: string, source: string): TslabResult;
}
interface TslabResult {
  readonly output?: string;
  readonly declOutput?: string;
  readonly lastExpressionVar?: string;
}

/** The last parameter is TypeScript's own, for the language service. */
type EmitWithForce = (
  file: EmitArguments[0],
  write: EmitArguments[1],
  token: EmitArguments[2],
  declarationsOnly: EmitArguments[3],
  transformers: CellTransformers,
  force: boolean,
) => tsModule.EmitResult;

/** One converter a process: it is bound to the working directory. */
export function createConverter(settings: ConversionSettings) {
  let diagnostics: readonly tsModule.Diagnostic[] = [];
  let map = "";
  let imports: string[] = [];
  let isAsync = false;
  let endsInExpression = false;

  const emit = (program: tsModule.Program, ...args: EmitArguments) => {
    const [file, write, token, declarationsOnly, tslab] = args;
    const checker = program.getTypeChecker();
    imports = [];
    const transformers: CellTransformers = {
      before: [keepPatternNames(checker), qualifyShorthand(checker), liftCaptured(checker)],
      // The converter's own `after` was written for ES modules.
      beforeModule: [
        ...((tslab?.after ?? []) as Transformer[]),
        collectImports(imports),
        ...BEFORE_MODULE,
      ],
      after: [...AFTER_MODULE],
      afterDeclarations: [nameImportedTypes, ...(tslab?.afterDeclarations ?? [])],
    };
    const keep: tsModule.WriteFileCallback = (path, text, ...rest) => {
      if (path.endsWith(".js.map")) map = text;
      else write?.(path, path.endsWith(".js") ? withoutMapComment(text) : text, ...rest);
    };
    // Without `forceDtsEmit` one type that cannot be named would lose all declarations.
    const forceDtsEmit = true;
    return (program.emit as EmitWithForce)(
      file,
      keep,
      token,
      declarationsOnly,
      transformers,
      forceDtsEmit,
    );
  };
  installForwarding({
    createWatchCompilerHost: (rootFiles: string[], _options: unknown, sys: tsModule.System) => ({
      rootFiles,
      sys,
    }),
    createWatchProgram: (host: ConverterHost) => createCellProgram(host, { ...settings, emit }),
    getDefaultTypeRoots: () => [],
    getNullTransformationContext: () => ts.nullTransformationContext,
    getPreEmitDiagnosticsOfFiles: (program: tsModule.Program, [cell]: tsModule.SourceFile[]) => {
      diagnostics = cell ? settings.diagnose(program, cell) : [];
      isAsync = cell !== undefined && hasTopLevelAwait(cell);
      endsInExpression = cell !== undefined && lastIsExpression(cell);
      return diagnostics;
    },
    // The emit above has gone all the way already.
    transpileModule: (js: string) => ({ outputText: js }),
  });
  const { createConverter: create } = require("tslab/dist/converter.js") as {
    createConverter(options: { isJS: boolean; isBrowser: boolean }): TslabConverter;
  };
  const tslab = create({ isJS: false, isBrowser: false });

  return (declarations: string, source: string): Conversion => {
    const { output, declOutput, lastExpressionVar } = tslab.convert(declarations, source);
    if (diagnostics.length > 0 || output === undefined) return { diagnostics };
    return {
      diagnostics: [],
      program: {
        js: output,
        map,
        declarations: declOutput ?? "",
        lastExpression: endsInExpression ? lastExpressionVar : undefined,
        imports,
        isAsync,
      },
    };
  };
}

/** Puts mainline TypeScript with `overrides` where tslab will look for its fork. */
function installForwarding(overrides: object): void {
  const folder = dirname(require.resolve("tslab/dist/converter.js"));
  const path = require.resolve("@tslab/typescript-for-tslab", { paths: [folder] });
  const module = new Module(path);
  // The converter sets a property of `ts.sys` only; all else is read through.
  module.exports = { ...ts, ...overrides };
  module.loaded = true;
  require.cache[path] = module;
}

const withoutMapComment = (js: string): string => js.replace(/\/\/# sourceMappingURL=.*\s*$/, "");

/** In the cell as typed: emitted code may end in an expression of the compiler's own. */
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
