/**
 * What programs read: files of the disk, cached, and where a module's types are.
 *
 * Files of packages do not change while a kernel runs, so they are parsed once and shared by all
 * programs and the language service. Other files are looked at again for each program: a local
 * module that changed gets a new SourceFile, and TypeScript sees the change by its identity.
 * A bare specifier that the notebook's folder cannot resolve is resolved from this package, which
 * makes `curvlab`, and what it depends on, importable from any folder.
 */
import { statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import type tsModule from "typescript";
import { require, ts } from "./typescript.js";

export interface Folders {
  /** The notebook's folder. */
  readonly cwd: string;
  /** This package's folder. */
  readonly packageRoot: string;
}

interface CachedFile {
  readonly file: tsModule.SourceFile;
  readonly stamp: string;
}

export class SourceFiles {
  readonly #folders: Folders;
  readonly #files = new Map<string, CachedFile>();
  readonly #resolutions = new Map<string, tsModule.ResolvedModuleFull>();
  readonly #existing = new Set<string>();
  readonly #ownFolder: string;
  /** What programs know of package.json files; without it each program reads them all again. */
  readonly packages: tsModule.ModuleResolutionCache;

  constructor(folders: Folders) {
    this.#folders = folders;
    this.#ownFolder = `${folders.packageRoot}/dist/`;
    this.packages = ts.createModuleResolutionCache(folders.cwd, (path) => path);
  }

  /** Whether a file is a package's, this one's too: it does not change while a kernel runs. */
  isInstalled(path: string): boolean {
    return path.includes("/node_modules/") || path.startsWith(this.#ownFolder);
  }

  /** The same object for as long as the file does not change. */
  get(
    path: string,
    options: tsModule.ScriptTarget | tsModule.CreateSourceFileOptions,
  ): tsModule.SourceFile | undefined {
    const cached = this.#files.get(path);
    if (cached && this.isInstalled(path)) return cached.file;
    const stamp = stampOf(path);
    if (stamp === undefined) return undefined;
    if (cached?.stamp === stamp) return cached.file;
    const text = ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(path, text, options);
    Object.assign(file, { version: stamp });
    this.#files.set(path, { file, stamp });
    return file;
  }

  exists(path: string): boolean {
    if (this.#existing.has(path)) return true;
    const exists = ts.sys.fileExists(path);
    if (exists && this.isInstalled(path)) this.#existing.add(path);
    return exists;
  }

  /** A file's identity, for the language service. */
  version(path: string): string {
    const cached = this.#files.get(path);
    return cached && this.isInstalled(path) ? cached.stamp : (stampOf(path) ?? "missing");
  }

  resolve(
    specifier: string,
    containingFile: string,
    options: tsModule.CompilerOptions,
    mode?: tsModule.ResolutionMode,
  ): tsModule.ResolvedModuleFull | undefined {
    const key = `${mode ?? ""}\0${dirname(containingFile)}\0${specifier}`;
    const cached = this.#resolutions.get(key);
    if (cached && this.exists(cached.resolvedFileName)) return cached;
    const found = this.#resolve(specifier, containingFile, options, mode);
    if (found) this.#resolutions.set(key, found);
    return found;
  }

  #resolve(
    specifier: string,
    containingFile: string,
    options: tsModule.CompilerOptions,
    mode?: tsModule.ResolutionMode,
  ): tsModule.ResolvedModuleFull | undefined {
    // Node's own come before any package, and their types are declared, in no file of their name.
    if (isBuiltin(specifier)) return undefined;
    const from = (file: string) => {
      // The user may install packages while we run: only installed files have a cache.
      const cache = this.isInstalled(file) ? this.packages : undefined;
      return ts.resolveModuleName(specifier, file, options, ts.sys, cache, undefined, mode)
        .resolvedModule;
    };
    const own = join(this.#folders.packageRoot, "package.json");
    if (isOwn(specifier)) return from(own);
    if (specifier === "tslab") return from(own);
    const isRelative = /^\.{0,2}\//.test(specifier);
    return from(containingFile) ?? (isRelative ? undefined : from(own));
  }
}

export const isOwn = (specifier: string): boolean =>
  specifier === "curvlab" || specifier.startsWith("curvlab/");

function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? `${stats.mtimeMs}:${stats.size}` : undefined;
}

/** The folder of `@types/node`, for `typeRoots`: a notebook's folder need not have one. */
export function typeRoots({ cwd }: Folders): string[] {
  const own = dirname(dirname(require.resolve("@types/node/package.json")));
  return [join(cwd, "node_modules", "@types"), own];
}
