/**
 * The stand-in for TypeScript's watch program behind tslab's converter.
 *
 * The converter rewrites two virtual files for each cell (the declarations so far, and the cell)
 * and asks for a builder. TypeScript's own watcher answers with a new program each time, twice a
 * cell; this one parses at once, which is all that the converter's first look needs, and makes a
 * program only when types are asked for. That halves the time of a cell.
 */
import type tsModule from "typescript";
import { deriveProgram, wholeProgram } from "./derived-program.js";
import type { SourceFiles } from "./host.js";
import { ts } from "./typescript.js";

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

export interface CellProgramSettings {
  readonly files: SourceFiles;
  readonly options: () => tsModule.CompilerOptions;
  /** Files that belong to every program: the declarations of the kernel's own globals. */
  readonly globals: readonly string[];
  /** Sees each cell's emit, to add transformers and to catch the source map. */
  readonly emit: (program: tsModule.Program, ...args: EmitArguments) => tsModule.EmitResult;
}
export type EmitArguments = Parameters<tsModule.Program["emit"]>;

export function createCellProgram(host: ConverterHost, settings: CellProgramSettings) {
  let previous: tsModule.Program | undefined;
  let pending = false;
  const rebuild = () => {
    pending = false;
    host.afterProgramCreate?.(
      createBuilder(host, settings, previous, (program) => {
        previous = program;
      }),
    );
  };
  for (const path of host.rootFiles) {
    host.sys.watchFile?.(path, () => {
      if (pending) return;
      pending = true;
      host.sys.setTimeout?.(rebuild, 0);
    });
  }
  rebuild();
  return { close: () => undefined, updateRootFileNames: () => undefined };
}

function createBuilder(
  host: ConverterHost,
  { files, options, globals, emit }: CellProgramSettings,
  previous: tsModule.Program | undefined,
  onProgram: (program: tsModule.Program) => void,
): CellBuilder {
  const virtual = new Map<string, tsModule.SourceFile>();
  for (const path of host.rootFiles) {
    const file = ts.createSourceFile(path, host.sys.readFile(path) ?? "", ts.ScriptTarget.ES2022);
    ts.bindSourceFile(file, options());
    virtual.set(path, file);
  }
  let program: tsModule.Program | undefined;
  const getProgram = () => {
    if (program) return program;
    program = previous && deriveProgram(previous, virtual, files, options());
    if (program) return program;
    const whole = ts.createProgram({
      rootNames: [...globals, ...host.rootFiles],
      options: options(),
      host: createCompilerHost(host, files, virtual),
      ...(previous && { oldProgram: previous }),
    });
    onProgram(whole);
    program = wholeProgram(whole);
    return program;
  };
  return {
    getSourceFile: (path) => virtual.get(path) ?? getProgram().getSourceFile(path),
    getProgram,
    // Local modules are compiled apart from the cell (local-modules.ts).
    getAllDependencies: (file) => [file.fileName],
    emit: (...args) => emit(getProgram(), ...args),
  };
}

function createCompilerHost(
  { sys }: ConverterHost,
  files: SourceFiles,
  virtual: ReadonlyMap<string, tsModule.SourceFile>,
): tsModule.CompilerHost {
  return {
    getSourceFile: (path, version) => virtual.get(path) ?? files.get(path, version),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    writeFile: () => undefined,
    getCurrentDirectory: () => sys.getCurrentDirectory(),
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (path) => virtual.has(path) || files.exists(path),
    readFile: (path) => ts.sys.readFile(path),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    getModuleResolutionCache: () => files.packages,
    resolveModuleNameLiterals: (literals, containingFile, _redirect, options) =>
      literals.map((literal) => ({
        resolvedModule: files.resolve(literal.text, containingFile, options),
      })),
  };
}
