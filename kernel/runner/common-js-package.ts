/**
 * Packages of CommonJS are required, not imported.
 *
 * Node's `import` of a CommonJS file first searches its text, and that of all it requires, for the
 * names of exports: half a second for TensorFlow.js. What a cell gets is the same `module.exports`
 * either way, from the same cache. That holds for packages without an `exports` map, whose `import`
 * and `require` cannot name different files.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

export function isCommonJsPackage(specifier: string, require: NodeJS.Require): boolean {
  if (/^[./]|:/.test(specifier)) return false;
  try {
    const path = require.resolve(specifier);
    return isAbsolute(path) && /\.c?js$/.test(path) && isPlainCommonJs(path);
  } catch {
    return false; // Node's import will say what is wrong
  }
}

/** Whether no package.json between the file and its package's folder says otherwise. */
function isPlainCommonJs(path: string): boolean {
  for (let folder = dirname(path); !folder.endsWith("node_modules"); folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description)) {
      const { type, exports } = JSON.parse(readFileSync(description, "utf8")) as {
        readonly type?: string;
        readonly exports?: unknown;
      };
      if (type === "module" || exports !== undefined) return false;
    }
    if (dirname(folder) === folder) return false;
  }
  return true;
}
