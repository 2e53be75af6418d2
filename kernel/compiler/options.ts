/**
 * The compiler options of a notebook: a strict, current TypeScript, loosened or tightened by a
 * `tsconfig.json` in the notebook's own folder. Only options that decide what is an error are
 * taken from it; the target, modules and libraries are the kernel's business.
 */
import { join } from "node:path";
import type tsModule from "typescript";
import { type Folders, typeRoots } from "./host.js";
import { ts } from "./typescript.js";

const ADJUSTABLE = [
  "allowUnreachableCode",
  "exactOptionalPropertyTypes",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "jsxFactory",
  "noFallthroughCasesInSwitch",
  "noImplicitAny",
  "noImplicitOverride",
  "noImplicitReturns",
  "noImplicitThis",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "strict",
  "strictBindCallApply",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "useUnknownInCatchVariables",
] as const;

export function compilerOptions(folders: Folders): tsModule.CompilerOptions {
  return {
    strict: true,
    ...fromTsconfig(join(folders.cwd, "tsconfig.json")),
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["node"],
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    typeRoots: typeRoots(folders),
    jsx: ts.JsxEmit.React,
    allowJs: true,
    checkJs: false,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    declaration: true,
    sourceMap: true,
    newLine: ts.NewLineKind.LineFeed,
    // tslab's converter looks for its outputs under this name.
    outDir: "outDir",
    rootDir: folders.cwd,
  };
}

function fromTsconfig(path: string): tsModule.CompilerOptions {
  if (!ts.sys.fileExists(path)) return {};
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const given = ts.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, path).options;
  const picked = ADJUSTABLE.flatMap((name) => (name in given ? [[name, given[name]]] : []));
  return Object.fromEntries(picked);
}
