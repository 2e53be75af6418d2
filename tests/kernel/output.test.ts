/** Output is never lost, comes in order and in few messages, and belongs to the cell that made it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  executeRequest,
  KernelClient,
  ofType,
  resultText,
  streamText,
} from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

describe("output", () => {
  it("delivers 20,000 lines of console.log, in order, in a few dozen messages", async () => {
    const outcome = await kernel.execute("for (let i = 0; i < 20_000; i++) console.log(i)");
    const lines = streamText(outcome).split("\n");
    expect(lines.length).toBe(20_001);
    expect(lines.slice(0, -1).every((line, i) => line === String(i))).toBe(true);
    expect(ofType(outcome, "stream").length).toBeLessThan(60);
  });

  it("delivers 8 MB in one line", async () => {
    const outcome = await kernel.execute('console.log("x".repeat(8 * 1024 * 1024))');
    expect(streamText(outcome).length).toBe(8 * 1024 * 1024 + 1);
  });

  it("keeps the order of stdout, stderr and displays", async () => {
    const outcome = await kernel.execute(
      'console.log("a"); console.error("b"); display.text("c"); process.stdout.write("d"); "e"',
    );
    const shown = outcome.iopub
      .filter((m) => ["stream", "display_data", "execute_result"].includes(m.type))
      .map((m) => m.content.text ?? (m.content.data as Record<string, string>)["text/plain"]);
    expect(shown).toEqual(["a\n", "b\n", "c", "d", "'e'"]);
  });

  it("shows a line that is printed before an endless loop", async () => {
    const id = await kernel.send(
      "shell",
      "execute_request",
      executeRequest('console.log("before"); while (true);'),
    );
    await kernel.wait((m) => m.parentId === id && m.content.text === "before\n");
    await kernel.request("interrupt_request", {}, { channel: "control" });
    await kernel.outcome(id);
  });

  it("gives a child process's inherited output to the cell", async () => {
    const outcome = await kernel.execute(
      [
        'import { execSync, spawn } from "node:child_process";',
        'execSync("echo sync; echo trouble >&2", { stdio: "inherit" });',
        'const child = spawn("echo", ["async"], { stdio: "inherit" });',
        'await new Promise((resolve) => child.on("close", resolve));',
      ].join("\n"),
    );
    expect(streamText(outcome)).toBe("sync\nasync\n");
    expect(streamText(outcome, "stderr")).toBe("trouble\n");
  });

  it("gives a forked process's output to the cell, unless it is silent", async () => {
    const outcome = await kernel.execute(
      [
        'import { fork } from "node:child_process"; import { writeFileSync } from "node:fs";',
        'writeFileSync("forked.cjs", \'console.log(process.argv[2]); process.send("message")\');',
        "for (const silent of [false, true]) {",
        '  const child = fork("./forked.cjs", [String(silent)], { silent });',
        '  child.on("message", (message) => console.log(message));',
        '  await new Promise((resolve) => child.on("close", resolve));',
        "}",
      ].join("\n"),
    );
    const lines = streamText(outcome).trim().split("\n");
    expect(lines.toSorted()).toEqual(["false", "message", "message"]);
  });

  it("of console.trace is headed by its message", async () => {
    const outcome = await kernel.execute('console.trace("here", 1)');
    expect(streamText(outcome, "stderr")).toMatch(/^Trace: here 1\n {4}at In\[\d+\]:1:9\n$/);
  });

  it("takes what is written to the descriptors of stdout and stderr", async () => {
    const code = 'import fs from "node:fs"; fs.writeSync(1, "one\\n"); fs.writeSync(2, "two\\n");';
    const outcome = await kernel.execute(code);
    expect(streamText(outcome)).toBe("one\n");
    expect(streamText(outcome, "stderr")).toBe("two\n");
  });

  it("takes what is written to them by other ways, and the devices too", async () => {
    const code = [
      'import fs from "node:fs"; import { writeFile } from "node:fs/promises";',
      'fs.writeFileSync(1, "a\\n"); fs.appendFileSync(1, Buffer.from("b\\n"));',
      'fs.writeFileSync("/dev/stdout", "c\\n"); await writeFile("/dev/stderr", "e\\n");',
      'await new Promise((resolve) => fs.writeFile(1, "d\\n", resolve));',
      'const stream = fs.createWriteStream("", { fd: 1 }); stream.write("f\\n");',
      'await new Promise((resolve) => stream.end("g\\n", () => resolve(0)));',
      'const n = fs.writeSync(1, Buffer.from("xh\\nx"), 1, 2); const m = fs.writeSync(1, "aQo=", null, "base64");',
      'await new Promise((resolve) => fs.write(1, "j\\n", resolve)); console.log(n, m);',
      // The descriptor is still open, and half a character waits for its rest.
      "const [half, rest] = [[0xc3], [0xa4]].map((b) => Buffer.from(b)); fs.writeSync(1, half!); fs.writeSync(1, rest!);",
    ].join("\n");
    const outcome = await kernel.execute(code);
    expect(streamText(outcome)).toBe("a\nb\nc\nd\nf\ng\nh\ni\nj\n2 2\nä");
    expect(streamText(outcome, "stderr")).toBe("e\n");
    const other = 'fs.writeFileSync("own.txt", "kept"); fs.readFileSync("own.txt", "utf8")';
    expect(resultText(await kernel.execute(other))).toBe("'kept'");
  });

  it("gives what a timer prints to the cell that set it", async () => {
    const first = await kernel.execute('setTimeout(() => console.log("late"), 50); 0');
    await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 200))");
    const late = await kernel.wait((m) => m.content.text === "late\n");
    expect(late.parentId).toBe(first.reply.parentId);
  });

  it("gives what a promise prints to the cell that made it", async () => {
    const first = await kernel.execute(
      [
        "const later = (async () => {",
        "  await new Promise((resolve) => setTimeout(resolve, 50));",
        '  console.log("settled");',
        "})(); 0",
      ].join("\n"),
    );
    await kernel.execute("await later");
    const late = await kernel.wait((m) => m.content.text === "settled\n");
    expect(late.parentId).toBe(first.reply.parentId);
  });

  it("has no terminal colours", async () => {
    const outcome = await kernel.execute('console.log({ a: [1, "x"] }); new Map([[1, 2]])');
    expect(JSON.stringify(outcome.iopub)).not.toContain("\\u001b");
  });

  it("reports an unhandled rejection in the cell, and lives on", async () => {
    await kernel.execute('void Promise.reject(new Error("nobody listens")); 0');
    const report = await kernel.wait((m) => String(m.content.text).includes("nobody listens"));
    expect(report.content.name).toBe("stderr");
    expect((await kernel.execute("1")).reply.content.status).toBe("ok");
  });
});
