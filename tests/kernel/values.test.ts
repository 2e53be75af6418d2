/** How values show themselves, and what `display` does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, ofType, resultText } from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

const dataOf = async (code: string) =>
  ofType(await kernel.execute(code), "execute_result")[0]?.content.data as
    | Record<string, string>
    | undefined;

describe("the last value", () => {
  it.each([
    ["1 / 3", "0.3333333333333333"],
    ["'text'", "'text'"],
    ["10n ** 20n", "100000000000000000000n"],
    ["new Float32Array([1, 2])", "Float32Array(2) [ 1, 2 ]"],
    ["new Map([['a', 1]])", "Map(1) { 'a' => 1 }"],
    ["new Set([1])", "Set(1) { 1 }"],
    ["new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["Promise.resolve(1)", "Promise { 1 }"],
    ["/a+/g", "/a+/g"],
    ["(x: number) => x", "[Function (anonymous)]"],
    ["Symbol('s')", "Symbol(s)"],
    ["false", "false"],
    ["0", "0"],
    ["''", "''"],
  ])("%s shows %s", async (code, text) => {
    expect(resultText(await kernel.execute(code))).toBe(text);
  });

  it.each(["null", "undefined", "const quiet = 1", "if (true) { 5 }"])(
    "%s shows nothing",
    async (code) => {
      expect(await dataOf(code)).toBeUndefined();
    },
  );

  it("that is an error shows its stack", async () => {
    expect(resultText(await kernel.execute("new RangeError('shown')"))).toMatch(
      /^RangeError: shown\n +at In/,
    );
  });

  it("that is an array of records is a table", async () => {
    const data = await dataOf("[{ name: 'a<b', n: 1 }, { name: 'c', n: 2 }]");
    expect(data?.["text/html"]).toContain("<td>a&#60;b</td><td>1</td>");
    expect(data?.["text/plain"]).toContain("name: 'a<b'");
  });

  it("that is a tensor shows shape, dtype and values, small ones as a table", async () => {
    await kernel.execute('import * as tf from "@tensorflow/tfjs"; await tf.setBackend("cpu")');
    const data = await dataOf("tf.tensor([[1, 2.5], [3, 4]])");
    expect(data?.["text/plain"]).toBe("Tensor float32 [2, 2]\n[[1, 2.5],\n [3, 4]]");
    expect(data?.["text/html"]).toContain("<td>2.5</td>");
    expect((await dataOf("tf.zeros([100, 100])"))?.["text/plain"]).toBe(
      "Tensor float32 [100, 100], 10000 values",
    );
    expect(
      (await dataOf("const gone = tf.scalar(1); gone.dispose(); gone"))?.["text/plain"],
    ).toContain("disposed");
  });

  it("with Symbol.for('Jupyter.display') shows itself, awaited", async () => {
    const own =
      "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<i>own</i>', 'image/png': new Uint8Array([1, 2]) }) })";
    expect(await dataOf(own)).toEqual({ "text/html": "<i>own</i>", "image/png": "AQI=" });
  });

  it("shows bytes of any kind as base64", async () => {
    const bundle = "{ 'a/a': new Uint8ClampedArray([1, 2]), 'b/b': new ArrayBuffer(3) }";
    const own = `({ [Symbol.for('Jupyter.display')]: () => (${bundle}) })`;
    expect(await dataOf(own)).toEqual({ "a/a": "AQI=", "b/b": "AAAA" });
  });

  it("whose display fails is an error, not a hang", async () => {
    const { reply } = await kernel.execute("({ [Symbol.for('Jupyter.display')]() { return 5 } })");
    expect(reply.content.evalue).toMatch(/Jupyter\.display.*returned 5/);
  });
});

describe("a hostile value", () => {
  it.each([
    "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e",
    "throw new Proxy(new Error(), { get() { throw new Error('trap') } })",
    "({ [Symbol.for('Jupyter.display')]() { throw new Error('display') } })",
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { n: 1n } }) })",
    "new Proxy({}, { get() { throw new Error('trap') } })",
    "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('inspect') } })",
  ])("ends the cell with an error: %s", async (code) => {
    expect((await kernel.execute(code)).reply.content.status).toBe("error");
    expect(resultText(await kernel.execute("1 + 1"))).toBe("2");
  });

  it("cannot make an output that no file holds", async () => {
    const { iopub, reply } = await kernel.execute(
      "console.log('\\ud800'); display.html('\\udfff'); throw new Error('\\udbff')",
    );
    expect(iopub.map((m) => m.content.text ?? "").join("")).toBe("\ufffd\n");
    expect(JSON.stringify([...iopub.map((m) => m.content), reply.content])).not.toMatch(
      /[^\\]\\ud[89a-f]/,
    );
  });

  it("keeps a display's JSON as JSON", async () => {
    const code = "display.json({ date: new Date(0), f: () => 1, n: 1 })";
    const [shown] = ofType(await kernel.execute(code), "display_data");
    const date = "1970-01-01T00:00:00.000Z";
    expect(shown?.content.data).toMatchObject({ "application/json": { date, n: 1 } });
  });
});

describe("display", () => {
  it.each([
    ["display.html('<b>x</b>')", "text/html"],
    ["display.markdown('*x*')", "text/markdown"],
    ["display.latex('$x$')", "text/latex"],
    ["display.svg('<svg/>')", "image/svg+xml"],
    ["display.png(new Uint8Array([1]))", "image/png"],
    ["display.json({ a: 1 })", "application/json"],
    ["display([{ a: 1 }])", "text/html"],
  ])("%s shows %s, and no value besides", async (code, type) => {
    const outcome = await kernel.execute(code);
    const [shown] = ofType(outcome, "display_data");
    expect(Object.keys(shown?.content.data as object)).toContain(type);
    expect(ofType(outcome, "execute_result")).toEqual([]);
  });

  it("updates an earlier output, by handle and by id, from another cell", async () => {
    const first = await kernel.execute("const shown = display.text('one', { displayId: 'mine' })");
    expect(ofType(first, "display_data")[0]?.content.transient).toEqual({ display_id: "mine" });
    const second = await kernel.execute("shown.update('two'); display.update('mine', 'three')");
    const updates = ofType(second, "update_display_data").map((m) => m.content);
    expect(updates.map((u) => (u.data as Record<string, string>)["text/plain"])).toEqual([
      "'two'",
      "'three'",
    ]);
    expect(
      updates.every((u) => (u.transient as { display_id: string }).display_id === "mine"),
    ).toBe(true);
  });

  it("is what libraries find on globalThis", async () => {
    const code =
      "Reflect.get(globalThis, Symbol.for('curvlab.displayHost')).display({ 'text/plain': 'host' }); 0";
    const [shown] = ofType(await kernel.execute(code), "display_data");
    expect(shown?.content.data).toEqual({ "text/plain": "host" });
  });

  it("is finished before the cell is", async () => {
    const code =
      "display({ [Symbol.for('Jupyter.display')]: () => new Promise((r) => setTimeout(() => r({ 'text/plain': 'slow' }), 30)) })";
    expect(ofType(await kernel.execute(code), "display_data")).toHaveLength(1);
  });
});
