/**
 * `/lab/api/workspaces`: which tabs were open where, for the next time.
 *
 * A workspace that does not exist yet is an empty one.
 */
import * as v from "valibot";
import {
  type ApiRequest,
  HttpError,
  json,
  type Params,
  type Route,
  route,
} from "../../server/index.js";
import type { UserFiles } from "./user-files.js";

const Workspace = v.looseObject({
  data: v.record(v.string(), v.unknown()),
  metadata: v.looseObject({ id: v.string() }),
});
const LARGEST = 8 * 1024 * 1024;

export function workspacesRoutes(user: UserFiles): Route[] {
  const one = "/lab/api/workspaces/*id";
  const save = async (request: ApiRequest, params: Params) => {
    const id = idOf(params);
    const body = v.safeParse(Workspace, await request.json(LARGEST));
    if (!body.success) {
      throw new HttpError(
        400,
        `save workspace ${id}: ${v.getDotPath(body.issues[0]) ?? "body"}: ${body.issues[0].message}`,
      );
    }
    const { metadata, ...workspace } = body.output;
    await user.write(id, JSON.stringify({ ...workspace, metadata: { ...metadata, id } }));
    return { status: 204 };
  };
  return [
    route("GET", "/lab/api/workspaces", async () => {
      const values = (await user.list()).flatMap(({ text, name }) => parse(text, name));
      return json({ workspaces: { ids: values.map(({ metadata }) => metadata.id), values } });
    }),
    route("GET", one, async (_, params) => {
      const id = idOf(params);
      const file = await user.read(id);
      const [workspace] = file === undefined ? [] : parse(file.text, id);
      return json(workspace ?? { data: {}, metadata: { id } });
    }),
    route("PUT", one, save),
    // A page that closes saves with a beacon, which can only POST.
    route("POST", one, save),
    route("DELETE", one, async (_, params) => {
      await user.remove(idOf(params));
      return { status: 204 };
    }),
  ];
}

function idOf(params: Params): string {
  return params.rest("id").join("/") || "default";
}

/** A spoilt file is no workspace; the next save replaces it. */
function parse(text: string, id: string): v.InferOutput<typeof Workspace>[] {
  try {
    const workspace = v.parse(Workspace, JSON.parse(text));
    return [{ ...workspace, metadata: { ...workspace.metadata, id } }];
  } catch {
    return [];
  }
}
