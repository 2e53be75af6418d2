/** The kernel under Visual Studio Code: its raw client's ways of asking, stopping and ending. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kernel, KernelMessage } from "@jupyterlab/services";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curvlab } from "../support/curvlab.js";
import { CodeKernel, descendants, type LaunchOptions } from "../support/vscode-kernel.js";

let home = "";
let launch: LaunchOptions;
let code: CodeKernel;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "curvlab and Code "));
  const cwd = join(home, "my notebooks");
  const runtime = join(home, "run time");
  for (const folder of [cwd, runtime, join(home, "tmp")]) mkdirSync(folder);
  const installed = await curvlab(["kernel", "install", "--prefix", home], home);
  expect(installed.stderr).toBe("");
  const file = join(home, "share", "jupyter", "kernels", "curvlab", "kernel.json");
  const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
  const env = { CURVLAB_HISTORY: join(home, "history.jsonl"), TMPDIR: join(home, "tmp") };
  launch = { argv, cwd, runtime, env };
  code = await CodeKernel.launch(launch);
});
afterAll(async () => {
  await code.dispose();
  rmSync(home, { recursive: true, force: true });
});

type Content = Parameters<Kernel.IKernelConnection["requestExecute"]>[0];

/** As a cell is run; `hidden` as the extension's own start-up code is. */
function run(source: string, { hidden = false, on = code } = {}) {
  const content: Content = {
    ...{ code: source, silent: false, stop_on_error: false, allow_stdin: true },
    store_history: !hidden,
  };
  const metadata = { cellId: "vscode-notebook-cell:/a%20b.ipynb#W1sZmlsZQ%3D%3D", tags: ["x"] };
  const future = on.kernel.requestExecute(content, hidden, hidden ? undefined : metadata);
  const messages: KernelMessage.IIOPubMessage[] = [];
  future.onIOPub = (message) => {
    messages.push(message);
  };
  const outcome = future.done.then(({ content }) => ({ ...content, messages }));
  return { future, messages, outcome };
}

const texts = (messages: readonly KernelMessage.IIOPubMessage[]): unknown[] =>
  messages.flatMap(({ header, content }) => {
    if (header.msg_type === "stream") return [(content as { text: string }).text];
    if (header.msg_type !== "execute_result") return [];
    return [(content as { data: Record<string, string> }).data["text/plain"]];
  });

/** On shell, which is busy with the cell, as the extension sends it; or on control. */
async function interrupt(channel: "shell" | "control"): Promise<unknown> {
  const { username, clientId: session } = code.kernel;
  const options = { msgType: "interrupt_request", channel, username, session, content: {} };
  const message = KernelMessage.createMessage(options as never) as never;
  const future =
    channel === "shell"
      ? code.kernel.sendShellMessage(message, true, true)
      : code.kernel.sendControlMessage(message, true, true);
  return (await future.done)?.content;
}

const untilPrinted = (messages: readonly KernelMessage.IIOPubMessage[], text: string) =>
  expect.poll(() => texts(messages).join(""), { timeout: 30_000 }).toContain(text);

describe("Code's client", () => {
  it("is given the language, before anything else", async () => {
    const info = await code.kernel.info;
    expect(info.language_info).toMatchObject({ name: "typescript", file_extension: ".ts" });
    expect(code.kernel.status).toBe("idle");
  });

  it("runs hidden start-up code, which counts nothing, and then cells", async () => {
    const hidden = await run('const theme = "dark"; console.log(theme)', { hidden: true }).outcome;
    expect(texts(hidden.messages)).toEqual(["dark\n"]);
    const silent: Content = { code: "const quiet = 1; quiet", silent: true, store_history: false };
    expect((await code.kernel.requestExecute(silent).done).content.status).toBe("ok");
    const cell = await run("theme.length + quiet").outcome;
    expect(cell).toMatchObject({ status: "ok", execution_count: 1 });
    expect(texts(cell.messages)).toEqual(["5"]);
  });

  it("runs on behind a cell that fails", async () => {
    const cells = ["throw new Error('no')", "'on'"].map((source) => run(source).outcome);
    const [failed, next] = await Promise.all(cells);
    expect(failed).toMatchObject({ status: "error", ename: "Error", evalue: "no" });
    expect(texts(next?.messages ?? [])).toEqual(["'on'"]);
  });

  it("completes and inspects, also while a cell runs", async () => {
    const cell = run("await new Promise((resolve) => setTimeout(resolve, 1500)); 'slept'");
    const complete = await code.kernel.requestComplete({ code: "Math.ab", cursor_pos: 7 });
    expect(complete.content).toMatchObject({ status: "ok", matches: ["abs"], cursor_start: 5 });
    const question = { code: "Math.abs", cursor_pos: 8, detail_level: 0 } as const;
    expect((await code.kernel.requestInspect(question)).content).toMatchObject({ found: true });
    expect(texts(cell.messages)).toEqual([]);
    expect(texts((await cell.outcome).messages)).toEqual(["'slept'"]);
  });

  it("answers a question of the cell", async () => {
    const cell = run('const name = await input("name?"); name');
    cell.future.onStdin = ({ header, content }) => {
      expect(content).toEqual({ prompt: "name?", password: false });
      code.kernel.sendInputReply({ status: "ok", value: "Ada" }, header as never);
    };
    expect(texts((await cell.outcome).messages)).toEqual(["'Ada'"]);
  });

  it.each(["shell", "control"] as const)("interrupts by a message on %s", async (channel) => {
    await run("const kept = 7").outcome;
    const cell = run('console.log("begun"); while (true);');
    await untilPrinted(cell.messages, "begun");
    expect(await interrupt(channel)).toMatchObject({ status: "ok" });
    expect(await cell.outcome).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(texts((await run("kept").outcome).messages)).toEqual(["7"]);
  });

  it("looks for widgets and finds none", async () => {
    code.kernel.registerCommTarget("jupyter.widget", () => undefined);
    const info = await code.kernel.requestCommInfo({ target_name: "jupyter.widget" });
    expect(info.content).toEqual({ status: "ok", comms: {} });
    const comm = code.kernel.createComm("jupyter.widget");
    const closed = new Promise((resolve) => {
      comm.onClose = resolve;
    });
    await comm.open({ state: {} }).done;
    await closed;
  });
});

describe("Code's end of a kernel", () => {
  const kill = (pid: number) => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // A short one, which has ended meanwhile.
    }
  };
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const untilGone = (pids: readonly number[]) =>
    expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);

  async function withChildren(): Promise<{ started: CodeKernel; pids: readonly number[] }> {
    const started = await CodeKernel.launch(launch);
    const source = [
      'import { exec, spawn } from "node:child_process";',
      'spawn("sleep", ["1000"], { stdio: "inherit" });',
      'exec("sleep 1000; echo over");',
      "exec(\"trap '' TERM; while :; do sleep 0.1; done\");",
      'console.log("begun"); while (true);',
    ].join("\n");
    const cell = run(source, { on: started });
    cell.outcome.catch(() => undefined);
    await untilPrinted(cell.messages, "begun");
    const pids = descendants(started.process.pid ?? 0);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    return { started, pids };
  }

  it("by SIGTERM to all its processes leaves no process and no file", async () => {
    const before = readdirSync(home, { recursive: true }).sort();
    const { started, pids } = await withChildren();
    await started.dispose();
    await untilGone(pids);
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(before);
  });

  it("by SIGTERM to the kernel alone leaves none either", async () => {
    const { started, pids } = await withChildren();
    started.process.kill("SIGTERM");
    await untilGone([...pids, started.process.pid ?? 0]);
    await started.dispose();
  });

  it("by SIGKILL leaves no file", async () => {
    const before = readdirSync(home, { recursive: true }).sort();
    const { started, pids } = await withChildren();
    for (const pid of [started.process.pid ?? 0, ...pids]) kill(pid);
    await untilGone(pids);
    await started.dispose();
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(before);
  });

  it("is also its restart: a new process knows nothing of the old", async () => {
    const first = await CodeKernel.launch(launch);
    await run("const lost = 1", { on: first }).outcome;
    const gone = first.dispose();
    const second = await CodeKernel.launch(launch);
    const { evalue } = (await run("lost", { on: second }).outcome) as { evalue?: string };
    expect(evalue).toContain("TS2304");
    await Promise.all([gone, second.dispose()]);
  });
});
