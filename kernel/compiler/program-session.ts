/**
 * Many cells in one program, with one checker.
 *
 * `ts.createProgram` visits every file, several hundred with TensorFlow.js, to find that none has
 * changed, and a new checker merges all global names again: together most of the time of a small
 * cell. A session takes all files over from a base program, by prototype, and replaces the two
 * virtual files of a cell. Its checker stays: what it knows of libraries is true for the next cell
 * too, and what it knows of an earlier cell hangs on nodes that no later cell has.
 *
 * That is sound while each module that a cell names is in the base program already and no file of
 * the user's has changed; otherwise `open` refuses, and a whole program is made.
 * Source: TypeScript 5.9.3, `createProgram` and `createTypeChecker`.
 */
import type tsModule from "typescript";
import type { SourceFiles } from "./host.js";
import { moduleNames } from "./module-names.js";
import { bound, type Checker, type Program, type Resolution, ts } from "./typescript.js";

export type VirtualFiles = ReadonlyMap<string, tsModule.SourceFile>;

/**
 * What a checker learns of past cells is never used again, and takes 20 to 100 kB a cell: after so
 * many it gives way to a new one in an idle moment, and after so many at once.
 */
const OLD = 100;
const TOO_OLD = 1000;

export class ProgramSession {
  readonly program: Program;
  readonly #base: Program;
  readonly #files: SourceFiles;
  /** Files that may change while the kernel runs. */
  readonly #watched: readonly tsModule.SourceFile[];
  #virtual: VirtualFiles = new Map();
  #byPath: VirtualFiles = new Map();
  #resolutions = new Map<string, ReadonlyMap<string, Resolution>>();
  #checker: Checker | undefined;
  #opened = 0;
  #renewed = 0;

  constructor(base: tsModule.Program, virtual: VirtualFiles, files: SourceFiles) {
    this.#base = base as Program;
    this.#files = files;
    const others = base.getSourceFiles().filter((file) => !virtual.has(file.fileName));
    this.#watched = others.filter((file) => !files.isInstalled(file.fileName));
    this.program = this.#derive(others);
  }

  /** Puts a cell in place; false when only a whole program can hold it. */
  open(virtual: VirtualFiles, options: tsModule.CompilerOptions): boolean {
    if (this.#base.getCompilerOptions() !== options || this.#hasChanged()) return false;
    const resolutions = new Map<string, ReadonlyMap<string, Resolution>>();
    for (const [path, file] of virtual) {
      const resolved = this.#resolve(file, options);
      if (!resolved) return false;
      resolutions.set(path, resolved);
    }
    // A path of its own: what the checker or the base files under a path is not this cell's.
    const stamp = `#${++this.#opened}`;
    if (this.#opened - this.#renewed >= TOO_OLD) this.#renew();
    for (const [path, file] of virtual) {
      const own = `${path}${stamp}`;
      Object.assign(file, { path: own, resolvedPath: own, originalFileName: path });
      Object.assign(file, { imports: [], moduleAugmentations: [], ambientModuleNames: [] });
    }
    this.#virtual = virtual;
    this.#byPath = new Map(Array.from(virtual.values(), (file) => [bound(file).path, file]));
    this.#resolutions = resolutions;
    return true;
  }

  get checker(): Checker {
    this.#checker ??= ts.createTypeChecker(this.program);
    return this.#checker;
  }

  get isOld(): boolean {
    return this.#opened - this.#renewed >= OLD;
  }

  /** Takes a new checker, if this one is old. */
  refresh(): void {
    if (this.isOld) this.#renew();
  }

  #renew(): void {
    this.#checker = undefined;
    this.#renewed = this.#opened;
  }

  #derive(others: readonly tsModule.SourceFile[]): Program {
    const base = this.#base;
    const isVirtual = (file: tsModule.SourceFile) => this.#virtual.get(file.fileName) === file;
    const getResolvedModule: Program["getResolvedModule"] = (file, name, mode) =>
      isVirtual(file)
        ? this.#resolutions.get(file.fileName)?.get(name)
        : base.getResolvedModule(file, name, mode);
    const program = Object.create(base) as Program;
    const overrides: Partial<Program> = {
      // Without the cell, so that no type is ever named by way of an earlier cell.
      getSourceFiles: () => others,
      getSourceFile: (path) => this.#virtual.get(path) ?? base.getSourceFile(path),
      getSourceFileByPath: (path) => this.#byPath.get(path) ?? base.getSourceFileByPath(path),
      getResolvedModule,
      getResolvedModuleFromModuleSpecifier: (specifier, file = specifier.getSourceFile()) =>
        getResolvedModule(file, specifier.text, program.getModeForUsageLocation(file, specifier)),
      getTypeChecker: () => this.checker,
      getSemanticDiagnostics: (file) => (file ? this.#diagnose(file) : []),
    };
    return Object.assign(program, overrides);
  }

  /** The checker answers by the file's name, which all cells share. */
  #diagnose(file: tsModule.SourceFile): readonly tsModule.Diagnostic[] {
    const semantic = this.checker.getDiagnostics(file);
    const ofFile = semantic.filter((d) => d.file === file || d.file === undefined);
    return [...bound(file).bindDiagnostics, ...ofFile];
  }

  /** The user's own files are those of the base, and none asks for what only a program can do. */
  #hasChanged(): boolean {
    return this.#watched.some(
      (file) =>
        this.#files.get(file.fileName, file.languageVersion) !== file ||
        (!file.isDeclarationFile && Boolean(bound(file).commentDirectives?.length)),
    );
  }

  /** Each name's module; undefined when one is not in the base, or when the file is not plain. */
  #resolve(
    file: tsModule.SourceFile,
    options: tsModule.CompilerOptions,
  ): ReadonlyMap<string, Resolution> | undefined {
    if (!isPlain(file)) return undefined;
    const resolved = new Map<string, Resolution>();
    for (const name of moduleNames(file)) {
      const resolvedModule = this.#files.resolve(name, file.fileName, options);
      if (resolvedModule && !isUntyped(resolvedModule)) {
        if (!this.#base.getSourceFile(resolvedModule.resolvedFileName)) return undefined;
      }
      resolved.set(name, { resolvedModule });
    }
    return resolved;
  }
}

/** A package without types is in no program; to TypeScript it is an implicit `any`. */
const isUntyped = ({ isExternalLibraryImport, extension }: tsModule.ResolvedModuleFull): boolean =>
  isExternalLibraryImport === true && /^\.[cm]?js$/.test(extension);

/** Whether a file asks for nothing that only a program of its own can do. */
export function isPlain(file: tsModule.SourceFile): boolean {
  return (
    file.referencedFiles.length === 0 &&
    file.typeReferenceDirectives.length === 0 &&
    file.libReferenceDirectives.length === 0 &&
    !bound(file).commentDirectives?.length &&
    !file.statements.some(augments)
  );
}

/** `declare global` and `declare module "m"` change what all files see. */
const augments = (statement: tsModule.Statement): boolean =>
  ts.isModuleDeclaration(statement) &&
  (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0);
