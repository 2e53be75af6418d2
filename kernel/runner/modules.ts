/**
 * What a cell's imports give.
 *
 * Cells are CommonJS after the converter, but packages may be ES modules only. So every static
 * import is loaded before the cell runs (packages.ts), and the cell's `require` finds it ready.
 * Local `.ts` modules are evaluated from the compiler's output, again when their file has changed.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { RUNTIME } from "../compiler/commonjs-runtime.js";
import type { LocalModule, ResolvedImport } from "../compiler/local-modules.js";
import { registerSource } from "./errors.js";
import type { Importer, Packages } from "./packages.js";

type Require = (specifier: string) => unknown;
type Runtime = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly version: string;
  readonly exports: object;
  readonly imports: readonly ResolvedImport[];
}

export class Modules {
  readonly #folder: string;
  readonly #runtime: (importer: Importer) => Runtime;
  readonly #packages: Packages;
  readonly #local = new Map<string, Loaded>();
  /** Static imports by importing folder and specifier, ready for `require`. */
  readonly #ready = new Map<string, unknown>();
  /** Local modules of `import()`, by importing folder and specifier, and all that were compiled. */
  readonly #dynamic = new Map<string, string>();
  readonly #known = new Map<string, LocalModule>();
  /** `require` as each folder has it. */
  readonly #requires = new Map<string, NodeJS.Require>();

  constructor(folder: string, runtime: (importer: Importer) => Runtime, packages: Packages) {
    this.#folder = folder;
    this.#runtime = runtime;
    this.#packages = packages;
  }

  /** Loads all that a cell imports; afterwards `requireFrom` answers at once. */
  async prepare(
    imports: readonly ResolvedImport[],
    modules: readonly LocalModule[],
  ): Promise<void> {
    const byPath = new Map(modules.map((module) => [module.path, module]));
    for (const [path, module] of byPath) this.#known.set(path, module);
    const changed = this.#changed(byPath);
    for (const path of changed) this.#local.delete(path);
    await this.#prepareImports(imports, join(this.#folder, "cell.ts"), byPath);
  }

  /** Loads a package before it is asked for. */
  expect(specifier: string): void {
    this.#packages.expect(specifier, this.#folder);
  }

  /** `import()` as code in this folder has it: local modules from the compiler, all else native. */
  importerFrom(folder: string): Importer {
    const native = this.#packages.importerFrom(folder);
    return async (specifier, options) => {
      const path = this.#dynamic.get(readyKey(folder, specifier));
      if (path === undefined) return native(specifier, options);
      await this.#prepareLocal(path, this.#known);
      return this.#local.get(path)?.exports;
    };
  }

  /** What static imports have become, and what a file knows of itself. */
  scopeFor(
    file: string,
    { js, imports }: Pick<LocalModule, "js" | "imports">,
  ): Readonly<Record<string, unknown>> {
    const folder = dirname(file);
    const require = this.#requireFrom(folder);
    return {
      require,
      __filename: file,
      __dirname: folder,
      [RUNTIME.require]: this.#importedFrom(folder, imports, require),
      ...(js.includes(RUNTIME.meta) && { [RUNTIME.meta]: this.#metaOf(file, require) }),
    };
  }

  /** `import.meta`, for the few that ask: it costs as much as all the rest of the scope. */
  #metaOf(file: string, require: NodeJS.Require): Readonly<Record<string, unknown>> {
    const resolve = (specifier: string) => {
      const path = require.resolve(specifier);
      return isAbsolute(path) ? pathToFileURL(path).href : path;
    };
    return { url: pathToFileURL(file).href, filename: file, dirname: dirname(file), resolve };
  }

  #requireFrom(folder: string): NodeJS.Require {
    let require = this.#requires.get(folder);
    if (!require) {
      require = createRequire(join(folder, "cell.js"));
      this.#requires.set(folder, require);
    }
    return require;
  }

  #importedFrom(
    folder: string,
    imports: readonly ResolvedImport[],
    native: NodeJS.Require,
  ): Require {
    const local = new Map(imports.flatMap((i) => (i.local ? [[i.specifier, i.local]] : [])));
    return (specifier) => {
      const path = local.get(specifier);
      if (path !== undefined) return this.#local.get(path)?.exports;
      const ready = this.#ready.get(readyKey(folder, specifier));
      return ready ?? native(specifier);
    };
  }

  async #prepareImports(
    imports: readonly ResolvedImport[],
    importingFile: string,
    byPath: ReadonlyMap<string, LocalModule>,
  ): Promise<void> {
    const folder = dirname(importingFile);
    for (const { specifier, local, isDynamic } of imports) {
      if (isDynamic) {
        if (local !== undefined) this.#dynamic.set(readyKey(folder, specifier), local);
      } else if (local !== undefined) await this.#prepareLocal(local, byPath);
      else
        this.#ready.set(
          readyKey(folder, specifier),
          await this.#packages.required(specifier, folder),
        );
    }
  }

  async #prepareLocal(path: string, byPath: ReadonlyMap<string, LocalModule>): Promise<void> {
    const module = byPath.get(path);
    if (!module || this.#local.has(path)) return;
    const exports: object = {};
    // In the table before it runs: a module of a cycle sees what there is, as in Node.
    this.#local.set(path, { version: module.version, exports, imports: module.imports });
    try {
      await this.#prepareImports(module.imports, path, byPath);
      registerSource(path, readFileSync(path, "utf8"), module.map, 0);
      await evaluate(module.js, path, {
        ...this.#runtime(this.importerFrom(dirname(path))),
        exports,
        module: { exports },
        ...this.scopeFor(path, module),
      });
    } catch (error) {
      this.#local.delete(path);
      throw error;
    }
  }

  /** Loaded modules whose file changed, and those that import one of them, however far. */
  #changed(byPath: ReadonlyMap<string, LocalModule>): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const [path, { version }] of this.#local) {
      const now = byPath.get(path);
      if (now && now.version !== version) changed.add(path);
    }
    for (let size = -1; size !== changed.size; ) {
      size = changed.size;
      for (const [path, { imports }] of this.#local) {
        if (imports.some(({ local }) => local !== undefined && changed.has(local))) {
          changed.add(path);
        }
      }
    }
    return changed;
  }
}

const readyKey = (folder: string, specifier: string): string => `${folder}\0${specifier}`;

/** Runs code as an async function whose parameters are `scope`. */
export async function evaluate(
  js: string,
  filename: string,
  scope: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return compileFunction(js, filename, Object.keys(scope), true)(...Object.values(scope));
}

export type Compiled = (...args: unknown[]) => unknown;

export function compileFunction(
  js: string,
  filename: string,
  parameters: readonly string[],
  isAsync: boolean,
): Compiled {
  // The wrapper has a line of its own, which lineOffset takes away again.
  const head = `(${isAsync ? "async " : ""}function __curvlab_cell(${parameters.join(", ")}) {`;
  return vm.runInThisContext(`${head}\n${js}\n})`, { filename, lineOffset: -1 }) as Compiled;
}
