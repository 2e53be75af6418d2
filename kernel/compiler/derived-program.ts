/**
 * A program that differs from another only in the two virtual files of a cell.
 *
 * `ts.createProgram` visits every file, several hundred with TensorFlow.js, to find that none has
 * changed. Here all but the cell is taken over by prototype, and only a checker is made. That is
 * sound when each module that the cell names is in the base program already and no file of the
 * user's has changed; otherwise `deriveProgram` gives undefined, and a whole program is made.
 * Source: TypeScript 5.9.3, `createProgram` and its emit host.
 */
import type tsModule from "typescript";
import { isInstalled, type SourceFiles } from "./host.js";
import { ts } from "./typescript.js";

type Resolution = { readonly resolvedModule: tsModule.ResolvedModuleFull | undefined };

/** What programs have beyond their public interface, as far as the checker and the emitter ask. */
interface ProgramInternals {
  getResolvedModule(
    file: tsModule.SourceFile,
    name: string,
    mode: tsModule.ResolutionMode,
  ): Resolution | undefined;
  getSourceFileByPath(path: string): tsModule.SourceFile | undefined;
  /** Why each file is in the program; an import's reason says which import of which file. */
  getFileIncludeReasons(): {
    get(path: string): readonly { readonly file?: string }[] | undefined;
  };
}
type Program = tsModule.Program & ProgramInternals;

interface CheckerInternals {
  getEmitResolver(file: tsModule.SourceFile, token: undefined, skipDiagnostics: boolean): object;
  getDiagnostics(file: tsModule.SourceFile): tsModule.Diagnostic[];
}
interface FileInternals {
  readonly path: string;
  readonly bindDiagnostics: readonly tsModule.Diagnostic[];
  readonly commentDirectives?: readonly unknown[];
}
interface Internals {
  createTypeChecker(host: object): tsModule.TypeChecker & CheckerInternals;
  emitFiles(
    resolver: object,
    host: object,
    file: tsModule.SourceFile | undefined,
    transformers: object,
    declarationsOnly: boolean | undefined,
    onlyBuildInfo: boolean,
    force: boolean | undefined,
  ): tsModule.EmitResult;
  getTransformers(
    options: tsModule.CompilerOptions,
    custom?: tsModule.CustomTransformers,
    declarationsOnly?: boolean,
  ): TransformerLists;
}
interface TransformerLists {
  readonly scriptTransformers: readonly unknown[];
  readonly declarationTransformers: readonly unknown[];
}
/** A cell's transformers: those of `beforeModule` see ES modules, `after` sees CommonJS. */
export interface CellTransformers extends tsModule.CustomTransformers {
  readonly beforeModule: readonly tsModule.TransformerFactory<tsModule.SourceFile>[];
}
const internal = ts as unknown as Internals;
const internals = (file: tsModule.SourceFile) => file as tsModule.SourceFile & FileInternals;

/** A whole program that emits as derived ones do. */
export function wholeProgram(program: tsModule.Program): tsModule.Program {
  const own = Object.create(program) as Program;
  return Object.assign(own, {
    emit: emitter(
      own,
      () => program.getTypeChecker() as ReturnType<Internals["createTypeChecker"]>,
    ),
  });
}

export function deriveProgram(
  baseProgram: tsModule.Program,
  virtual: ReadonlyMap<string, tsModule.SourceFile>,
  files: SourceFiles,
  options: tsModule.CompilerOptions,
): tsModule.Program | undefined {
  const base = baseProgram as Program;
  if (base.getCompilerOptions() !== options || !isUnchanged(base, virtual, files)) return undefined;
  const resolutions = new Map<string, Map<string, Resolution>>();
  for (const [path, file] of virtual) {
    const resolved = resolveImports(file, base, files, options);
    if (!resolved) return undefined;
    resolutions.set(path, resolved);
    const { path: ownPath } = internals(base.getSourceFile(path) ?? file);
    Object.assign(file, { path: ownPath, resolvedPath: ownPath, originalFileName: path });
    Object.assign(file, { imports: [], moduleAugmentations: [], ambientModuleNames: [] });
  }
  return assemble(base, virtual, resolutions);
}

function assemble(
  base: Program,
  virtual: ReadonlyMap<string, tsModule.SourceFile>,
  resolutions: ReadonlyMap<string, ReadonlyMap<string, Resolution>>,
): tsModule.Program {
  const all = base.getSourceFiles().map((file) => virtual.get(file.fileName) ?? file);
  const program = Object.create(base) as Program;
  const getResolvedModule: Program["getResolvedModule"] = (file, name, mode) =>
    virtual.has(file.fileName)
      ? resolutions.get(file.fileName)?.get(name)
      : base.getResolvedModule(file, name, mode);
  // The base's reasons count the imports of the base's cell, not of this one.
  const cells = new Set(Array.from(virtual.values(), (file) => internals(file).path));
  const reasons = base.getFileIncludeReasons();
  const getFileIncludeReasons: Program["getFileIncludeReasons"] = () => ({
    get: (path) => reasons.get(path)?.filter(({ file }) => !cells.has(file ?? "")),
  });
  let checker: ReturnType<Internals["createTypeChecker"]> | undefined;
  const getTypeChecker = () => {
    checker ??= internal.createTypeChecker(program);
    return checker;
  };
  Object.assign(program, {
    getSourceFiles: () => all,
    getSourceFile: (path: string) => virtual.get(path) ?? base.getSourceFile(path),
    getSourceFileByPath: (path: string) => virtual.get(path) ?? base.getSourceFileByPath(path),
    getResolvedModule,
    getFileIncludeReasons,
    getResolvedModuleFromModuleSpecifier: (
      specifier: tsModule.StringLiteralLike,
      file: tsModule.SourceFile = specifier.getSourceFile(),
    ) => getResolvedModule(file, specifier.text, program.getModeForUsageLocation(file, specifier)),
    getTypeChecker,
    getSemanticDiagnostics: (file: tsModule.SourceFile) => [
      ...internals(file).bindDiagnostics,
      ...getTypeChecker().getDiagnostics(file),
    ],
    emit: emitter(program, getTypeChecker),
  });
  return program;
}

/** As `Program.emit`, with the sixth parameter that forces declarations out. */
function emitter(
  program: Program,
  getTypeChecker: () => ReturnType<Internals["createTypeChecker"]>,
) {
  return (
    file: tsModule.SourceFile,
    writeFile: tsModule.WriteFileCallback,
    _token: undefined,
    declarationsOnly: boolean | undefined,
    custom: CellTransformers,
    force: boolean,
  ): tsModule.EmitResult => {
    // One emit goes all the way to CommonJS: a second one would cost a program of its own.
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
    return internal.emitFiles(
      getTypeChecker().getEmitResolver(file, undefined, true),
      host,
      file,
      inOrder(internal.getTransformers(options, custom, declarationsOnly), custom),
      declarationsOnly,
      false,
      force,
    );
  };
}

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

/** The user's own files are those of the base, and none asks for what only a program can do. */
function isUnchanged(
  base: Program,
  virtual: ReadonlyMap<string, tsModule.SourceFile>,
  files: SourceFiles,
): boolean {
  for (const file of base.getSourceFiles()) {
    if (isInstalled(file.fileName) || virtual.has(file.fileName)) continue;
    if (files.get(file.fileName, file.languageVersion) !== file) return false;
    if (!file.isDeclarationFile && internals(file).commentDirectives?.length) return false;
  }
  return true;
}

/** Each name's module; undefined when one is not in the base, or when the file changes globals. */
function resolveImports(
  file: tsModule.SourceFile,
  base: Program,
  files: SourceFiles,
  options: tsModule.CompilerOptions,
): Map<string, Resolution> | undefined {
  const isPlain =
    file.referencedFiles.length === 0 &&
    file.typeReferenceDirectives.length === 0 &&
    file.libReferenceDirectives.length === 0 &&
    !internals(file).commentDirectives?.length &&
    !file.statements.some(augments);
  if (!isPlain) return undefined;
  const resolved = new Map<string, Resolution>();
  for (const name of moduleNames(file)) {
    const resolvedModule = files.resolve(name, file.fileName, options);
    if (resolvedModule && !base.getSourceFile(resolvedModule.resolvedFileName)) return undefined;
    resolved.set(name, { resolvedModule });
  }
  return resolved;
}

const augments = (statement: tsModule.Statement): boolean =>
  ts.isModuleDeclaration(statement) &&
  (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0);

function moduleNames(file: tsModule.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: tsModule.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) names.add(node.text);
  };
  const visit = (node: tsModule.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
