/**
 * The stand-in for TypeScript's watch program behind tslab's converter.
 *
 * The converter rewrites the two virtual files of a cell and asks for a builder. TypeScript's own
 * watcher answers with a new program each time, twice a cell; this one parses at once, which is all
 * that the converter's first look needs, and takes a program only when types are asked for.
 */
import type tsModule from "typescript";
import type { CellPrograms } from "./cell-programs.js";
import type { Checker, Program } from "./typescript.js";

/** What the converter uses of `ts.createWatchCompilerHost`'s result and of `ts.System`. */
export interface ConverterHost {
  readonly rootFiles: readonly string[];
  readonly sys: tsModule.System;
  afterProgramCreate?(builder: CellBuilder): void;
}

/** What the converter uses of a builder program. */
export interface CellBuilder {
  getSourceFile(path: string): tsModule.SourceFile | undefined;
  getProgram(): tsModule.Program;
  getAllDependencies(file: tsModule.SourceFile): readonly string[];
  emit: tsModule.Program["emit"];
}

export interface Emission {
  readonly program: Program;
  readonly checker: Checker;
  readonly cell: tsModule.SourceFile;
  /** The declarations of all cells before. */
  readonly earlier: tsModule.SourceFile;
  readonly write: tsModule.WriteFileCallback;
  readonly transformers: tsModule.CustomTransformers;
}
type Emit = (emission: Emission) => void;

/** Gives the host a builder, now and whenever one of its files has changed. */
export function watchCell(host: ConverterHost, programs: CellPrograms, emit: Emit): void {
  const build = () => host.afterProgramCreate?.(createBuilder(host, programs, emit));
  let pending = false;
  for (const path of host.rootFiles) {
    host.sys.watchFile?.(path, () => {
      if (pending) return;
      pending = true;
      host.sys.setTimeout?.(() => {
        pending = false;
        build();
      }, 0);
    });
  }
  build();
}

function createBuilder(
  { rootFiles, sys }: ConverterHost,
  programs: CellPrograms,
  emit: Emit,
): CellBuilder {
  const virtual = new Map(
    rootFiles.map((path) => [path, programs.parse(path, sys.readFile(path) ?? "")]),
  );
  let program: Program | undefined;
  const getProgram = () => {
    program ??= programs.program(virtual);
    return program;
  };
  return {
    getSourceFile: (path) => virtual.get(path) ?? getProgram().getSourceFile(path),
    getProgram,
    // Local modules are compiled apart from the cell (local-modules.ts).
    getAllDependencies: (file) => [file.fileName],
    emit: (cell, write, _token, _declarationsOnly, transformers = {}) => {
      const earlier = [...virtual.values()].find((file) => file !== cell);
      if (cell && earlier && write) {
        const checker = getProgram().getTypeChecker() as Checker;
        emit({ program: getProgram(), checker, cell, earlier, write, transformers });
      }
      return { emitSkipped: false, diagnostics: [] };
    },
  };
}
