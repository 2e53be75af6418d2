/** Birth, hard times and death of a kernel process. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Dealer } from "zeromq";
import { endpoint, newConnection, writeConnectionFile } from "../../kernel/protocol/connection.js";
import { createMessage, newSessionId } from "../../kernel/protocol/messages.js";
import { encode, Signer } from "../../kernel/protocol/wire.js";
import { executeRequest, KernelClient, ownArgv, resultText } from "../support/kernel-client.js";

async function withKernel(
  body: (kernel: KernelClient) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const kernel = await KernelClient.start({ env });
  try {
    await body(kernel);
  } finally {
    await kernel.stop();
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the end", () => {
  it("comes on shutdown, on control and on shell, with a reply", async () => {
    for (const channel of ["control", "shell"] as const) {
      const kernel = await KernelClient.start();
      const { reply } = await kernel.request("shutdown_request", { restart: true }, { channel });
      expect(reply.content).toEqual({ status: "ok", restart: true });
      expect(await kernel.exited).toBe(0);
      await kernel.stop();
    }
  });

  it("comes on shutdown and on SIGTERM while a cell loops", async () => {
    const looping = await KernelClient.start();
    const id = await looping.send("shell", "execute_request", { code: "while (true);" });
    await looping.wait((m) => m.parentId === id && m.type === "execute_input");
    await looping.send("control", "shutdown_request", { restart: false });
    expect(await looping.exited).toBe(0);
    await looping.stop();
    const terminated = await KernelClient.start();
    terminated.process.kill("SIGTERM");
    expect(await terminated.exited).toBe(0);
    await terminated.stop();
  });

  it.each([
    ["later", 3000],
    ["in the first moments", 0],
  ])("comes when the parent dies %s", async (_when, delay) => {
    const folder = mkdtempSync(join(tmpdir(), "curvlab-orphan-"));
    const file = join(folder, "connection.json");
    writeConnectionFile(file, await newConnection());
    const argv = ownArgv.map((part) => (part === "{connection_file}" ? file : part));
    const script = [
      'const { spawn } = require("node:child_process");',
      "const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };", // as Jupyter does
      `const child = spawn(${JSON.stringify(argv[0])}, ${JSON.stringify(argv.slice(1))}, { env, stdio: "ignore" });`,
      "process.stdout.write(String(child.pid)); setInterval(() => {}, 1000);",
    ].join("\n");
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await new Promise((resolve) => setTimeout(resolve, delay));
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 30_000, interval: 200 }).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("SIGKILL (Windows has no signals)", () => {
  it("leaves no child process of a cell, and no guardian", async () => {
    const kernel = await KernelClient.start({ leadsGroup: true });
    const seconds = `3600.${process.pid}`;
    const shells = "sh -c 'while :; do sleep SECONDS; done'".replace("SECONDS", seconds);
    await kernel.execute(
      `import { exec, spawn } from "node:child_process"; exec(${JSON.stringify(shells)});` +
        `spawn("sleep", ["${seconds}"]); 0`,
    );
    const isOurs = (line: string) =>
      line.includes(`sleep ${seconds}`) || line.endsWith(`sh ${kernel.process.pid}`);
    const left = () =>
      execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n").filter(isOurs);
    await expect.poll(() => left().length).toBeGreaterThanOrEqual(4);
    kernel.process.kill("SIGKILL");
    await expect.poll(left).toEqual([]);
    await kernel.stop();
  });

  it("finds the guardian gone after an ordinary end, and after an interrupt still there", async () => {
    const kernel = await KernelClient.start({ leadsGroup: true });
    const guardians = () =>
      execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.endsWith(`sh ${kernel.process.pid}`)).length;
    await expect.poll(guardians).toBe(1);
    const waiting =
      'import { execSync } from "node:child_process"; execSync("trap : INT; sleep 60")';
    const id = await kernel.send("shell", "execute_request", executeRequest(waiting));
    await kernel.wait((m) => m.parentId === id && m.type === "execute_input");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await kernel.outcome(id)).reply.content.ename).toBe("KeyboardInterrupt");
    expect(guardians()).toBe(1);
    await kernel.stop();
    await expect.poll(guardians).toBe(0);
  });
});

describe("a crash of user code", () => {
  it("by process.exit ends the cell with an error, and a new session begins", async () => {
    await withKernel(async (kernel) => {
      await kernel.execute("const lost = 1");
      await kernel.execute(
        'Reflect.get(globalThis, Symbol.for("Jupyter.comms")).open("widget"); 0',
      );
      const { reply } = await kernel.execute('console.log("last words"); process.exit(3)');
      expect(reply.content).toMatchObject({ status: "error", ename: "SessionLost" });
      expect(reply.content.evalue).toMatch(/process\.exit\(3\)/);
      await kernel.wait((m) => m.content.text === "last words\n");
      expect((await kernel.execute("lost")).reply.content.evalue).toContain("TS2304");
      const { reply: open } = await kernel.request("comm_info_request", {});
      expect(open.content.comms).toEqual({});
      expect(resultText(await kernel.execute("1 + 1"))).toBe("2");
    });
  });

  it("by lack of memory too", async () => {
    await withKernel(
      async (kernel) => {
        const code = "const hoard: number[][] = []; for (;;) hoard.push(new Array(1e5).fill(1.5));";
        const { reply } = await kernel.execute(code);
        expect(reply.content.evalue).toMatch(/more memory/);
        expect(resultText(await kernel.execute("2 + 2"))).toBe("4");
      },
      { CURVLAB_MAX_HEAP_MB: "100" },
    );
  });

  it("by endless recursion is an ordinary error", async () => {
    await withKernel(async (kernel) => {
      await kernel.execute("const kept = 1; const f = (): number => 1 + f()");
      expect((await kernel.execute("f()")).reply.content.ename).toBe("RangeError");
      expect(resultText(await kernel.execute("kept"))).toBe("1");
    });
  });
});

describe("the connection file", () => {
  it("is taken away from others", async () => {
    await withKernel(async (kernel) => {
      expect(statSync(join(kernel.folder, "connection.json")).mode & 0o077).toBe(0);
    });
    const folder = mkdtempSync(join(tmpdir(), "curvlab-open-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(await newConnection()));
    chmodSync(file, 0o644);
    const { readConnectionFile } = await import("../../kernel/protocol/connection.js");
    readConnectionFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  /** Status and last words of a kernel that is given this file. */
  async function endWith(connection: string) {
    const folder = mkdtempSync(join(tmpdir(), "curvlab-wrong-"));
    const file = join(folder, "connection.json");
    writeFileSync(file, connection);
    const [command = "", ...args] = ownArgv.map((part) =>
      part === "{connection_file}" ? file : part,
    );
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    return { file, status, stderr };
  }

  it("that is wrong is named, with the field", async () => {
    const { file, status, stderr } = await endWith('{ "ip": "127.0.0.1", "shell_port": "x" }');
    expect(status).not.toBe(0);
    expect(stderr).toContain(file);
    expect(stderr).toContain("shell_port");
  });

  it("that names a port in use ends the kernel with one line", async () => {
    const taken = await KernelClient.start();
    const { status, stderr } = await endWith(JSON.stringify(taken.info));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^curvlab: cannot listen on \S+ \(\w+\): Address already in use\n$/);
    await taken.stop();
  });
});

describe("hostile messages", () => {
  /** A small generator with a seed, so that a failure can be repeated (Numerical Recipes' LCG). */
  function* numbers(seed: number): Generator<number, never> {
    for (let state = seed; ; ) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      yield state / 2 ** 32;
    }
  }

  it("thousands of mutated messages are ignored, and the key is never printed", async () => {
    await withKernel(async (kernel) => {
      const random = numbers(8);
      const pick = (n: number) => Math.floor(random.next().value * n);
      const signer = new Signer(kernel.info.key, kernel.info.signature_scheme);
      const socket = new Dealer({ linger: 0, sendHighWaterMark: 0 });
      socket.connect(endpoint(kernel.info, "shell"));
      const types = [
        "execute_request",
        "complete_request",
        "comm_open",
        "history_request",
      ] as const;
      for (let i = 0; i < 3000; i++) {
        const content = { code: "0", cursor_pos: i, comm_id: "x", target_name: "y", data: {} };
        const message = createMessage(types[pick(4)]!, content as never, {
          session: newSessionId(),
        });
        const frames = encode(message, signer).map((frame) => Buffer.from(frame));
        const victim = pick(frames.length);
        const kind = pick(4);
        if (kind === 0) frames.splice(victim, 1);
        else if (kind === 1) frames.splice(victim, 0, Buffer.from("extra"));
        else if (kind === 2)
          frames[victim] = frames[victim]!.subarray(0, pick(frames[victim]!.length));
        else frames[victim]![pick(frames[victim]!.length)]! ^= 1 << pick(8);
        await socket.send(frames);
      }
      // Signed, so that they get past the signature, with JSON that is no sensible message.
      const strange = [
        "[]",
        "null",
        "7",
        '"x"',
        "{",
        '{"msg_id":1}',
        '{"msg_type":"execute_request"}',
        "",
      ];
      for (let i = 0; i < 500; i++) {
        const part = () => Buffer.from(strange[pick(strange.length)]!);
        const parts = { header: part(), parentHeader: part(), metadata: part(), content: part() };
        const signature = Buffer.from(signer.sign(parts));
        const delimiter = Buffer.from("<IDS|MSG>");
        await socket.send([delimiter, signature, ...Object.values(parts)]);
      }
      const unknown = createMessage(
        "status",
        { execution_state: "idle" },
        { session: newSessionId() },
      );
      await socket.send(encode(unknown, signer).map((frame) => Buffer.from(frame)));
      expect(resultText(await kernel.execute("5 + 5"))).toBe("10");
      expect(await kernel.heartbeat()).toBe(true);
      socket.close();
      await kernel.wait(() => kernel.stderr.includes("unknown message type"));
      expect(kernel.stderr).not.toContain(kernel.info.key);
      expect(readFileSync(join(kernel.folder, "history.jsonl"), "utf8")).toContain("5 + 5");
    });
  });
});
