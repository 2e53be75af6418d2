/**
 * The program that a cell is checked in, and completed in: the session's, which serves many cells,
 * or where that cannot hold the cell a whole one.
 *
 * A cell is two virtual files: the declarations of all cells before, and the cell itself.
 */
import type tsModule from "typescript";
import type { SourceFiles } from "./host.js";
import { isPlain, ProgramSession, type VirtualFiles } from "./program-session.js";
import { bound, type Program, ts } from "./typescript.js";

/** The virtual files' first line, which makes them modules; positions are counted without it. */
export const PREFIX = `export {};${ts.sys.newLine}`;

export interface CellProgramSettings {
  readonly files: SourceFiles;
  readonly folder: string;
  readonly options: () => tsModule.CompilerOptions;
  /** Files that belong to every program: the declarations of the kernel's own globals. */
  readonly globals: readonly string[];
}

export class CellPrograms {
  readonly #settings: CellProgramSettings;
  /** A session each for standard and for legacy decorators, the only options that vary. */
  readonly #sessions = new Map<tsModule.CompilerOptions, ProgramSession>();
  /** The latest whole program: the next one takes over what has not changed. */
  #whole: tsModule.Program | undefined;
  /** Declarations that no cell has changed are parsed, and looked at, once. */
  #declarations: tsModule.SourceFile | undefined;

  constructor(settings: CellProgramSettings) {
    this.#settings = settings;
  }

  /** A virtual file, bound. */
  parse(path: string, text: string): tsModule.SourceFile {
    if (this.#declarations?.fileName === path && this.#declarations.text === text) {
      return this.#declarations;
    }
    const file = parse(path, text);
    ts.bindSourceFile(file, this.#settings.options());
    if (file.isDeclarationFile) this.#declarations = file;
    else hideAugmentations(file);
    return file;
  }

  program(virtual: VirtualFiles): Program {
    const { files, options } = this.#settings;
    const session = this.#sessions.get(options());
    if (session?.open(virtual, options())) return session.program;
    if (![...virtual.values()].every(isPlain)) return this.#createWhole(virtual);
    // Of copies, because the session marks its files as its own.
    const copies = Array.from(virtual, ([path, file]) => [path, parse(path, file.text)] as const);
    const next = new ProgramSession(this.#createWhole(new Map(copies)), virtual, files);
    if (!next.open(virtual, options())) return this.#createWhole(virtual);
    this.#sessions.set(options(), next);
    return next.program;
  }

  /** Whether a moment without requests should go to `refresh`. */
  get isOld(): boolean {
    return [...this.#sessions.values()].some((session) => session.isOld);
  }

  refresh(): void {
    for (const session of this.#sessions.values()) session.refresh();
  }

  #createWhole(virtual: VirtualFiles): Program {
    const { files, folder, options, globals } = this.#settings;
    this.#whole = ts.createProgram({
      rootNames: [...globals, ...virtual.keys()],
      options: options(),
      host: createCompilerHost(folder, files, virtual),
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
  folder: string,
  files: SourceFiles,
  virtual: VirtualFiles,
): tsModule.CompilerHost {
  return {
    getSourceFile: (path, version) => virtual.get(path) ?? files.get(path, version),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    writeFile: () => undefined,
    getCurrentDirectory: () => folder,
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
