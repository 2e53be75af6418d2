/**
 * Where this package lies, whether it runs compiled (dist/src/server) or from source (src/server).
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function packageRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "bin", "curvlab.js"))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package of curvlab above ${from}`);
  }
}
