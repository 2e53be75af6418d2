/**
 * The lab's pages and the files of its bundle.
 *
 * `/lab`, `/lab/tree/PATH` and the same under `/lab/workspaces/NAME` are one page with different
 * configuration. Bundled files carry their content's hash in their name and never change.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkNames } from "../server/contents/confine.js";
import { mimeTypeOf } from "../server/contents/model.js";
import {
  type ApiResponse,
  HttpError,
  html,
  type Params,
  type Route,
  route,
} from "../server/index.js";
import type { PageConfig } from "./page-config.js";

/** What the address says: the file to open, and the workspace of this browser tab. */
export interface Place {
  readonly treePath: string;
  readonly workspace: string;
}

export function pageRoutes(labFolder: string, config: (place: Place) => PageConfig): Route[] {
  const page = async (place: Place): Promise<ApiResponse> => {
    const template = await readFile(join(labFolder, "index.html"), "utf8");
    return html(fill(template, config(place)));
  };
  const bundled = (folder: string, cache: string) => async (_: unknown, params: Params) => {
    const path = checkNames(params.rest("path"));
    const body = await readFile(join(labFolder, folder, path)).catch(() => {
      throw new HttpError(404, `the lab has no file ${path}`, "not found");
    });
    const type = mimeTypeOf(path) ?? "application/octet-stream";
    return { status: 200, headers: { "content-type": type, "cache-control": cache }, body };
  };
  return [
    route("GET", "/", () => ({ status: 302, headers: { location: "/lab" } })),
    route("GET", "/lab", () => page({ treePath: "", workspace: "default" })),
    route("GET", "/lab/tree/*path", (_, params) =>
      page({ treePath: params.rest("path").join("/"), workspace: "default" }),
    ),
    // A second tab gets a workspace of its own, which JupyterLab names.
    route("GET", "/lab/workspaces/:workspace", (_, params) =>
      page({ treePath: "", workspace: params.one("workspace") }),
    ),
    route("GET", "/lab/workspaces/:workspace/tree/*path", (_, params) =>
      page({ treePath: params.rest("path").join("/"), workspace: params.one("workspace") }),
    ),
    route("GET", "/lab/busy.svg", () => ({
      status: 200,
      headers: { "content-type": "image/svg+xml" },
      body: busyIcon,
    })),
    route("GET", "/static/lab/*path", bundled("static", "private, max-age=31536000, immutable")),
    route("GET", "/lab/api/themes/*path", bundled("themes", "no-cache")),
  ];
}

/** Puts the configuration into the page, where no string of it can end the script element. */
export function fill(template: string, config: PageConfig): string {
  const json = JSON.stringify(config).replaceAll("<", "\\u003c");
  const element = `<script id="jupyter-config-data" type="application/json">${json}</script>`;
  return template
    .replaceAll("{{base}}", () => config.baseUrl)
    .replaceAll("{{static}}", () => `${config.fullStaticUrl}/`)
    .replace("<!-- config -->", () => element);
}

/** The favicon while a kernel works. */
const busyIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">' +
  '<rect width="64" height="64" rx="12" fill="#2b3a67"/>' +
  '<circle cx="32" cy="32" r="17" fill="#ffb347"/></svg>';
