/** A real jupyter-server with ipykernel, from Debian's packages: the peer that our client must suit. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEBIAN_PYTHON } from "./requirements.js";

export interface JupyterServer {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

export async function startJupyterServer(root: string): Promise<JupyterServer> {
  const port = await freePort();
  const token = "secret-of-the-test";
  const home = await mkdtemp(join(tmpdir(), "curvlab-jupyter-"));
  const child = spawn(
    DEBIAN_PYTHON,
    [
      ...["-m", "jupyter_server", "--allow-root", "--no-browser"],
      ...[`--port=${port}`, "--ServerApp.port_retries=0", `--ServerApp.root_dir=${root}`],
      ...[`--IdentityProvider.token=${token}`, `--ServerApp.token=${token}`],
    ],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, HOME: home, JUPYTER_RUNTIME_DIR: home, JUPYTER_CONFIG_DIR: home },
    },
  );
  const url = `http://127.0.0.1:${port}/`;
  await untilReady(child, url);
  return {
    url,
    token,
    async stop() {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let log = "";
  child.stderr?.on("data", (data: Buffer) => {
    log += data.toString();
  });
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}api`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`jupyter-server did not start: ${log}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
