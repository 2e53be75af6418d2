/**
 * curvlab's own kernel behind curvlab's own server: what only the two together can promise.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kernel, KernelManager, KernelMessage, SessionManager } from "@jupyterlab/services";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../src/server/index.js";
import { ownKernelSpecs } from "../../src/server/kernels/kernelspecs.js";
import { serverSettings } from "../support/server-settings.js";

let root: string;
let server: RunningServer;
let manager: KernelManager;
let kernel: Kernel.IKernelConnection;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "curvlab-own-"));
  server = await startServer({ root, stateFolder: root, kernelSpecs: ownKernelSpecs() });
  manager = new KernelManager({ serverSettings: serverSettings(server) });
  await manager.ready;
  kernel = await manager.startNew();
  await kernel.info;
});
afterAll(async () => {
  await kernel.shutdown();
  manager.dispose();
  await server.close();
  rmSync(root, { recursive: true });
});

/** Everything that a cell prints. */
async function printed(code: string, on = kernel): Promise<string> {
  const future = on.requestExecute({ code });
  const texts: string[] = [];
  future.onIOPub = (message) => {
    if (KernelMessage.isStreamMsg(message)) texts.push(message.content.text);
  };
  await future.done;
  return texts.join("");
}

async function state(): Promise<string> {
  const headers = { authorization: `token ${server.token}` };
  const response = await fetch(`${server.url}api/kernels/${kernel.id}`, { headers });
  return ((await response.json()) as { execution_state: string }).execution_state;
}

it("is the default kernel", () => {
  expect(kernel.name).toBe("curvlab");
});

it("is told its notebook, also when the session begins under a path that the lab has made up", async () => {
  const sessions = new SessionManager({
    kernelManager: manager,
    serverSettings: manager.serverSettings,
  });
  const document = { path: "97f1-made-up", name: "chapter.ipynb", type: "notebook" };
  const session = await sessions.startNew({ ...document, kernel: { name: "curvlab" } });
  const code = "console.log(process.env.JPY_SESSION_NAME)";
  expect(await printed(code, session.kernel!)).toBe(`${join(root, "chapter.ipynb")}\n`);
  await session.shutdown();
  sessions.dispose();
});

it("delivers 20,000 lines, each once and in order", async () => {
  const text = await printed("for (let i = 0; i < 20_000; i++) console.log(i);");
  expect(text).toBe(Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""));
});

it("delivers 8 MB in one piece", async () => {
  const text = await printed('console.log("y".repeat(8 * 1024 * 1024));');
  expect(text.length).toBe(8 * 1024 * 1024 + 1);
});

it("answers completion while a cell runs, and the kernel counts as busy all the while", async () => {
  const running = kernel.requestExecute({
    code: "const until = Date.now() + 60_000; while (Date.now() < until) {}",
  });
  await expect.poll(state).toBe("busy");
  const reply = await kernel.requestComplete({ code: "Math.sq", cursor_pos: 7 });
  expect(reply.content).toMatchObject({ status: "ok", matches: ["sqrt"] });
  expect(await state()).toBe("busy");
  await kernel.interrupt();
  expect((await running.done).content.status).toBe("error");
  await expect.poll(state).toBe("idle");
});

it("asks on stdin and goes on with the answer", async () => {
  const future = kernel.requestExecute({ code: 'prompt("name?")', allow_stdin: true });
  const results: unknown[] = [];
  future.onIOPub = (message) => {
    if (KernelMessage.isExecuteResultMsg(message)) results.push(message.content.data["text/plain"]);
  };
  future.onStdin = (message) => {
    if (!KernelMessage.isInputRequestMsg(message)) return;
    expect(message.content.prompt).toContain("name?");
    future.sendInputReply({ value: "Ada", status: "ok" }, message.header);
  };
  await future.done;
  expect(results.join("")).toContain("Ada");
});
