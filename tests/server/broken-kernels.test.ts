/**
 * Kernels that cannot be started, die at once, or never say a word.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../src/server/index.js";
import { installedKernelSpecs } from "../../src/server/kernels/kernelspecs.js";

let root: string;
let server: RunningServer;
const log: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "curvlab-broken-"));
  install("missing", ["/no/such/program"]);
  install("dies", [process.execPath, "-e", "console.error('no luck'); process.exit(3)"]);
  install("silent", [process.execPath, "-e", "setInterval(() => {}, 1000)"]);
  mkdirSync(join(root, "unreadable"));
  writeFileSync(join(root, "unreadable", "kernel.json"), "{");
  const kernelSpecs = installedKernelSpecs([root]);
  server = await startServer({ root, stateFolder: root, kernelSpecs, log: (l) => log.push(l) });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

function install(name: string, argv: readonly string[]): void {
  mkdirSync(join(root, name));
  const spec = { argv, display_name: name, language: "none" };
  writeFileSync(join(root, name, "kernel.json"), JSON.stringify(spec));
}

async function ask<T>(path: string, method = "GET", body?: object) {
  const headers = { authorization: `token ${server.token}` };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(server.url + path, init);
  return { status: response.status, body: JSON.parse((await response.text()) || "null") as T };
}

it("a kernelspec that is not readable hides no other", async () => {
  const { body } = await ask<{ kernelspecs: object }>("api/kernelspecs");
  expect(Object.keys(body.kernelspecs).sort()).toEqual(["curvlab", "dies", "missing", "silent"]);
});

it("a program that does not exist is named, and no kernel is left", async () => {
  const { status, body } = await ask("api/kernels", "POST", { name: "missing" });
  expect(status).toBe(500);
  expect(body).toEqual({
    message: "cannot start the kernel missing: spawn /no/such/program ENOENT",
    reason: "kernel not started",
  });
  expect((await ask("api/kernels")).body).toEqual([]);
});

it("a kernel that dies at each start is given up, with its last words in the log", async () => {
  const { body } = await ask<{ id: string }>("api/kernels", "POST", { name: "dies" });
  const state = async () =>
    (await ask<{ execution_state: string }>(`api/kernels/${body.id}`)).body.execution_state;
  await expect.poll(state, { timeout: 20_000 }).toBe("dead");
  expect(log.filter((line) => line.includes("died: exit status 3\nno luck"))).toHaveLength(4);
  const restarted = await ask<{ message: string }>(`api/kernels/${body.id}/restart`, "POST");
  expect(restarted.status).toBe(500);
  expect(restarted.body.message).toBe("the kernel ended with exit status 3 before it answered");
  expect((await ask(`api/kernels/${body.id}`, "DELETE")).status).toBe(204);
});

it("a kernel that never answers can be shut down", async () => {
  const { body } = await ask<{ id: string }>("api/kernels", "POST", { name: "silent" });
  expect((await ask(`api/kernels/${body.id}`, "DELETE")).status).toBe(204);
  expect((await ask("api/kernels")).body).toEqual([]);
});
