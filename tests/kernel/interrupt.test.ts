/** An interrupt stops the cell, whatever it was doing, and keeps the state: twenty times in a row. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  executeRequest,
  KernelClient,
  type Outcome,
  resultText,
  streamText,
} from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute(
    [
      'import * as tf from "@tensorflow/tfjs";',
      'await tf.setBackend("cpu");',
      "let rounds = 0;",
      "const xs = tf.randomNormal([64, 8]);",
      "const weights = tf.variable(tf.zeros([8, 1]));",
      "const optimizer = tf.train.sgd(0.01);",
    ].join("\n"),
  );
});
afterAll(() => kernel.stop());

/** Far above what it takes (`npm run bench -- kernel`), far below what a hang takes. */
const BOUND_MS = 5000;

/** Starts a cell that prints when it is on its way, interrupts it, and gives its outcome. */
async function interrupted(code: string): Promise<Outcome> {
  const request = executeRequest(`console.log("started"); ${code}`, { allow_stdin: true });
  const id = await kernel.send("shell", "execute_request", request);
  await kernel.wait((m) => m.parentId === id && String(m.content.text).startsWith("started"));
  const options = { channel: "control", timeout: BOUND_MS } as const;
  const reply = await kernel.request("interrupt_request", {}, options);
  expect(reply.reply.content.status).toBe("ok");
  return kernel.outcome(id, BOUND_MS);
}

const SITUATIONS: Readonly<Record<string, string>> = {
  "a synchronous loop": "rounds++; while (true);",
  "a loop after an await": "rounds++; await null; while (true);",
  "a promise that never settles": "rounds++; await new Promise(() => {});",
  "a training loop in TensorFlow.js": [
    "rounds++;",
    "for (;;) {",
    "  optimizer.minimize(() => tf.tidy(() => xs.matMul(weights).sub(1).square().mean<tf.Scalar>()));",
    "  await tf.nextFrame();",
    "}",
  ].join("\n"),
  "a timer that loops":
    "rounds++; setInterval(() => { while (true); }, 1); await new Promise(() => {});",
  "a question to the user": 'rounds++; await input("name?");',
};

describe("interrupt", () => {
  it("stops a cell that is still being compiled, and keeps what earlier ones declared", async () => {
    const cold = await KernelClient.start();
    const stopped = async (code: string) => {
      const id = await cold.send("shell", "execute_request", executeRequest(code));
      await cold.wait((m) => m.parentId === id && m.type === "execute_input");
      await cold.request("interrupt_request", {}, { channel: "control" });
      return (await cold.outcome(id)).reply.content;
    };
    try {
      expect((await stopped("while (true);")).ename).toBe("KeyboardInterrupt");
      await cold.execute("const kept = 41");
      const slow = 'import { tensor } from "@tensorflow/tfjs"; while (true) tensor([1]);';
      expect((await stopped(slow)).evalue).toBe("the cell was interrupted before it ran");
      expect(resultText(await cold.execute("kept + 1"))).toBe("42");
    } finally {
      await cold.stop();
    }
  });

  it("does not wait until a cell is compiled", async () => {
    const cold = await KernelClient.start();
    try {
      const cell = 'import { hvp } from "curvlab"';
      const id = await cold.send("shell", "execute_request", executeRequest(cell));
      await cold.wait((m) => m.parentId === id && m.type === "execute_input");
      // The compiler answers one after the other.
      const asked = await cold.send("control", "is_complete_request", { code: "1" });
      await cold.request("interrupt_request", {}, { channel: "control" });
      expect((await cold.outcome(id)).reply.content.ename).toBe("KeyboardInterrupt");
      expect(cold.messages.some((m) => m.parentId === asked && m.channel === "control")).toBe(
        false,
      );
      expect(resultText(await cold.execute(`${cell}; typeof hvp`))).toBe("'function'");
    } finally {
      await cold.stop();
    }
  });

  it("lets a package finish that is being loaded, so that it can be imported again", async () => {
    const loading = await KernelClient.start();
    const begin = async (file: string) => {
      const id = await loading.send(
        "shell",
        "execute_request",
        executeRequest(`import "./${file}"`),
      );
      await loading.wait((m) => m.parentId === id && m.content.text === "loading\n");
      await loading.request("interrupt_request", {}, { channel: "control" });
      return (await loading.outcome(id, BOUND_MS)).reply.content.ename;
    };
    const write = (file: string, code: string) =>
      writeFileSync(join(loading.folder, file), `console.log("loading"); ${code}`);
    try {
      write("slow.mjs", "for (const end = Date.now() + 700; Date.now() < end; );");
      expect(await begin("slow.mjs")).toBe("KeyboardInterrupt");
      expect((await loading.execute('import "./slow.mjs"')).reply.content.status).toBe("ok");
      write("endless.mjs", "for (;;);");
      expect(await begin("endless.mjs")).toBe("KeyboardInterrupt");
      const { reply } = await loading.execute('import "./endless.mjs"');
      expect(reply.content.evalue).toMatch(/restart the kernel to import it$/);
      write("endless.mjs", "// mended");
      expect((await loading.execute('import "./endless.mjs"')).reply.content.status).toBe("ok");
    } finally {
      await loading.stop();
    }
  });

  it.each(Object.entries(SITUATIONS))("stops %s and keeps the state", async (_name, code) => {
    const before = Number(resultText(await kernel.execute("rounds")));
    const { reply } = await interrupted(code);
    expect(reply.content.ename).toBe("KeyboardInterrupt");
    expect(Number(resultText(await kernel.execute("rounds")))).toBe(before + 1);
  });

  it("stops a cell at any moment of its life, and none after it", async () => {
    const endless = [
      "while (true);",
      "await null; while (true);",
      SITUATIONS["a timer that loops"]!,
    ];
    const importing = 'import { execSync } from "node:child_process"; execSync("sleep 60")';
    await kernel.execute("let later = 0");
    for (let i = 0; i < 60; i++) {
      const code = [...endless, importing][i % 4]!;
      const id = await kernel.send("shell", "execute_request", executeRequest(code));
      await new Promise((resolve) => setTimeout(resolve, (i * 5) % 13));
      const interrupt = kernel.request("interrupt_request", {}, { channel: "control" });
      const { reply } = await kernel.outcome(id, BOUND_MS);
      expect(reply.content.ename).toBe("KeyboardInterrupt");
      if (i % 2 === 0) await interrupt;
      const next = await kernel.execute("later += 1; for (let j = 0; j < 1e5; j++); later");
      expect(resultText(next)).toBe(String(i + 1));
    }
  });

  it("works twenty times in a row, in all situations by turns", async () => {
    const codes = Object.values(SITUATIONS);
    const before = Number(resultText(await kernel.execute("rounds")));
    for (let i = 0; i < 20; i++) {
      const { reply } = await interrupted(codes[i % codes.length]!);
      expect(reply.content.ename).toBe("KeyboardInterrupt");
    }
    expect(Number(resultText(await kernel.execute("rounds")))).toBe(before + 20);
  });

  it("runs finally blocks and reports the interrupted line", async () => {
    const outcome = await interrupted(
      'try {\n  while (true);\n} finally {\n  console.log("cleaned up");\n}',
    );
    expect(streamText(outcome)).toContain("cleaned up");
    expect(String(outcome.reply.content.traceback)).toMatch(/In\[\d+\]:2:/);
  });

  it("terminates code that no guard reaches: recursion, a regular expression", async () => {
    const fibonacci =
      "(function f(n: number): number { return n < 2 ? n : f(n - 1) + f(n - 2); })(60)";
    expect((await interrupted(fibonacci)).reply.content.ename).toBe("KeyboardInterrupt");
    const backtracking = '/^(a+)+$/.test("a".repeat(60) + "b")';
    expect((await interrupted(backtracking)).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("2 + 2"))).toBe("4");
  });

  it("ends the child process that a cell waits for, and what that has started", async () => {
    await kernel.execute('import { execSync, spawnSync } from "node:child_process";');
    const waiting = 'execSync("sleep 60; echo too late")';
    expect((await interrupted(waiting)).reply.content.ename).toBe("KeyboardInterrupt");
    const deaf = `spawnSync("sh", ["-c", "trap '' INT; sleep 60; sleep 60"])`;
    expect((await interrupted(deaf)).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("3 * 3"))).toBe("9");
  });

  it("leaves TensorFlow.js in order after terminating code inside tf.tidy", async () => {
    const recursion =
      "tf.tidy(() => (function f(n: number): number { return n < 2 ? n : f(n - 1) + f(n - 2); })(60))";
    await interrupted(recursion);
    const code =
      "const before = tf.memory().numTensors; const t = tf.tensor([1, 2]).add(1); tf.memory().numTensors - before";
    expect(resultText(await kernel.execute(code))).toBe("2");
    expect(resultText(await kernel.execute("t.dataSync()"))).toBe("Float32Array(2) [ 2, 3 ]");
  });

  it("of a display that is never made does not hold up the cells after it", async () => {
    const never = "{ [Symbol.for('Jupyter.display')]: () => new Promise(() => {}) }";
    expect((await interrupted(`display(${never})`)).reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel.execute("4 + 4", {}, BOUND_MS))).toBe("8");
    await kernel.execute(`setTimeout(() => display(${never}), 1); 0`);
    const waiting = "await new Promise((r) => setTimeout(r, 50)); 5 + 5";
    expect(resultText(await kernel.execute(waiting, {}, BOUND_MS))).toBe("10");
  });

  it("does not let an interrupted cell go on when what it waited for comes", async () => {
    await kernel.execute(
      "let release = () => {}; const gate = new Promise<void>((r) => { release = r; }); let passed = 0;",
    );
    await interrupted("await gate; for (;;) { passed++; await null; }");
    const settled = "release(); await new Promise((r) => setTimeout(r, 20)); passed";
    expect(resultText(await kernel.execute(settled))).toBe("0");
    expect(resultText(await kernel.execute("let n = 0; for (let i = 0; i < 5; i++) n++; n"))).toBe(
      "5",
    );
  });

  it("stops timers that loop while no cell runs", async () => {
    await kernel.execute(
      "let ticks = 0; const again = () => { ticks++; setTimeout(again, 1); }; again(); 0",
    );
    await kernel.request("interrupt_request", {}, { channel: "control" });
    const count = resultText(await kernel.execute("ticks"));
    expect(
      resultText(await kernel.execute("await new Promise((r) => setTimeout(r, 50)); ticks")),
    ).toBe(count);
  });

  it("of an idle kernel changes nothing", async () => {
    const { reply } = await kernel.request("interrupt_request", {}, { channel: "control" });
    expect(reply.content.status).toBe("ok");
    expect(resultText(await kernel.execute("3 + 3"))).toBe("6");
  });
});
