/**
 * A cell's emit, all the way from the syntax tree to CommonJS.
 *
 * `Program.emit` would give ES modules, which tslab's converter then transpiles in a program of its
 * own. Here TypeScript's module transform runs in the same pass, after tslab's transformers and ours,
 * and declarations are made only where the cell declares something.
 * Source: TypeScript 5.9.3, `Program.emit` and its emit host.
 */
import type tsModule from "typescript";
import { bound, type Checker, type Program, type TransformerLists, ts } from "./typescript.js";

/** A cell's transformers: those of `beforeModule` see ES modules, `after` sees CommonJS. */
export interface CellTransformers extends tsModule.CustomTransformers {
  readonly beforeModule: readonly tsModule.TransformerFactory<tsModule.SourceFile>[];
}

const JAVASCRIPT_ALONE = 0;

export function emitCell(
  program: Program,
  checker: Checker,
  cell: tsModule.SourceFile,
  writeFile: tsModule.WriteFileCallback,
  custom: CellTransformers,
): void {
  const options = { ...program.getCompilerOptions(), module: ts.ModuleKind.CommonJS };
  const host = Object.assign(Object.create(program) as object, {
    writeFile,
    getCompilerOptions: () => options,
    getEmitModuleFormatOfFile: () => ts.ModuleKind.CommonJS,
    isEmitBlocked: () => false,
    getCanonicalFileName: (path: string) => path,
    useCaseSensitiveFileNames: () => true,
    readFile: ts.sys.readFile,
    fileExists: ts.sys.fileExists,
    realpath: ts.sys.realpath,
    getBuildInfo: () => undefined,
  });
  const declares = declaresSomething(cell);
  ts.emitFiles(
    checker.getEmitResolver(cell, undefined, true),
    host,
    cell,
    inOrder(ts.getTransformers(options, custom), custom),
    declares ? undefined : JAVASCRIPT_ALONE,
    false,
    // Otherwise one type that cannot be named would lose all declarations.
    declares,
  );
}

const declaresSomething = (cell: tsModule.SourceFile): boolean =>
  bound(cell).locals.size > 0 || cell.statements.some(ts.isModuleDeclaration);

/** TypeScript's module transform is the last of its own, before what is given as `after`. */
function inOrder(lists: TransformerLists, custom: CellTransformers): TransformerLists {
  const scripts = lists.scriptTransformers;
  const module = scripts.length - 1 - (custom.after?.length ?? 0);
  return {
    ...lists,
    scriptTransformers: [
      ...scripts.slice(0, module),
      ...custom.beforeModule,
      ...scripts.slice(module),
    ],
  };
}
