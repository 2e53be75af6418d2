/**
 * What a cell's imports give, with Node's own loaders underneath.
 *
 * Cells are CommonJS after the converter, but packages may be ES modules only. So every static
 * import is loaded before the cell runs, by native `import()` from the notebook's folder (exports
 * maps, ESM-only packages, top-level await in them), and the cell's `require` finds it ready.
 * Local `.ts` modules are evaluated from the compiler's output, again when their file has changed.
 * `curvlab`, and what it brings, resolve from this package when the folder has none of its own.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { RUNTIME } from "../compiler/commonjs-runtime.js";
import type { LocalModule, ResolvedImport } from "../compiler/local-modules.js";
import { isCommonJsPackage } from "./common-js-package.js";
import { registerSource } from "./errors.js";

export type Importer = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;
type Require = (specifier: string) => unknown;
type Runtime = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly version: string;
  readonly exports: object;
  readonly imports: readonly ResolvedImport[];
}

export class Modules {
  readonly #folder: string;
  readonly #packageRoot: string;
  readonly #runtime: (importer: Importer) => Runtime;
  readonly #builtin: ReadonlyMap<string, unknown>;
  readonly #local = new Map<string, Loaded>();
  /** Static imports by importing folder and specifier, ready for `require`. */
  readonly #ready = new Map<string, unknown>();

  /** @param builtin modules that the kernel itself provides. */
  constructor(
    folder: string,
    packageRoot: string,
    runtime: (importer: Importer) => Runtime,
    builtin: ReadonlyMap<string, unknown>,
  ) {
    this.#folder = folder;
    this.#packageRoot = packageRoot;
    this.#runtime = runtime;
    this.#builtin = builtin;
  }

  /** Loads all that a cell imports; afterwards `requireFrom` answers at once. */
  async prepare(
    imports: readonly ResolvedImport[],
    modules: readonly LocalModule[],
  ): Promise<void> {
    const byPath = new Map(modules.map((module) => [module.path, module]));
    const changed = this.#changed(byPath);
    for (const path of changed) this.#local.delete(path);
    await this.#prepareImports(imports, join(this.#folder, "cell.ts"), byPath);
  }

  importerFrom(folder: string): Importer {
    const script = join(folder, "cell.js");
    const native = vm.runInThisContext("(specifier, options) => import(specifier, options)", {
      filename: script,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as Importer;
    return async (specifier, options) => {
      const builtin = this.#builtin.get(specifier);
      if (builtin !== undefined) return builtin;
      const own = this.#own(specifier);
      if (own !== undefined) return native(own);
      const local = this.#localFile(specifier, folder);
      if (local !== undefined) return native(local, options);
      try {
        return await native(specifier, options);
      } catch (error) {
        const fallback = this.#fallback(specifier, error);
        if (fallback === undefined) throw error;
        return native(fallback);
      }
    };
  }

  /** What static imports have become, and `require` as the user knows it. */
  scopeFor(folder: string, imports: readonly ResolvedImport[]): Readonly<Record<string, unknown>> {
    const require = createRequire(join(folder, "cell.js"));
    return { require, [RUNTIME.require]: this.#importedFrom(folder, imports, require) };
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
    for (const { specifier, local } of imports) {
      if (local !== undefined) await this.#prepareLocal(local, byPath);
      else this.#ready.set(readyKey(folder, specifier), await this.#load(specifier, folder));
    }
  }

  /** What a static import's `require` gives. */
  async #load(specifier: string, folder: string): Promise<unknown> {
    const require = createRequire(join(folder, "cell.js"));
    const isOurs = this.#builtin.has(specifier) || this.#own(specifier) !== undefined;
    if (!isOurs && isCommonJsPackage(specifier, require)) return require(specifier);
    return asRequired(await this.importerFrom(folder)(specifier));
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
        ...this.scopeFor(dirname(path), module.imports),
        __filename: path,
        __dirname: dirname(path),
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

  /** `curvlab` is always this package: one instance, from any folder. */
  #own(specifier: string): string | undefined {
    if (specifier !== "curvlab" && !specifier.startsWith("curvlab/")) return undefined;
    const require = createRequire(join(this.#packageRoot, "package.json"));
    return pathToFileURL(require.resolve(specifier)).href;
  }

  /** JSON and scripts beside the notebook, by a URL that changes when they do. */
  #localFile(specifier: string, folder: string): string | undefined {
    if (!/^\.{1,2}\//.test(specifier)) return undefined;
    const path = join(folder, specifier);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const url = pathToFileURL(path);
    if (extname(path) === ".json") {
      const text = JSON.stringify(JSON.parse(readFileSync(path, "utf8")));
      return `data:text/javascript,${encodeURIComponent(`export default ${text}`)}`;
    }
    url.searchParams.set("changed", String(stats.mtimeMs));
    return url.href;
  }

  #fallback(specifier: string, error: unknown): string | undefined {
    const isMissing = (error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
    if (!isMissing || /^[./]|^\w+:/.test(specifier)) return undefined;
    try {
      const require = createRequire(join(this.#packageRoot, "package.json"));
      return pathToFileURL(require.resolve(specifier)).href;
    } catch {
      return undefined;
    }
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

/**
 * A namespace as TypeScript's CommonJS expects it. Without `__esModule` its helpers would wrap the
 * namespace once more; a CommonJS module's own exports are handed over as they are.
 */
function asRequired(namespace: unknown): unknown {
  if (typeof namespace !== "object" || namespace === null) return namespace;
  if (!(Symbol.toStringTag in namespace)) return namespace;
  const names = Object.keys(namespace);
  const commonJs = (namespace as Record<string, unknown>)["module.exports"];
  if (commonJs !== undefined) return commonJs;
  const view = Object.create(null) as object;
  Object.defineProperty(view, "__esModule", { value: true });
  Object.defineProperty(view, Symbol.toStringTag, { value: "Module" });
  for (const name of names) {
    Object.defineProperty(view, name, {
      enumerable: true,
      get: () => (namespace as Record<string, unknown>)[name],
    });
  }
  return view;
}
