/**
 * Kernels over the real client: @jupyterlab/services against a live server.
 *
 * Debian's ipykernel stands in for any kernel that is not ours; the contract is the same for both.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Kernel,
  KernelManager,
  type KernelMessage,
  type ServerConnection,
  SessionManager,
} from "@jupyterlab/services";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import WebSocket from "ws";
import { type RunningServer, startServer } from "../../src/server/index.js";
import { installedKernelSpecs } from "../../src/server/kernels/kernelspecs.js";
import { describeNeeding, pythonModule } from "../support/requirements.js";
import { serverSettings } from "../support/server-settings.js";

const ipykernel = pythonModule("ipykernel", "apt-get install python3-ipykernel");

describeNeeding([ipykernel], "kernels of a live server", () => {
  let root: string;
  let temporary: string;
  let server: RunningServer;
  let manager: KernelManager;
  let settings: ServerConnection.ISettings;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "curvlab-test-"));
    temporary = join(root, "tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    server = await startServer({
      root,
      stateFolder: root,
      kernelSpecs: installedKernelSpecs(["/usr/share/jupyter/kernels"]),
    });
    settings = serverSettings(server);
    manager = new KernelManager({ serverSettings: settings });
    await manager.ready;
  });
  afterAll(async () => {
    manager.dispose();
    await server.close();
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });

  it("runs a cell and gives its output in order", async () => {
    const kernel = await manager.startNew({ name: "python3" });
    const { outputs, reply } = await run(kernel, "print('a'); 1 + 1");
    expect(reply.content.status).toBe("ok");
    expect(outputs).toEqual(["execute_input", "stream", "execute_result"]);
    expect((await kernel.info).language_info.name).toBe("python");
    await kernel.shutdown();
    expect(await fetchJson("api/kernels")).toEqual([]);
  });

  it("leaves no connection file once the kernel has answered", async () => {
    const kernel = await manager.startNew({ name: "python3" });
    await run(kernel, "1");
    expect(readdirSync(temporary)).toEqual([]);
    await kernel.shutdown();
  });

  it("starts a kernel that died again, and says so", async () => {
    const kernel = await manager.startNew({ name: "python3" });
    await run(kernel, "x = 1");
    const states: Kernel.Status[] = [];
    kernel.statusChanged.connect((_, status) => states.push(status));
    kernel.requestExecute({ code: "import os; os._exit(3)" }).done.catch(() => undefined);
    await expect.poll(() => states, { timeout: 30_000 }).toContain("autorestarting");
    await expect.poll(() => states.at(-1), { timeout: 30_000 }).toBe("idle");
    const { outputs } = await run(kernel, "x");
    expect(outputs).toContain("error");
    await kernel.shutdown();
  });

  it("restarts with a fresh state", async () => {
    const kernel = await manager.startNew({ name: "python3" });
    await run(kernel, "x = 1");
    await kernel.restart();
    expect((await run(kernel, "x")).outputs).toContain("error");
    await kernel.shutdown();
  });

  it("interrupts a cell and keeps the state", async () => {
    const kernel = await manager.startNew({ name: "python3" });
    await run(kernel, "x = 1");
    const loop = kernel.requestExecute({ code: "while True: pass" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kernel.interrupt();
    expect((await loop.done).content.status).toBe("error");
    expect((await run(kernel, "x")).outputs).toContain("execute_result");
    await kernel.shutdown();
  });

  it("delivers what a client missed while its connection was broken", async () => {
    const { id } = await manager.startNew({ name: "python3" });
    const at = `${server.url.replace("http", "ws")}api/kernels/${id}/channels?session_id=s&token=${server.token}`;
    const first = await open(at);
    first.send(request("import time\nfor i in range(4):\n  print(i, flush=True); time.sleep(0.3)"));
    await expect.poll(() => first.texts.join(""), { timeout: 30_000 }).toContain("0\n");
    first.terminate();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = await open(at);
    await expect.poll(() => second.replies, { timeout: 10_000 }).toBe(1);
    expect((first.texts.join("") + second.texts.join("")).split("\n")).toEqual([
      "0",
      "1",
      "2",
      "3",
      "",
    ]);
    second.terminate();
    await manager.shutdown(id);
  });

  it("gives two requests for one document one session", async () => {
    const sessions = new SessionManager({ kernelManager: manager, serverSettings: settings });
    const options = { path: "a.ipynb", name: "a", type: "notebook", kernel: { name: "python3" } };
    const [a, b] = await Promise.all([sessions.startNew(options), sessions.startNew(options)]);
    expect(a.id).toBe(b.id);
    expect(a.kernel?.id).toBe(b.kernel?.id);
    await sessions.shutdownAll();
    await expect.poll(async () => (await fetchJson("api/kernels")).length).toBe(0);
    sessions.dispose();
  });

  it("ends the kernel of a page that was closed before it knew of it", async () => {
    const abort = new AbortController();
    const asked = fetch(`${server.url}api/sessions`, {
      method: "POST",
      headers: { authorization: `token ${server.token}` },
      body: JSON.stringify({ path: "b.ipynb", type: "notebook", kernel: { name: "python3" } }),
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 5);
    await expect(asked).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect.poll(() => fetchJson("api/kernels"), { timeout: 10_000 }).toEqual([]);
    expect(await fetchJson("api/sessions")).toEqual([]);
  });

  const fetchJson = async (path: string): Promise<unknown[]> => {
    const headers = { authorization: `token ${server.token}` };
    return (await (await fetch(server.url + path, { headers })).json()) as unknown[];
  };
});

/** Runs a cell to its end: the types of what it published, and the reply. */
async function run(kernel: Kernel.IKernelConnection, code: string) {
  const outputs: string[] = [];
  const future = kernel.requestExecute({ code });
  future.onIOPub = (message: KernelMessage.IIOPubMessage) => {
    if (message.header.msg_type !== "status") outputs.push(message.header.msg_type);
  };
  const reply = await future.done;
  return { outputs, reply };
}

type Client = WebSocket & { texts: string[]; replies: number };

/** A plain client of the default framing that gathers streams and counts execute replies. */
function open(url: string): Promise<Client> {
  const client = Object.assign(new WebSocket(url), { texts: [] as string[], replies: 0 });
  client.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.header.msg_type === "stream") client.texts.push(message.content.text);
    if (message.header.msg_type === "execute_reply") client.replies++;
  });
  return new Promise((resolve, reject) => {
    client.once("open", () => resolve(client));
    client.once("error", reject);
  });
}

function request(code: string): string {
  return JSON.stringify({
    channel: "shell",
    header: {
      msg_id: crypto.randomUUID(),
      session: "s",
      username: "test",
      version: "5.3",
      msg_type: "execute_request",
      date: new Date().toISOString(),
    },
    parent_header: {},
    metadata: {},
    content: { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false },
    buffers: [],
  });
}
