/**
 * The settings' schemas of the bundled extensions: dist/lab/schemas/PACKAGE/PLUGIN.json.
 *
 * The settings API serves them; a package says in `jupyterlab.schemaDir` where it has its own.
 */
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface Manifest {
  readonly jupyterlab?: { readonly schemaDir?: string };
}

export async function copySchemas(root: string, out: string): Promise<void> {
  const scope = join(root, "node_modules", "@jupyterlab");
  for (const name of await readdir(scope)) {
    const folder = join(scope, name);
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
    const schemas = manifest.jupyterlab?.schemaDir;
    if (schemas === undefined) continue;
    await cp(join(folder, schemas), join(out, "@jupyterlab", name), { recursive: true });
  }
}
