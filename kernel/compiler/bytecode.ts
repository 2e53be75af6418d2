/**
 * V8's bytecode of TypeScript, kept from when this package was built.
 *
 * To parse 9 MB of source, and each function again when it is first called, is a tenth of the time to
 * a kernel's first cell. Bytecode spares that. It is taken if it stands beside this file, and V8
 * takes it only from its own version and flags; everything else compiles as usual.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

interface Loaded {
  readonly exports: unknown;
  readonly script: vm.Script;
}

const require = createRequire(import.meta.url);
const ownFolder = fileURLToPath(new URL(".", import.meta.url));

/** Of one release of a package: V8 itself tells sources apart by their length alone. */
function bytecodePath(name: string, folder: string): string {
  const { version } = require(`${name}/package.json`) as { version: string };
  return join(folder, `${name}-${version}.bytecode`);
}

/** A CommonJS package, from its bytecode where there is some. */
export function requireQuickly(name: string, folder = ownFolder): unknown {
  const isLoaded = require.resolve(name) in require.cache;
  const bytecode = isLoaded ? undefined : readIfThere(bytecodePath(name, folder));
  return bytecode ? load(name, bytecode).exports : require(name);
}

/**
 * Loads a package and writes the bytecode of all its functions that `use` has called.
 *
 * @returns where it stands now.
 */
export async function keepBytecode(
  name: string,
  use: () => Promise<void>,
  folder = ownFolder,
): Promise<string> {
  const { script } = load(name);
  await use();
  const path = bytecodePath(name, folder);
  // A kernel that starts meanwhile reads the whole file or none.
  writeFileSync(`${path}.new`, script.createCachedData());
  renameSync(`${path}.new`, path);
  return path;
}

/** As Node's own loader does it. */
function load(name: string, cachedData?: Buffer): Loaded {
  const filename = require.resolve(name);
  const source = Module.wrap(readFileSync(filename, "utf8"));
  const script = new vm.Script(source, { filename, ...(cachedData && { cachedData }) });
  const module = new Module(filename);
  module.filename = filename;
  require.cache[filename] = module;
  const run = script.runInThisContext() as (...scope: unknown[]) => void;
  run.call(
    module.exports,
    module.exports,
    createRequire(filename),
    module,
    filename,
    dirname(filename),
  );
  module.loaded = true;
  return { exports: module.exports, script };
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
