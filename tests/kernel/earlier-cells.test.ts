/** Names of earlier cells, wherever a later cell mentions them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, resultText } from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute("const f = () => ({ a: 1, b: 2 });\nconst a = 10;");
});
afterAll(() => kernel.stop());

const MENTIONS: Readonly<Record<string, readonly [code: string, result: string]>> = {
  "a call": ["f().b", "2"],
  "a shorthand property": ["JSON.stringify({ a })", "'{\"a\":10}'"],
  "a renaming pattern": ["const { a: x, b: y } = f();\nx + y", "3"],
  "a renaming pattern with a rest": ["const { a: one, ...rest } = f();\none + rest.b", "3"],
  "a parameter's pattern": ["const g = ({ b: w }: ReturnType<typeof f>) => w;\ng(f())", "2"],
  "the first cell that imports": ['import { sep } from "node:path";\nsep.length + a', "11"],
  "an assignment to a pattern": ["let m = 0;\n({ a: m } = f());\nm", "1"],
};

describe("an earlier cell's name", () => {
  it.each(Object.entries(MENTIONS))("is found in %s", async (_title, [code, result]) => {
    expect(resultText(await kernel.execute(code))).toBe(result);
  });
});
