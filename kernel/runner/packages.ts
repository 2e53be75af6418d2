/**
 * What Node itself loads: packages, JSON and scripts, by native `import()` from the notebook's folder.
 *
 * `curvlab` is always this package, and what the folder has no package of its own for is looked for
 * among the packages that this one depends on (and not those that happen to lie beside it); JSON and scripts beside the notebook are loaded again when they change.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { isCommonJsPackage } from "./common-js-package.js";
import type { Loads } from "./loads.js";

export type Importer = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;

export class Packages {
  readonly #packageRoot: string;
  readonly #builtin: ReadonlyMap<string, unknown>;
  readonly #loads: Loads;
  #offered: ReadonlySet<string> | undefined;

  /** @param builtin modules that the kernel itself provides. */
  constructor(packageRoot: string, builtin: ReadonlyMap<string, unknown>, loads: Loads) {
    this.#packageRoot = packageRoot;
    this.#builtin = builtin;
    this.#loads = loads;
  }

  importerFrom(folder: string): Importer {
    const script = join(folder, "cell.js");
    const nodes = vm.runInThisContext("(specifier, options) => import(specifier, options)", {
      filename: script,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as Importer;
    const native: Importer = (specifier, options) =>
      this.#loads.track(specifier, () => nodes(specifier, options));
    return async (specifier, options) => {
      const builtin = this.#builtin.get(specifier);
      if (builtin !== undefined) return builtin;
      const own = this.#own(specifier);
      if (own !== undefined) return native(own);
      const local = this.#localFile(specifier, folder);
      if (local !== undefined) return native(local);
      try {
        return await native(specifier, options);
      } catch (error) {
        if (lacksAttribute(error)) return native(specifier, { with: { type: "json" } });
        const fallback = this.#fallback(specifier, error);
        if (fallback === undefined)
          throw isMissing(error, specifier) ? lacking(specifier, folder) : error;
        return native(fallback);
      }
    };
  }

  /** What a static import's `require` gives. */
  async required(specifier: string, folder: string): Promise<unknown> {
    const require = createRequire(join(folder, "cell.js"));
    const isOurs = this.#builtin.has(specifier) || this.#own(specifier) !== undefined;
    if (!isOurs && isCommonJsPackage(specifier, require)) {
      return this.#loads.track(specifier, () => require(specifier) as unknown);
    }
    return asRequired(await this.importerFrom(folder)(specifier));
  }

  /**
   * Loads our own copy of a package before a cell asks for it, and never the folder's: none of its
   * code may run because a notebook was opened. What goes wrong, the cell will see.
   */
  expect(specifier: string, folder: string): void {
    const theirs = resolved(specifier, join(folder, "cell.js"));
    const ours = resolved(specifier, join(this.#packageRoot, "package.json"));
    const isOurs = this.#own(specifier) !== undefined || theirs === undefined || theirs === ours;
    if (isOurs) this.required(specifier, this.#packageRoot).catch(() => undefined);
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
    if (!isMissing(error, specifier)) return undefined;
    const require = createRequire(join(this.#packageRoot, "package.json"));
    this.#offered ??= offeredBy(require);
    if (!this.#offered.has(packageOf(specifier))) return undefined;
    try {
      return pathToFileURL(require.resolve(specifier)).href;
    } catch {
      return undefined;
    }
  }
}

/** The file that code in another one gets by a name, if there is one. */
function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Our dependencies, and the parts of TensorFlow.js. */
function offeredBy(require: NodeJS.Require): ReadonlySet<string> {
  const dependencies = (path: string) =>
    Object.keys((require(path) as { dependencies: Record<string, string> }).dependencies);
  const parts = dependencies("@tensorflow/tfjs/package.json");
  const ofTensorFlow = parts.filter((name) => name.startsWith("@tensorflow/"));
  return new Set([...dependencies("./package.json"), ...ofTensorFlow]);
}

/** `@scope/name` or `name`, without the path inside it. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Whether there is no package of this name, and not whether one lacks another. */
function isMissing(error: unknown, specifier: string): boolean {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  if (code !== "ERR_MODULE_NOT_FOUND" || /^[./]|^\w+:/.test(specifier)) return false;
  return message.includes(`'${packageOf(specifier)}'`);
}

function lacking(specifier: string, folder: string): Error {
  const name = packageOf(specifier);
  const text = `there is no package ${name} for ${folder}: install it there, npm install ${name}`;
  return Object.assign(new Error(text), { code: "ERR_MODULE_NOT_FOUND" });
}

/** JSON in a package: Node wants `with { type: "json" }`, TypeScript does not. */
const lacksAttribute = (error: unknown): boolean =>
  /^ERR_IMPORT_(ATTRIBUTE|ASSERTION_TYPE)_MISSING$/.test(
    String((error as NodeJS.ErrnoException).code),
  );

/**
 * A namespace as TypeScript's CommonJS expects it. Without `__esModule` its helpers would wrap the
 * namespace once more; a CommonJS module's own exports are handed over as they are.
 */
function asRequired(namespace: unknown): unknown {
  if (typeof namespace !== "object" || namespace === null) return namespace;
  if (!(Symbol.toStringTag in namespace)) return namespace;
  // A CommonJS module that was TypeScript has the mark already.
  const names = Object.keys(namespace).filter((name) => name !== "__esModule");
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
