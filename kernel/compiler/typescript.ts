/**
 * TypeScript as the compiler thread uses it: the public API, and the few internals that tslab's
 * converter or speed needs. They are named here, with types, so that an update of TypeScript that
 * drops one fails in one place. Loaded with `require`: an ESM import would scan 9 MB for exports.
 */
import { createRequire } from "node:module";
import type tsModule from "typescript";

export type TypeScript = typeof tsModule;

interface Internals {
  /** Fills `file.locals`; a no-op when the file is bound. */
  bindSourceFile(file: tsModule.SourceFile, options: tsModule.CompilerOptions): void;
  readonly nullTransformationContext: tsModule.TransformationContext;
}

export const require = createRequire(import.meta.url);
export const ts = require("typescript") as TypeScript & Internals;
