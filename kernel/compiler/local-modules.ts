/**
 * The user's own `.ts` files that a cell imports: compiled here, evaluated by the runner.
 *
 * A module is named by its path and versioned by its file's stamp, so that the runner evaluates it
 * again only when it, or something that it imports, has changed.
 */
import { statSync } from "node:fs";
import type tsModule from "typescript";
import { type NamedImport, toCommonJs } from "./commonjs.js";
import type { SourceFiles } from "./host.js";
import { ts } from "./typescript.js";

export interface LocalModule {
  readonly path: string;
  readonly version: string;
  readonly js: string;
  readonly map: string;
  readonly imports: readonly ResolvedImport[];
}
export interface ResolvedImport extends NamedImport {
  /** The local module that it names; undefined for everything that Node loads itself. */
  readonly local?: string;
}

export class LocalModules {
  readonly #files: SourceFiles;
  readonly #cache = new Map<string, LocalModule>();

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  resolve(
    imports: readonly NamedImport[],
    containingFile: string,
    options: tsModule.CompilerOptions,
  ): ResolvedImport[] {
    return imports.map((named) => {
      const path = this.#files.resolve(named.specifier, containingFile, options)?.resolvedFileName;
      return path !== undefined && isLocalSource(path) ? { ...named, local: path } : named;
    });
  }

  /** The closure of local modules that these imports reach, each once. */
  collect(imports: readonly ResolvedImport[], options: tsModule.CompilerOptions): LocalModule[] {
    const found = new Map<string, LocalModule>();
    const visit = ({ local }: ResolvedImport): void => {
      if (local === undefined || found.has(local)) return;
      const module = this.#compile(local, options);
      found.set(local, module);
      module.imports.forEach(visit);
    };
    imports.forEach(visit);
    return [...found.values()];
  }

  #compile(path: string, options: tsModule.CompilerOptions): LocalModule {
    const stats = statSync(path);
    const version = `${stats.mtimeMs}:${stats.size}`;
    const cached = this.#cache.get(path);
    if (cached?.version === version) return cached;
    const { js, map, imports } = toCommonJs(ts.sys.readFile(path) ?? "", {
      fileName: path,
      experimentalDecorators: options.experimentalDecorators ?? false,
    });
    const module = { path, version, js, map, imports: this.resolve(imports, path, options) };
    this.#cache.set(path, module);
    return module;
  }
}

export const isLocalSource = (path: string): boolean =>
  /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !path.includes("/node_modules/");
