/**
 * `/lab/api/settings`: each extension's schema with curvlab's defaults, and what the user has set.
 *
 * The user's text is JSON with comments and is kept as it was typed; JupyterLab parses it. Schemas
 * come from the bundle and do not change while the server runs.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { type Handler, HttpError, json, type Route, route } from "../../server/index.js";
import { defaults } from "../defaults.js";
import type { UserFiles } from "./user-files.js";

interface Schema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [key: string]: unknown;
}
type Schemas = ReadonlyMap<string, Schema>;

const Body = v.object({ raw: v.string() });
const LONGEST = 1024 * 1024;

export function settingsRoutes(schemaFolder: string, user: UserFiles): Route[] {
  let loading: Promise<Schemas> | undefined;
  const schemas = () => {
    loading ??= readSchemas(schemaFolder);
    return loading;
  };
  const find = async (id: string): Promise<Schema> => {
    const schema = (await schemas()).get(id);
    if (schema === undefined) throw new HttpError(404, `no setting is called ${id}`, "not found");
    return schema;
  };
  const put: Handler = async (request, params) => {
    const id = params.rest("id").join("/");
    await find(id);
    const body = v.safeParse(Body, await request.json(LONGEST));
    if (!body.success) throw new HttpError(400, `save settings of ${id}: raw is not a string`);
    await user.write(id, body.output.raw);
    return { status: 204 };
  };
  return [
    route("GET", "/lab/api/settings", async ({ query }) => {
      const all = [...(await schemas())];
      if (query.get("ids_only") === "true") return json({ settings: all.map(([id]) => ({ id })) });
      return json({
        settings: await Promise.all(all.map(([id, schema]) => describe(id, schema, user))),
      });
    }),
    route("GET", "/lab/api/settings/*id", async (_, params) => {
      const id = params.rest("id").join("/");
      return json(await describe(id, await find(id), user));
    }),
    route("PUT", "/lab/api/settings/*id", put),
  ];
}

async function describe(id: string, schema: Schema, user: UserFiles) {
  const file = await user.read(id);
  return {
    id,
    raw: file?.text ?? "{}",
    schema,
    // JupyterLab reads `raw`; the parsed form is for clients that cannot read comments.
    settings: {},
    version: "",
    created: file?.created ?? null,
    last_modified: file?.lastModified ?? null,
  };
}

/** A plugin's id is its package and the schema file's name: `@jupyterlab/a-extension:plugin`. */
async function readSchemas(folder: string): Promise<Schemas> {
  const files = await readdir(folder, { recursive: true });
  const found = new Map<string, Schema>();
  for (const file of files.sort()) {
    if (!file.endsWith(".json") || file.endsWith("package.json.orig")) continue;
    const id = file.replaceAll("\\", "/").replace(/\/([^/]+)\.json$/, ":$1");
    const schema = JSON.parse(await readFile(join(folder, file), "utf8")) as Schema;
    found.set(id, withDefaults(schema, defaults[id] ?? {}));
  }
  return found;
}

/** @throws when a default names a property that the schema does not have (any more). */
export function withDefaults(schema: Schema, ours: Readonly<Record<string, unknown>>): Schema {
  const properties = { ...schema.properties };
  for (const [name, value] of Object.entries(ours)) {
    const property = properties[name];
    if (property === undefined) throw new Error(`settings: the schema has no property "${name}"`);
    properties[name] = { ...property, default: value };
  }
  return { ...schema, properties };
}
