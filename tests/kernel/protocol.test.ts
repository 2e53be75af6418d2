/** The messaging protocol, a row a rule, against a live kernel. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

describe("kernel_info", () => {
  it.each(["shell", "control"] as const)(
    "tells status and true versions on %s",
    async (channel) => {
      const { reply } = await kernel.request("kernel_info_request", {}, { channel });
      expect(reply.content).toMatchObject({
        status: "ok",
        protocol_version: "5.5",
        implementation: "curvlab",
        language_info: { name: "typescript", version: "5.9.3", file_extension: ".ts" },
      });
    },
  );
});

describe("execute", () => {
  it("sends busy, the input, the result, idle, and a reply, all of the request", async () => {
    const outcome = await kernel.execute("20 + 1");
    expect(outcome.iopub.map((m) => m.type)).toEqual([
      "status",
      "execute_input",
      "execute_result",
      "status",
    ]);
    const count = outcome.reply.content.execution_count;
    expect(outcome.iopub[1]?.content).toEqual({ code: "20 + 1", execution_count: count });
    expect(outcome.iopub[2]?.content.execution_count).toBe(count);
    expect(outcome.reply.content).toMatchObject({
      status: "ok",
      payload: [],
      user_expressions: {},
    });
  });

  it("with silent publishes nothing, counts nothing, but runs", async () => {
    const before = (await kernel.execute("0")).reply.content.execution_count;
    const silent = await kernel.execute('const quiet = 5; console.log("x"); quiet', {
      silent: true,
    });
    expect(silent.iopub.map((m) => m.type)).toEqual(["status", "status"]);
    const after = await kernel.execute("quiet");
    expect(resultText(after)).toBe("5");
    expect(after.reply.content.execution_count).toBe(Number(before) + 1);
  });

  it("with store_history false counts nothing and shows its result", async () => {
    const before = (await kernel.execute("0")).reply.content.execution_count;
    const outcome = await kernel.execute('"unlisted"', { store_history: false });
    expect(resultText(outcome)).toBe("'unlisted'");
    expect(outcome.reply.content.execution_count).toBe(before);
    const history = await kernel.request("history_request", { hist_access_type: "tail", n: 1 });
    expect(JSON.stringify(history.reply.content.history)).not.toContain("unlisted");
  });

  it("evaluates user_expressions, each to data or an error", async () => {
    const user_expressions = {
      sum: "a + 1",
      wrong: "nope",
      thrown: "(() => { throw new Error('e') })()",
    };
    const { reply } = await kernel.execute("const a = 1", { user_expressions });
    expect(reply.content.user_expressions).toMatchObject({
      sum: { status: "ok", data: { "text/plain": "2" }, metadata: {} },
      wrong: { status: "error", ename: "CompileError" },
      thrown: { status: "error", ename: "Error", evalue: "e" },
    });
  });

  it("shows what is wrong with a user_expression at its own column", async () => {
    const user_expressions = {
      type: 'Math.abs("x")',
      syntax: "1 +",
      empty: "",
      value: "{ a: 1 }",
      thrown: "1 + (() => { throw new Error('e') })()",
      second: "[1,\n  nope]",
    };
    const { reply } = await kernel.execute("0", { user_expressions });
    const results = reply.content.user_expressions as Record<string, { traceback?: string[] }>;
    const text = (key: string) => results[key]?.traceback?.join("\n") ?? "";
    expect(text("type")).toContain("In[type]:1:10 - error TS2345");
    expect(text("type")).toContain('  Math.abs("x")\n           ^^^\n');
    expect(text("syntax")).toContain("In[syntax]:1:4 - error TS1109");
    expect(text("empty")).toContain("In[empty]:1:1 - error TS1109");
    expect(results.value).toMatchObject({ data: { "text/plain": "{ a: 1 }" } });
    expect(text("thrown")).toContain("In[thrown]:1:20");
    expect(text("second")).toContain("In[second]:2:3 - error TS2304");
  });

  it("aborts what waits behind a failure", async () => {
    const codes = ["throw new Error('stop')", "1", "2"];
    const ids = await Promise.all(
      codes.map((code) => kernel.send("shell", "execute_request", executeRequest(code))),
    );
    const outcomes = await Promise.all(ids.map((id) => kernel.outcome(id)));
    expect(outcomes.map(({ reply }) => reply.content.status)).toEqual([
      "error",
      "aborted",
      "aborted",
    ]);
    expect(outcomes[1]?.iopub.map((m) => m.content.execution_state)).toEqual(["busy", "idle"]);
  });

  it("runs what arrives right after a failure", async () => {
    await kernel.execute("throw new Error('stop')");
    expect((await kernel.execute("1")).reply.content.status).toBe("ok");
  });

  it("with stop_on_error false runs on", async () => {
    const options = { stop_on_error: false };
    const first = kernel.send("shell", "execute_request", executeRequest("throw 1", options));
    const second = kernel.send("shell", "execute_request", executeRequest("1", options));
    expect((await kernel.outcome(await first)).reply.content.status).toBe("error");
    expect((await kernel.outcome(await second)).reply.content.status).toBe("ok");
  });

  it("reports an error with ename, evalue and traceback, in the reply too", async () => {
    const outcome = await kernel.execute('throw new RangeError("too far")');
    const [error] = ofType(outcome, "error");
    expect(error?.content).toMatchObject({ ename: "RangeError", evalue: "too far" });
    expect(outcome.reply.content).toMatchObject({ status: "error", ...error?.content });
  });

  it("accepts an empty cell and one of comments", async () => {
    for (const code of ["", "  \n", "// nothing"]) {
      expect((await kernel.execute(code)).reply.content.status).toBe("ok");
    }
  });
});

describe("stdin", () => {
  const answer = async (code: string, value: string) => {
    const request = executeRequest(code, { allow_stdin: true });
    const id = await kernel.send("shell", "execute_request", request);
    const question = await kernel.wait((m) => m.parentId === id && m.type === "input_request");
    await kernel.send("stdin", "input_reply", { value });
    return { question, outcome: await kernel.outcome(id) };
  };

  it("asks for prompt(), which blocks", async () => {
    const { question, outcome } = await answer('prompt("name?")', "Ada");
    expect(question.content).toEqual({ prompt: "name?", password: false });
    expect(resultText(outcome)).toBe("'Ada'");
  });

  it("asks for await input(), twice, with a password", async () => {
    await answer('await input("first")', "1");
    const { question, outcome } = await answer('await input("second", { password: true })', "2");
    expect(question.content).toEqual({ prompt: "second", password: true });
    expect(resultText(outcome)).toBe("'2'");
  });

  it("refuses at once when the client does not allow it", async () => {
    const { reply } = await kernel.execute('prompt("?")', { allow_stdin: false });
    expect(reply.content.evalue).toMatch(/allow_stdin is false/);
  });
});

describe("history", () => {
  it("answers tail, range and search, with unique and n, and keeps outputs", async () => {
    for (const code of ["100 + 1", "100 + 2", "100 + 1"]) await kernel.execute(code);
    const ask = async (query: object) =>
      (await kernel.request("history_request", { raw: true, output: false, ...query })).reply
        .content.history as [number, number, unknown][];
    const tail = await ask({ hist_access_type: "tail", n: 2, output: true });
    expect(tail.map(([, , value]) => value)).toEqual([
      ["100 + 2", "102"],
      ["100 + 1", "101"],
    ]);
    const [session = 0, line = 0] = tail[0] ?? [];
    const range = await ask({ hist_access_type: "range", session, start: line, stop: line + 1 });
    expect(range).toEqual([[session, line, "100 + 2"]]);
    const search = { hist_access_type: "search", pattern: "100 + ?" };
    expect((await ask(search)).length).toBe(3);
    expect((await ask({ ...search, unique: true })).length).toBe(2);
    expect((await ask({ ...search, n: 1 })).map(([, , value]) => value)).toEqual(["100 + 1"]);
  });

  it("is kept across a restart", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "curvlab-history-")), "history.jsonl");
    const env = { CURVLAB_HISTORY: file };
    const first = await KernelClient.start({ env });
    await first.execute("const kept = 1");
    await first.stop();
    const second = await KernelClient.start({ env });
    const { reply } = await second.request("history_request", { hist_access_type: "tail", n: 1 });
    await second.stop();
    expect(reply.content.history).toEqual([[1, 1, "const kept = 1"]]);
  });
});

describe("the wire", () => {
  it("welcomes a new subscriber", () => {
    const welcome = kernel.messages.find((m) => m.type === "iopub_welcome");
    expect(welcome?.content).toEqual({ subscription: "" });
  });

  it("has a session id of its own, the same in all its messages", () => {
    const sessions = new Set(kernel.messages.map((m) => m.session));
    expect(sessions.size).toBe(1);
    expect(sessions.has(kernel.session)).toBe(false);
  });

  it("counts cursor positions in code points", async () => {
    const code = 'const s = "😀😀"; Math.ma';
    const cursor_pos = [...code].length;
    const { reply } = await kernel.request("complete_request", { code, cursor_pos });
    expect(reply.content).toMatchObject({
      matches: ["max"],
      cursor_start: cursor_pos - 2,
      cursor_end: cursor_pos,
    });
  });

  it("answers a known request that makes no sense with an error", async () => {
    const { reply } = await kernel.request("complete_request", { code: 7 });
    expect(reply.content).toMatchObject({ status: "error", ename: "InvalidRequest" });
    expect(reply.content.evalue).toMatch(/complete_request\.code/);
  });

  it("clears the output, at once or with the next", async () => {
    const outcome = await kernel.execute(
      'display.clear(); display.clear(true); console.log("new")',
    );
    expect(ofType(outcome, "clear_output").map((m) => m.content.wait)).toEqual([false, true]);
    expect(streamText(outcome)).toBe("new\n");
  });
});
