/**
 * A Jupyter server in this process: composed here, started, and closed without a trace.
 *
 * The server owns what it starts: `close` ends every kernel, socket and connection and removes its
 * private files. Routes beyond the API (the lab's pages) are handed in, so that the server knows
 * nothing of the front end.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { isIP } from "node:net";
import { homedir, hostname, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CheckpointStore } from "./contents/checkpoints.js";
import { Confinement } from "./contents/confine.js";
import { ContentsStore } from "./contents/contents-store.js";
import { type Disk, realDisk } from "./contents/disk.js";
import { TrustStore } from "./contents/trust.js";
import { Uploads } from "./contents/uploads.js";
import { type Log, listener } from "./http/listener.js";
import { type Route, Router } from "./http/router.js";
import { KernelManager } from "./kernels/kernel-manager.js";
import { installedKernelSpecs, type KernelSpecs } from "./kernels/kernelspecs.js";
import { SessionManager, type StartKernel } from "./kernels/session-manager.js";
import { packageRoot } from "./package-root.js";
import { contentsRoutes } from "./resources/contents.js";
import { filesRoutes } from "./resources/files.js";
import { kernelsRoutes } from "./resources/kernels.js";
import { kernelspecsRoutes } from "./resources/kernelspecs.js";
import { serverRoutes } from "./resources/server.js";
import { sessionsRoutes } from "./resources/sessions.js";
import { Gate } from "./security/gate.js";
import { randomToken } from "./security/token.js";
import { serveSockets } from "./sockets.js";

export interface ServerOptions {
  /** The folder that is served; kernels run in it. */
  readonly root: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless told otherwise. */
  readonly ip?: string;
  /** A random one unless told otherwise. */
  readonly token?: string;
  readonly kernelSpecs?: KernelSpecs;
  /** More pages, in front of the API's own. */
  readonly routes?: readonly Route[];
  /** Where what outlives the server is kept: trusted notebooks, the lab's settings. */
  readonly stateFolder?: string;
  readonly log?: Log;
  readonly disk?: Disk;
}

export interface RunningServer {
  /** With a final slash and without the token: `http://127.0.0.1:8888/`. */
  readonly url: string;
  readonly token: string;
  readonly port: number;
  /** Ends the kernels, then the connections; may be called twice. */
  close(): Promise<void>;
}

/** @throws an Error of one line when the folder, the address or the port cannot be used. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { ip = "127.0.0.1", token = randomToken(), log = () => undefined } = options;
  if (token === "") throw new Error("the token is empty: anyone could use the server");
  const folder = await Confinement.in(options.root);
  const specs = options.kernelSpecs ?? installedKernelSpecs();
  const kernels = new KernelManager(specs, log);
  const startKernel = kernelStarter(kernels, folder);
  const sessions = new SessionManager(kernels, startKernel);
  const scratch = privateFolder();

  let port = options.port ?? 0;
  const gate = new Gate({ token, ip, hostname: hostname(), port: () => port });
  const router = new Router([
    ...(options.routes ?? []),
    ...contentsRoutes(contentsServices(folder, scratch.path, options)),
    ...filesRoutes(folder),
    ...kernelsRoutes(kernels, startKernel),
    ...kernelspecsRoutes(specs),
    ...sessionsRoutes(sessions),
    ...serverRoutes(kernels, await version()),
  ]);
  const server = createServer(listener(gate, router, log));
  const closeSockets = serveSockets(server, gate, kernels, log);
  port = await listen(server, port, ip);

  let closing: Promise<void> | undefined;
  const shut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    closeSockets();
    await kernels.shutdownAll();
    server.closeAllConnections();
    await closed;
    await scratch.remove();
  };
  return {
    url: `http://${hostOf(ip)}:${port}/`,
    token,
    port,
    close: () => {
      closing ??= shut();
      return closing;
    },
  };
}

/** How a browser on this machine names the address; the unspecified ones mean every address. */
function hostOf(ip: string): string {
  const reached = ip === "0.0.0.0" ? "127.0.0.1" : ip === "::" ? "::1" : ip;
  return isIP(reached) === 6 ? `[${reached}]` : reached;
}

export function defaultStateFolder(): string {
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "curvlab");
}

function contentsServices(
  folder: Confinement,
  scratch: () => Promise<string>,
  { disk = realDisk, stateFolder = defaultStateFolder() }: ServerOptions,
) {
  const contents = new ContentsStore(folder, disk, new TrustStore(join(stateFolder, "trusted")));
  return {
    contents,
    checkpoints: new CheckpointStore(contents, disk),
    uploads: new Uploads(folder, scratch),
  };
}

/**
 * A kernel works in its document's folder, or in the served one when that is gone. It is told which
 * file that is, as by jupyter-server: from the name, because JupyterLab starts sessions under a path
 * that it makes up, and gives them the document's own afterwards.
 */
function kernelStarter(kernels: KernelManager, folder: Confinement): StartKernel {
  return async (kernel, { path, name }) => {
    const parent = dirname(`/${path}`).slice(1);
    const cwd = await folder.existing(parent).catch(() => folder.root);
    const document = join(cwd, basename(name === "" ? path : name));
    return kernels.start(kernel, { cwd, env: { JPY_SESSION_NAME: document } });
  };
}

/** Made when it is first needed, and removed. */
function privateFolder() {
  let made: Promise<string> | undefined;
  return {
    path: () => {
      made ??= mkdtemp(join(tmpdir(), "curvlab-server-"));
      return made;
    },
    remove: async () => {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
    },
  };
}

async function version(): Promise<string> {
  const manifest = await readFile(join(packageRoot(), "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return version;
}

function listen(server: Server, port: number, ip: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, ip)));
    server.listen(port, ip, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** The port is taken: another port may be free. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
}

function cannotListen(error: NodeJS.ErrnoException, port: number, ip: string): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new PortInUseError(
        `port ${port} is in use: choose another with --port, or --port 0 for any free one`,
      );
    case "EACCES":
      return new Error(
        `port ${port} may not be used by this user: choose one above 1023 with --port`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Error(`this machine has no address ${ip}: choose another with --ip`);
    default:
      return error;
  }
}
