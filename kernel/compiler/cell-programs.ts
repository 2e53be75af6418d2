/**
 * The stand-in for TypeScript's watch program behind tslab's converter.
 *
 * The converter rewrites two virtual files for each cell (the declarations so far, and the cell)
 * and asks for a builder. TypeScript's own watcher answers with a new program each time, twice a
 * cell; this one parses at once, which is all that the converter's first look needs, and takes a
 * program only when types are asked for: the session's, which serves many cells, or where that
 * cannot hold the cell a whole one.
 */
import type tsModule from "typescript";
import type { SourceFiles } from "./host.js";
import { isPlain, ProgramSession } from "./program-session.js";
import { bound, type Checker, type Program, ts } from "./typescript.js";

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
  /** Emits the cell, of whose program `earlier` are the declarations of all cells before. */
  readonly emit: (emission: Emission) => void;
}

export interface Emission {
  readonly program: Program;
  readonly checker: Checker;
  readonly cell: tsModule.SourceFile;
  readonly earlier: tsModule.SourceFile;
  readonly write: tsModule.WriteFileCallback;
  readonly transformers: tsModule.CustomTransformers;
}

export class CellPrograms {
  readonly #host: ConverterHost;
  readonly #settings: CellProgramSettings;
  /** The latest whole program: the next one takes over what has not changed. */
  #whole: tsModule.Program | undefined;
  #session: ProgramSession | undefined;
  /** Declarations that no cell has changed are parsed, and looked at, once. */
  #declarations: tsModule.SourceFile | undefined;

  constructor(host: ConverterHost, settings: CellProgramSettings) {
    this.#host = host;
    this.#settings = settings;
    let pending = false;
    for (const path of host.rootFiles) {
      host.sys.watchFile?.(path, () => {
        if (pending) return;
        pending = true;
        host.sys.setTimeout?.(() => {
          pending = false;
          host.afterProgramCreate?.(this.#build());
        }, 0);
      });
    }
    host.afterProgramCreate?.(this.#build());
  }

  /** The cell is compiled, or has failed to. */
  settle(): void {
    this.#session?.settle();
  }

  #build(): CellBuilder {
    const { rootFiles } = this.#host;
    const virtual = new Map(rootFiles.map((path) => [path, this.#parse(path)]));
    let program: Program | undefined;
    const getProgram = () => {
      program ??= this.#program(virtual);
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
          this.#settings.emit({
            ...{ program: getProgram(), checker, cell, earlier, write, transformers },
          });
        }
        return { emitSkipped: false, diagnostics: [] };
      },
    };
  }

  #parse(path: string): tsModule.SourceFile {
    const text = this.#read(path);
    if (this.#declarations?.fileName === path && this.#declarations.text === text) {
      return this.#declarations;
    }
    const file = parse(path, text);
    ts.bindSourceFile(file, this.#settings.options());
    if (file.isDeclarationFile) this.#declarations = file;
    else hideAugmentations(file);
    return file;
  }

  #read(path: string): string {
    return this.#host.sys.readFile(path) ?? "";
  }

  #program(virtual: ReadonlyMap<string, tsModule.SourceFile>): Program {
    const { files, options } = this.#settings;
    if (this.#session?.open(virtual, options())) return this.#session.program;
    if ([...virtual.values()].every(isPlain)) {
      // Of copies, because the session marks its files as its own.
      const whole = this.#createWhole(
        new Map(Array.from(virtual, ([path]) => [path, parse(path, this.#read(path))])),
      );
      const session = new ProgramSession(whole, virtual, files);
      if (session.open(virtual, options())) {
        this.#session = session;
        return session.program;
      }
    }
    return this.#createWhole(virtual);
  }

  #createWhole(virtual: ReadonlyMap<string, tsModule.SourceFile>): Program {
    const { files, options, globals } = this.#settings;
    this.#whole = ts.createProgram({
      rootNames: [...globals, ...this.#host.rootFiles],
      options: options(),
      host: createCompilerHost(this.#host, files, virtual),
      ...(this.#whole && { oldProgram: this.#whole }),
    });
    return this.#whole as Program;
  }
}

/** The converter exports all locals; `declare global` and `declare module "m"` are no names. */
function hideAugmentations(file: tsModule.SourceFile): void {
  const { locals } = bound(file);
  for (const name of locals.keys()) if (/^"|^__global$/.test(name)) locals.delete(name);
}

const parse = (path: string, text: string): tsModule.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);

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
