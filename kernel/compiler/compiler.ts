/**
 * Cells in, JavaScript or diagnostics out.
 *
 * The compiler holds the declarations of all cells that ran. `compile` checks a cell against them
 * and `commit`, called when the cell has run, adds the cell's own: all of them, or after an error
 * those whose values came into being.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type tsModule from "typescript";
import { CellPrograms } from "./cell-programs.js";
import { Converter } from "./converter.js";
import { keepDefined } from "./declarations.js";
import { type CellDiagnostic, describeAll } from "./diagnostics.js";
import { withoutEvolving } from "./evolving.js";
import { type Folders, SourceFiles } from "./host.js";
import {
  isLocalSource,
  type LocalModule,
  LocalModules,
  type ResolvedImport,
} from "./local-modules.js";
import { compilerOptions } from "./options.js";
import { ts } from "./typescript.js";
import { withoutExports } from "./without-exports.js";

export interface CompileRequest {
  readonly source: string;
  /** As stack traces name the cell. */
  readonly name: string;
  /** An expression, whose value is wanted: `{ a: 1 }` is an object then, not a block. */
  readonly isExpression?: boolean;
}
export interface CompiledCell {
  readonly js: string;
  readonly map: string;
  /** Lines that the compiler put before the source. */
  readonly linesBefore: number;
  readonly isAsync: boolean;
  readonly lastExpression: string | undefined;
  readonly imports: readonly ResolvedImport[];
  readonly modules: readonly LocalModule[];
}
export type CompileResult =
  | { readonly ok: true; readonly cell: CompiledCell }
  | { readonly ok: false; readonly diagnostics: readonly CellDiagnostic[] };

/** Decorator signatures that the standard's types refuse but the legacy ones may accept. */
const DECORATOR_ERRORS = new Set([1206, 1238, 1239, 1240, 1241, 1270, 1271, 2345, 2554]);

export class Compiler {
  readonly sourcePath: string;
  readonly files: SourceFiles;
  readonly programs: CellPrograms;
  declarations = "";
  readonly #standard: tsModule.CompilerOptions;
  readonly #legacy: tsModule.CompilerOptions;
  readonly #modules: LocalModules;
  readonly #converter: Converter;
  #options: tsModule.CompilerOptions;
  readonly #local = new WeakMap<readonly tsModule.SourceFile[], readonly tsModule.SourceFile[]>();
  #skipTypes = false;
  #pending: string | undefined;

  constructor(folders: Folders) {
    const files = new SourceFiles(folders);
    this.files = files;
    this.sourcePath = join(folders.cwd, "__tslab__.ts");
    this.#modules = new LocalModules(files);
    this.#standard = compilerOptions(folders);
    this.#legacy = { ...this.#standard, experimentalDecorators: true };
    this.#options = this.#standard;
    this.programs = new CellPrograms({
      files,
      folder: folders.cwd,
      options: () => this.#options,
      globals: [fileURLToPath(new URL("../runner/cell-globals.d.ts", import.meta.url))],
    });
    this.#converter = new Converter({
      programs: this.programs,
      diagnose: (program, cell) => this.#diagnose(program, cell),
    });
  }

  get options(): tsModule.CompilerOptions {
    return this.#options;
  }

  compile({ source, name, isExpression = false }: CompileRequest): CompileResult {
    const plain = withoutExports(source.replace(/\r\n?/g, "\n"));
    const [opening, closing] = isExpression ? ["(\n", "\n)"] : ["", ""];
    const text = opening + plain + closing;
    // TypeScript honours it at the top of a file; a cell's text is not at the top of its own.
    this.#skipTypes = /^\s*(\/\/.*\n\s*)*\/\/\s*@ts-nocheck\b/.test(text);
    const { program, diagnostics } = this.#convertWithEitherDecorators(text);
    if (!program) {
      const isCell = (file: tsModule.SourceFile) => file.fileName === this.sourcePath;
      return {
        ok: false,
        diagnostics: describeAll(diagnostics, { source, name, before: opening }, isCell),
      };
    }
    this.#pending = program.declarations;
    const imports = this.#modules.resolve(program.imports, this.sourcePath, this.#options);
    const { js, map, isAsync, lastExpression } = program;
    const modules = this.#modules.collect(imports, this.#options);
    const linesBefore = isExpression ? 2 : 1;
    return { ok: true, cell: { js, map, linesBefore, isAsync, lastExpression, imports, modules } };
  }

  /** @param defined the names that have a value, after an error; undefined when the cell is done. */
  commit(defined?: readonly string[]): void {
    if (this.#pending === undefined) return;
    this.declarations = defined
      ? keepDefined(this.#pending, this.declarations, new Set(defined))
      : this.#pending;
    this.#pending = undefined;
  }

  /** Forgets all cells: the runner has begun anew. */
  reset(): void {
    this.declarations = "";
    this.#pending = undefined;
  }

  #convertWithEitherDecorators(text: string) {
    const first = this.#converter.convert(this.declarations, text);
    const isLegacy = this.#options.experimentalDecorators === true;
    if (first.program || isLegacy || !first.diagnostics.some((d) => DECORATOR_ERRORS.has(d.code))) {
      return first;
    }
    if (!/@[\w$]/.test(text)) return first;
    this.#options = this.#legacy;
    try {
      const second = this.#converter.convert(this.declarations, text);
      return second.program ? second : first;
    } finally {
      this.#options = this.#standard;
    }
  }

  /** A session's programs have one list of hundreds of files, which is searched once. */
  #localSources(program: tsModule.Program): readonly tsModule.SourceFile[] {
    const files = program.getSourceFiles();
    let local = this.#local.get(files);
    if (!local) {
      local = files.filter((file) => isLocalSource(file.fileName));
      this.#local.set(files, local);
    }
    return local;
  }

  #diagnose(program: tsModule.Program, cell: tsModule.SourceFile): readonly tsModule.Diagnostic[] {
    const checked = [cell, ...this.#localSources(program).filter((file) => file !== cell)];
    const syntactic = checked.flatMap((file) => program.getSyntacticDiagnostics(file));
    if (syntactic.length > 0) return syntactic;
    // Also where types are not asked for: an import that no check has seen in use is not emitted.
    const semantic = checked.flatMap((file) => program.getSemanticDiagnostics(file));
    if (this.#skipTypes) return [];
    return withoutEvolving(semantic, cell).filter(
      (d) => d.category === ts.DiagnosticCategory.Error,
    );
  }
}
