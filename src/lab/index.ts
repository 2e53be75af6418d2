/**
 * JupyterLab on curvlab's own server: what `curvlab lab` starts.
 *
 *   const lab = await startLab({ root: "notebooks" });
 *   console.log(lab.labUrl); // http://127.0.0.1:8888/lab?token=…
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type RunningServer, type ServerOptions, startServer } from "../server/index.js";
import { packageRoot } from "../server/package-root.js";
import { defaultStateFolder } from "../server/start-server.js";
import { settingsRoutes } from "./api/settings.js";
import { translationsRoutes } from "./api/translations.js";
import { UserFiles } from "./api/user-files.js";
import { workspacesRoutes } from "./api/workspaces.js";
import { pageConfig } from "./page-config.js";
import { pageRoutes } from "./pages.js";

export interface LabOptions extends ServerOptions {
  /** The built front end; dist/lab of this package unless told otherwise. */
  readonly labFolder?: string;
}

export interface RunningLab extends RunningServer {
  /** Opens the lab in a browser, with the token. */
  readonly labUrl: string;
}

/** @throws an Error of one line when the front end is not built or the server cannot start. */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const labFolder = options.labFolder ?? join(packageRoot(), "dist", "lab");
  if (!existsSync(join(labFolder, "index.html"))) {
    throw new Error(`the lab is not built: ${labFolder} has no index.html; run npm run build`);
  }
  const stateFolder = options.stateFolder ?? defaultStateFolder();
  const versions = readVersions();
  const routes = [
    ...settingsRoutes(join(labFolder, "schemas"), new UserFiles(join(stateFolder, "settings"))),
    ...workspacesRoutes(new UserFiles(workspaceFolder(stateFolder, options.root))),
    ...translationsRoutes(),
    ...pageRoutes(labFolder, (place) => pageConfig({ ...versions, root: options.root, ...place })),
    ...(options.routes ?? []),
  ];
  const server = await startServer({ ...options, stateFolder, routes });
  return { ...server, labUrl: `${server.url}lab?token=${server.token}` };
}

/** Each served folder remembers its own tabs: another course does not open this one's files. */
function workspaceFolder(stateFolder: string, root: string): string {
  const place = existsSync(root) ? realpathSync(root) : root;
  return join(stateFolder, "workspaces", encodeURIComponent(place).slice(-200));
}

function readVersions() {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    version: string;
    devDependencies: Readonly<Record<string, string>>;
  };
  return {
    version: manifest.version,
    jupyterLabVersion: manifest.devDependencies["@jupyterlab/application"] ?? "4",
  };
}
