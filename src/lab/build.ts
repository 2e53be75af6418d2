/**
 * Builds the front end: `node dist/src/lab/build.js`, run by `npm run build` and after `npm ci`.
 *
 * The result in dist/lab is a function of the lock file and of the front end's sources alone; a stamp
 * of them says when there is nothing to do.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../server/package-root.js";
import { bundle } from "./bundle.js";
import { copySchemas } from "./copy-schemas.js";

const root = packageRoot();
const out = join(root, "dist", "lab");
const stampFile = join(out, "stamp");

const inputs = [
  "package-lock.json",
  "src/lab/browser",
  "src/lab/bundle.ts",
  "src/lab/copy-schemas.ts",
  "src/lab/page.html",
];

async function build(): Promise<void> {
  const stamp = await stampOf(inputs);
  if ((await readFile(stampFile, "utf8").catch(() => "")) === stamp) return;
  const started = performance.now();
  process.stderr.write("curvlab: bundling JupyterLab…\n");
  await rm(out, { recursive: true, force: true });
  await bundle(root, out);
  await copySchemas(root, join(out, "schemas"));
  await writeFile(stampFile, stamp);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`curvlab: bundled JupyterLab in ${seconds} s\n`);
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) await addTo(hash, join(root, path));
  return hash.digest("hex");
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) {
    hash.update(path.slice(root.length)).update(await readFile(path));
    return;
  }
  for (const name of names.sort()) await addTo(hash, join(path, name));
}

await build();
