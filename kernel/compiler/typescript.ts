/**
 * TypeScript as the compiler thread uses it: the public API, and the internals that tslab's
 * converter or speed needs. They are named here, with types, and `missingInternals` says which of
 * them an update of TypeScript has dropped. Not loaded with `import`, which would scan 9 MB for
 * exports.
 * Source: TypeScript 5.9.3.
 */
import { createRequire } from "node:module";
import type tsModule from "typescript";
import { requireQuickly } from "./bytecode.js";

export interface Resolution {
  readonly resolvedModule: tsModule.ResolvedModuleFull | undefined;
}

/** What programs have beyond their public interface, as far as the checker and the emitter ask. */
export interface Program extends tsModule.Program {
  getResolvedModule(
    file: tsModule.SourceFile,
    name: string,
    mode: tsModule.ResolutionMode,
  ): Resolution | undefined;
  getResolvedModuleFromModuleSpecifier(
    specifier: tsModule.StringLiteralLike,
    file?: tsModule.SourceFile,
  ): Resolution | undefined;
  getSourceFileByPath(path: string): tsModule.SourceFile | undefined;
}

export interface Checker extends tsModule.TypeChecker {
  getEmitResolver(file: tsModule.SourceFile, token: undefined, skipDiagnostics: boolean): object;
  getDiagnostics(file: tsModule.SourceFile): tsModule.Diagnostic[];
}

/** What a bound file carries. */
export interface BoundFile extends tsModule.SourceFile {
  readonly path: string;
  readonly locals: Map<string, tsModule.Symbol>;
  readonly bindDiagnostics: readonly tsModule.Diagnostic[];
  readonly parseDiagnostics: readonly tsModule.DiagnosticWithLocation[];
  readonly commentDirectives?: readonly unknown[];
}

export interface TransformerLists {
  readonly scriptTransformers: readonly unknown[];
  readonly declarationTransformers: readonly unknown[];
}

interface Internals {
  /** Fills `file.locals`; a no-op when the file is bound. */
  bindSourceFile(file: tsModule.SourceFile, options: tsModule.CompilerOptions): void;
  readonly nullTransformationContext: tsModule.TransformationContext;
  createTypeChecker(host: object): Checker;
  emitFiles(
    resolver: object,
    host: object,
    file: tsModule.SourceFile | undefined,
    transformers: TransformerLists,
    /** 0 is the JavaScript alone; undefined is everything. */
    emitOnly: 0 | undefined,
    onlyBuildInfo: boolean,
    forceDeclarations: boolean,
  ): tsModule.EmitResult;
  /** The innermost node at a position. */
  getTouchingPropertyName(file: tsModule.SourceFile, position: number): tsModule.Node;
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: tsModule.TypeChecker,
      symbol: tsModule.Symbol,
      file: tsModule.SourceFile,
      enclosing: tsModule.Node | undefined,
      location: tsModule.Node,
    ): { readonly displayParts: tsModule.SymbolDisplayPart[] };
  };
  getTransformers(
    options: tsModule.CompilerOptions,
    custom?: tsModule.CustomTransformers,
  ): TransformerLists;
}

export type TypeScript = typeof tsModule;

export const require = createRequire(import.meta.url);
export const ts = requireQuickly("typescript") as TypeScript & Internals;

export const bound = (file: tsModule.SourceFile): BoundFile => file as BoundFile;

const OF_TS = [
  "bindSourceFile",
  "createTypeChecker",
  "emitFiles",
  "getTouchingPropertyName",
  "getTransformers",
  "nullTransformationContext",
  "SymbolDisplay",
] as const;
const OF_PROGRAM = [
  "getResolvedModule",
  "getResolvedModuleFromModuleSpecifier",
  "getSourceFileByPath",
] as const;
const OF_CHECKER = ["getEmitResolver", "getDiagnostics"] as const;
const OF_FILE = ["path", "locals", "bindDiagnostics", "parseDiagnostics"] as const;

/** The internals above that this TypeScript does not have; with all of them the list is empty. */
export function missingInternals(): string[] {
  const file = ts.createSourceFile("/a.ts", "export const a = 1", ts.ScriptTarget.ES2022);
  const program = ts.createProgram({
    rootNames: ["/a.ts"],
    options: { noLib: true, types: [] },
    host: {
      ...ts.createCompilerHost({}),
      getSourceFile: (path) => (path === "/a.ts" ? file : undefined),
    },
  });
  const missing = (of: object, names: readonly string[], owner: string) =>
    names.filter((name) => !(name in of)).map((name) => `${owner}.${name}`);
  const checker = program.getTypeChecker();
  return [
    ...missing(ts, OF_TS, "ts"),
    ...missing(program, OF_PROGRAM, "Program"),
    ...missing(checker, OF_CHECKER, "TypeChecker"),
    ...missing(file, OF_FILE, "SourceFile"),
  ];
}
