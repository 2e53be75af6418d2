/** What users of tslab and of Deno's kernel have asked for, a row a complaint, against a live kernel. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KernelClient, ofType, resultText, streamText } from "../support/kernel-client.js";

let cwd = "";
let kernel: KernelClient;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "curvlab-complaints-"));
  write("node_modules/plain/package.json", '{ "name": "plain", "main": "index.js" }');
  write("node_modules/plain/index.js", "exports.twice = (n) => 2 * n");
  write("node_modules/@types/plain/package.json", '{ "name": "@types/plain" }');
  write("node_modules/@types/plain/index.d.ts", "export function twice(n: number): number");
  write("step.ts", "export const step: number = 0");
  kernel = await KernelClient.start({ cwd });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(cwd, { recursive: true, force: true });
});

it("types from @types for a package that has none (tslab #40, #58, #61, #63, #68, #71)", async () => {
  expect(resultText(await kernel.execute('import { twice } from "plain"; twice(21)'))).toBe("42");
  expect((await kernel.execute('twice("x")')).reply.content.evalue).toContain("TS2345");
});

it("files that change while cells run, without a broken compiler (tslab #87, #97)", async () => {
  for (let i = 1; i <= 10; i++) {
    write("step.ts", `export const step: number = ${i}; export type Step${i} = ${i}`);
    const code = `import { step, type Step${i} } from "./step"; const s${i}: Step${i} = ${i}; step`;
    expect(resultText(await kernel.execute(code))).toBe(String(i));
  }
});

it("widgets: a view with its model over a comm (tslab #23)", async () => {
  const code = [
    'const api = Reflect.get(globalThis, Symbol.for("Jupyter.comms"));',
    'const model = api.open("jupyter.widget", { state: {} }, { metadata: { version: "2.1.0" } });',
    'const view = "application/vnd.jupyter.widget-view+json";',
    '({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "w", [view]: { model_id: model.id } }) })',
  ].join("\n");
  const outcome = await kernel.execute(code);
  const [open] = ofType(outcome, "comm_open");
  const [shown] = ofType(outcome, "execute_result");
  expect(open?.metadata).toEqual({ version: "2.1.0" });
  expect(shown?.content.data).toMatchObject({
    "application/vnd.jupyter.widget-view+json": { model_id: open?.content.comm_id },
  });
});

it("errors that show, however they are thrown (Deno #35290)", async () => {
  const cells = {
    'throw "text"': "text",
    "await Promise.reject(new Error('rejected'))": "rejected",
    "null!.toString(); 0": "TS2339",
    "JSON.parse('{')": "JSON",
    "(async () => { await 0; throw new Error('inner') })()": "inner",
  };
  for (const [code, text] of Object.entries(cells)) {
    const outcome = await kernel.execute(code);
    const late = () => kernel.messages.map((m) => String(m.content.text ?? "")).join("");
    if (outcome.reply.content.status === "error") {
      expect(ofType(outcome, "error").length).toBe(1);
      expect(String(outcome.reply.content.evalue)).toContain(text);
    } else await expect.poll(late, { timeout: 10_000 }).toContain(text);
  }
  const timer = await kernel.execute("setTimeout(() => { throw new Error('from a timer') })");
  expect(timer.reply.content.status).toBe("ok");
  await kernel.wait((m) => String(m.content.text).includes("from a timer"));
});

it("a log line for each of 5,000 awaited steps, in order (Deno #24437)", async () => {
  const outcome = await kernel.execute(
    "for (let i = 0; i < 5000; i++) { await null; console.log(i) }",
  );
  const lines = streamText(outcome).trimEnd().split("\n");
  expect(lines).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
});
