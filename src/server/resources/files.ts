/**
 * `/files/PATH`: a file of the served folder as it is, for pictures in Markdown and for downloads.
 *
 * Nothing here may act with the user's rights on the server, so every file is sandboxed.
 */
import { type Confinement, checkNames } from "../contents/confine.js";
import { mimeTypeOf } from "../contents/model.js";
import type { ApiResponse } from "../http/exchange.js";
import { badRequest } from "../http/http-error.js";
import { type Route, route } from "../http/router.js";
import { sandboxPolicy } from "../security/headers.js";

export function filesRoutes(folder: Confinement): Route[] {
  return [
    route("GET", "/files/*path", async (request, params): Promise<ApiResponse> => {
      const path = checkNames(params.rest("path"));
      const handle = await folder.openInside(path);
      const found = await handle.stat();
      if (!found.isFile()) {
        await handle.close();
        throw badRequest(`${path || "/"} is not a file`, "bad type");
      }
      const name = encodeURIComponent(path.split("/").at(-1) ?? "");
      const download = request.query.has("download");
      return {
        status: 200,
        headers: {
          "content-type": contentType(path),
          "content-length": String(found.size),
          "last-modified": found.mtime.toUTCString(),
          "content-security-policy": sandboxPolicy,
          ...(download ? { "content-disposition": `attachment; filename*=UTF-8''${name}` } : {}),
        },
        // A file that grows meanwhile must not outgrow its announced length.
        body: handle.createReadStream({ start: 0, end: Math.max(found.size - 1, 0) }),
      };
    }),
  ];
}

function contentType(path: string): string {
  const type = mimeTypeOf(path) ?? "application/octet-stream";
  return /^text\/|javascript|json|xml/.test(type) ? `${type}; charset=utf-8` : type;
}
