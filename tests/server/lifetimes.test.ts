/**
 * Processes and files: whatever ends the server, nothing stays behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let temporary: string;
let server: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-life-"));
  temporary = join(folder, "tmp");
  mkdirSync(temporary);
});
afterEach(() => {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function curvlab(...argv: string[]): ChildProcess {
  return spawn(process.execPath, ["bin/curvlab.js", ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary, XDG_DATA_HOME: join(folder, "state") },
  });
}

interface KernelModel {
  readonly id: string;
  readonly execution_state: string;
}

/** A lab with one kernel that answers: its process ids and a way to ask. */
async function labWithKernel() {
  server = curvlab("lab", folder, "--no-browser", "--port", "0");
  const [line] = (await once(createInterface(server.stdout!), "line")) as [string];
  const url = new URL(line);
  const headers = { authorization: `token ${url.searchParams.get("token")}` };
  const ask = async (path: string, method = "GET", body?: object): Promise<KernelModel> => {
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return JSON.parse((await (await fetch(new URL(path, url), init)).text()) || "{}");
  };
  const { id } = await ask("/api/kernels", "POST", {});
  const state = async () => (await ask(`/api/kernels/${id}`)).execution_state;
  await expect.poll(state, { timeout: 30_000 }).toBe("idle");
  return { server, kernel: childOf(server.pid!), ask, id, state };
}

/** The process that this one started, from /proc. */
function childOf(pid: number): number {
  const path = `/proc/${pid}/task/${pid}/children`;
  return Number(readFileSync(path, "utf8").trim().split(" ")[0]);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe.skipIf(process.platform !== "linux")("the processes of a lab", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "all end on %s, with their files",
    async (signal) => {
      const { server, kernel } = await labWithKernel();
      server.kill(signal);
      const [status] = (await once(server, "exit")) as [number];
      expect(status).toBe(0);
      expect(isAlive(kernel)).toBe(false);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  it("the kernel ends when the server is killed, and no file is left", async () => {
    const { server, kernel } = await labWithKernel();
    server.kill("SIGKILL");
    await once(server, "exit");
    await expect.poll(() => isAlive(kernel), { timeout: 15_000 }).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("a kernel that is killed comes back, and the server stays", async () => {
    const { kernel, server, state } = await labWithKernel();
    process.kill(kernel, "SIGKILL");
    await expect.poll(state).toBe("restarting");
    await expect.poll(state, { timeout: 30_000 }).toBe("idle");
    expect(childOf(server.pid!)).not.toBe(kernel);
  });

  it("deleting a kernel ends its process", async () => {
    const { kernel, ask, id } = await labWithKernel();
    await ask(`/api/kernels/${id}`, "DELETE");
    expect(isAlive(kernel)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe("a command line that cannot be obeyed", () => {
  const outcome = async (...argv: string[]) => {
    const child = curvlab(...argv);
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += String(chunk);
    });
    const [status] = (await once(child, "close")) as [number];
    return { status, stderr };
  };

  it.each([
    [["no-such-folder"], "curvlab: lab: the folder no-such-folder does not exist\n"],
    [["package.json"], "curvlab: lab: package.json is a file; give the folder that it lies in\n"],
  ])("lab %s is refused with one line", async (argv, line) => {
    expect(await outcome("lab", ...argv)).toEqual({ status: 2, stderr: line });
  });

  it("a port that is no number is refused", async () => {
    const { status, stderr } = await outcome("lab", folder, "--port", "web");
    expect(status).toBe(2);
    expect(stderr).toContain("--port");
  });

  it("a port in use is named, with what to do", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const { status, stderr } = await outcome("lab", folder, "--no-browser", "--port", String(port));
    other.close();
    expect(status).toBe(1);
    expect(stderr).toBe(
      `curvlab: port ${port} is in use: choose another with --port, or --port 0 for any free one\n`,
    );
  });

  it("an address that is not this machine's is named", async () => {
    const { status, stderr } = await outcome("lab", folder, "--no-browser", "--ip", "192.0.2.1");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^curvlab: this machine has no address 192.0.2.1: .+\n$/);
  });

  it("an empty token is refused", async () => {
    const { status, stderr } = await outcome("lab", folder, "--no-browser", "--token", "");
    expect(status).toBe(1);
    expect(stderr).toBe("curvlab: the token is empty: anyone could use the server\n");
  });
});
