/**
 * tslab's converter on a current TypeScript.
 *
 * The converter loads its own fork of TypeScript 5.0. Before it does, the module cache gets a
 * forwarding object under the fork's name: mainline TypeScript, plus what only the fork exports,
 * with the watch program replaced by `watchCell`. tslab's part is then what it is best at:
 * exporting a cell's names, finding those of earlier cells, and keeping the last expression. Source: tslab 1.0.22, dist/converter.js.
 */
import Module from "node:module";
import { dirname } from "node:path";
import type tsModule from "typescript";
import { type ConverterHost, type Emission, watchCell } from "./cell-builder.js";
import type { CellPrograms } from "./cell-programs.js";
import { type CellShape, shapeOf } from "./cell-shape.js";
import { aroundModule, type NamedImport, type Transformer } from "./commonjs.js";
import { carryOver } from "./declarations.js";
import { type CellTransformers, emitCell } from "./emit-cell.js";
import { nameImportedTypes } from "./imported-types.js";
import { liftCaptured } from "./lift-captured.js";
import { keepPatternNames } from "./pattern-names.js";
import { qualifyShorthand } from "./shorthand.js";
import { bound, require, ts } from "./typescript.js";

export interface Conversion {
  readonly diagnostics: readonly tsModule.Diagnostic[];
  /** Undefined when the cell has errors. */
  readonly program?: {
    readonly js: string;
    /** The source map from `js` back to the prefixed cell. */
    readonly map: string;
    readonly declarations: string;
    readonly lastExpression: string | undefined;
    readonly imports: readonly NamedImport[];
    readonly isAsync: boolean;
  };
}

export interface ConversionSettings {
  readonly programs: CellPrograms;
  /** The diagnostics that stop this cell. */
  readonly diagnose: (
    program: tsModule.Program,
    cell: tsModule.SourceFile,
  ) => readonly tsModule.Diagnostic[];
}

interface TslabConverter {
  convert(previousDeclarations: string, source: string): { readonly lastExpressionVar?: string };
}

/** What the converter's calls have gathered of the cell at hand. */
interface Gathered {
  diagnostics: readonly tsModule.Diagnostic[];
  js: string;
  map: string;
  imports: readonly NamedImport[];
  /** The cell's declarations, then those of earlier cells that it leaves standing. */
  declarations: string;
  shape: CellShape;
}
const NOTHING: Gathered = {
  diagnostics: [],
  js: "",
  map: "",
  imports: [],
  declarations: "",
  shape: { isAsync: false, endsInExpression: false },
};

/** One converter a process: it is bound to the working directory. */
export class Converter {
  readonly #settings: ConversionSettings;
  readonly #tslab: TslabConverter;
  #gathered = NOTHING;
  #restore = () => {};

  constructor(settings: ConversionSettings) {
    this.#settings = settings;
    installForwarding(this.#overrides());
    const { createConverter } = require("tslab/dist/converter.js") as {
      createConverter(options: { isJS: boolean; isBrowser: boolean }): TslabConverter;
    };
    this.#tslab = createConverter({ isJS: false, isBrowser: false });
  }

  convert(declarations: string, source: string): Conversion {
    this.#gathered = { ...NOTHING };
    try {
      const { lastExpressionVar } = this.#tslab.convert(declarations, source);
      const { diagnostics, shape, ...program } = this.#gathered;
      if (diagnostics.length > 0) return { diagnostics };
      const lastExpression = shape.endsInExpression ? lastExpressionVar : undefined;
      return { diagnostics, program: { ...program, isAsync: shape.isAsync, lastExpression } };
    } finally {
      this.#restore();
      this.#restore = () => {};
    }
  }

  /** What tslab finds in place of, or beside, mainline TypeScript's exports. */
  #overrides(): object {
    return {
      createWatchCompilerHost: (rootFiles: string[], _options: unknown, sys: tsModule.System) => ({
        rootFiles,
        sys,
      }),
      createWatchProgram: (host: ConverterHost) => {
        watchCell(host, this.#settings.programs, (emission) => this.#emit(emission));
        return { close: () => undefined, updateRootFileNames: () => undefined };
      },
      getDefaultTypeRoots: () => [],
      getNullTransformationContext: () => ts.nullTransformationContext,
      getPreEmitDiagnosticsOfFiles: (program: tsModule.Program, [cell]: tsModule.SourceFile[]) => {
        if (!cell) return [];
        this.#gathered.diagnostics = this.#settings.diagnose(program, cell);
        this.#gathered.shape = shapeOf(cell);
        return this.#gathered.diagnostics;
      },
      // The emit below has gone all the way already.
      transpileModule: (js: string) => ({ outputText: js }),
    };
  }

  #emit({ program, checker, cell, earlier, write, transformers: tslab }: Emission): void {
    const imports: NamedImport[] = [];
    const { before, after } = aroundModule(cell.text, imports);
    let declarations = "";
    const transformers: CellTransformers = {
      before: [keepPatternNames(checker), qualifyShorthand(checker), liftCaptured(checker)],
      // The converter's own `after` was written for ES modules.
      beforeModule: [...((tslab.after ?? []) as Transformer[]), ...before],
      after,
      afterDeclarations: [nameImportedTypes, ...(tslab.afterDeclarations ?? [])],
    };
    const keep: tsModule.WriteFileCallback = (path, text, ...rest) => {
      if (path.endsWith(".js.map")) this.#gathered.map = text;
      else if (path.endsWith(".js")) this.#gathered.js = withoutMapComment(text);
      else declarations = text;
      write(path, text, ...rest);
    };
    emitCell(program, checker, cell, keep, transformers);
    this.#gathered.imports = imports;
    this.#gathered.declarations = declarations + carryOver(declarations, earlier, cell, checker);
    this.#restore = withdraw(earlier);
  }
}

/**
 * Hides a file's statements from what tslab does after the emit: it would take away, in the tree
 * itself, those that the cell replaces. Returns what puts them back.
 */
function withdraw(file: tsModule.SourceFile): () => void {
  const { statements } = file;
  const { locals } = bound(file);
  Object.assign(file, { locals: new Map() });
  return () => void Object.assign(file, { statements, locals });
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
