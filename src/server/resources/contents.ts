/** `/api/contents`: files, folders and notebooks, with their checkpoints. */
import * as v from "valibot";
import type { CheckpointStore } from "../contents/checkpoints.js";
import { type ApiPath, checkNames, parseApiPath } from "../contents/confine.js";
import type { ContentsStore, GetOptions } from "../contents/contents-store.js";
import { decodeBase64 } from "../contents/encoding.js";
import type { Uploads } from "../contents/uploads.js";
import { CONTENTS_BODY_LIMIT } from "../http/body.js";
import { type ApiRequest, type ApiResponse, json, noContent } from "../http/exchange.js";
import { badRequest } from "../http/http-error.js";
import { type Handler, type Params, type Route, route } from "../http/router.js";
import { validate } from "../http/validate.js";

const type = v.picklist(["directory", "file", "notebook"]);
const format = v.picklist(["text", "base64", "json"]);
/** Clients send null for what they leave out. */
const absent = <const T extends v.GenericSchema>(schema: T) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );

const SaveBody = v.object({
  type,
  format: absent(format),
  content: v.optional(v.unknown()),
  chunk: absent(v.pipe(v.number(), v.integer())),
});
const CreateBody = v.object({
  type: absent(type),
  ext: absent(v.pipe(v.string(), v.regex(/^\.?[\w.-]{0,32}$/, "not a file extension"))),
  copy_from: absent(v.string()),
});
const RenameBody = v.object({ path: v.string() });

export interface ContentsServices {
  readonly contents: ContentsStore;
  readonly checkpoints: CheckpointStore;
  readonly uploads: Uploads;
}

export function contentsRoutes({ contents, checkpoints, uploads }: ContentsServices): Route[] {
  return [
    ...checkpointRoutes(contents, checkpoints),
    route("GET", "/api/contents/*path", async (request, params) =>
      json(await contents.get(pathOf(params), getOptions(request))),
    ),
    route("PUT", "/api/contents/*path", async (request, params) => {
      const path = pathOf(params);
      const body = validate(SaveBody, await request.json(CONTENTS_BODY_LIMIT), `save ${path}`);
      if (body.chunk !== undefined) return saveChunk(contents, uploads, path, body);
      const { model, created } = await contents.save(path, body);
      return json(model, created ? 201 : 200);
    }),
    route("POST", "/api/contents/*path", async (request, params) => {
      const folder = pathOf(params);
      const body = validate(CreateBody, await request.json(), `create in /${folder}`);
      const model =
        body.copy_from === undefined
          ? await contents.create(folder, body.type ?? "file", extension(body.ext))
          : await contents.copy(parseApiPath(body.copy_from), folder);
      return json(model, 201, { location: `/api/contents/${encodePath(model.path)}` });
    }),
    route("PATCH", "/api/contents/*path", async (request, params) => {
      const path = pathOf(params);
      const body = validate(RenameBody, await request.json(), `rename ${path}`);
      return json(await contents.rename(path, parseApiPath(body.path)));
    }),
    route("DELETE", "/api/contents/*path", async (_, params) => {
      await contents.delete(pathOf(params));
      return noContent();
    }),
  ];
}

/**
 * `a/checkpoints` is the checkpoints of the file `a`, or the folder `checkpoints` in the folder `a`:
 * these routes pass unless `a` is a file.
 */
function checkpointRoutes(contents: ContentsStore, checkpoints: CheckpointStore): Route[] {
  const all = "/api/contents/*path/checkpoints";
  const one = `${all}/:id`;
  const ofFile =
    (handler: (path: ApiPath) => Promise<ApiResponse>): Handler =>
    async (_, params) => {
      const path = pathOf(params);
      return path !== "" && (await contents.isFile(path)) ? handler(path) : undefined;
    };
  const then204 = (work: Promise<void>) => work.then(noContent);
  return [
    route(
      "GET",
      all,
      ofFile(async (path) => json(await checkpoints.list(path))),
    ),
    route(
      "POST",
      all,
      ofFile(async (path) => json(await checkpoints.create(path), 201)),
    ),
    route(
      "POST",
      one,
      ofFile((path) => then204(checkpoints.restore(path))),
    ),
    route(
      "DELETE",
      one,
      ofFile((path) => then204(checkpoints.delete(path))),
    ),
  ];
}

async function saveChunk(
  contents: ContentsStore,
  uploads: Uploads,
  path: ApiPath,
  body: v.InferOutput<typeof SaveBody>,
) {
  if (body.type !== "file" || typeof body.content !== "string" || body.format === "json") {
    throw badRequest(`save ${path}: only a file with text or base64 comes in chunks`);
  }
  const data =
    body.format === "base64" ? decodeBase64(body.content, path) : Buffer.from(body.content);
  const done = await uploads.take(path, body.chunk ?? -1, data);
  if (done) return json(await contents.get(path, { content: false, hash: true, type: "file" }));
  return json({
    name: path.split("/").at(-1) ?? "",
    path,
    type: "file",
    created: "",
    last_modified: "",
    mimetype: null,
    content: null,
    format: null,
    writable: true,
  });
}

function getOptions({ query }: ApiRequest): GetOptions {
  const asked = (name: string) => query.get(name) ?? undefined;
  const options = validate(
    v.object({ type: v.optional(type), format: v.optional(format) }),
    { type: asked("type"), format: asked("format") },
    "GET contents",
  );
  return {
    content: query.get("content") !== "0",
    hash: query.get("hash") === "1",
    ...(options.type === undefined ? {} : { type: options.type }),
    ...(options.format === undefined ? {} : { format: options.format }),
  };
}

function pathOf(params: Params): ApiPath {
  return checkNames(params.rest("path"));
}

function extension(ext: string | undefined): string {
  return ext === undefined || ext === "" || ext.startsWith(".") ? (ext ?? ".txt") : `.${ext}`;
}

function encodePath(path: ApiPath): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
