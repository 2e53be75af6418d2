/** Comms: what widgets speak over, opened and closed from either side. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, type Received, resultText } from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

describe("comms", () => {
  const opened = (target: string) => ({ comm_id: `id-${target}`, target_name: target, data: {} });

  it("closes a comm for an unknown target", async () => {
    await kernel.send("shell", "comm_open", opened("nobody"));
    await kernel.wait((m) => m.type === "comm_close" && m.content.comm_id === "id-nobody");
  });

  it("opens, exchanges data and raw buffers, lists, and closes", async () => {
    await kernel.execute(
      [
        "interface Comm { send(data: object, buffers?: Uint8Array[]): void; onMessage(f: (m: { data: any; buffers: Uint8Array[] }) => void): void }",
        'const comms = Reflect.get(globalThis, Symbol.for("Jupyter.comms")) as { registerTarget(name: string, f: (comm: Comm) => void): void };',
        'comms.registerTarget("echo", (comm) => comm.onMessage(({ data, buffers }) => comm.send({ got: data.value }, buffers)));',
      ].join("\n"),
    );
    await kernel.send("shell", "comm_open", opened("echo"));
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const message = { comm_id: "id-echo", data: { value: 7 } };
    await kernel.send("shell", "comm_msg", message, [bytes]);
    const echo = await kernel.wait((m) => m.type === "comm_msg" && m.channel === "iopub");
    expect(echo.content).toEqual({ comm_id: "id-echo", data: { got: 7 } });
    expect(echo.buffers).toEqual([bytes]);
    const info = await kernel.request("comm_info_request", { target_name: "echo" });
    expect(info.reply.content.comms).toEqual({ "id-echo": { target_name: "echo" } });
    await kernel.send("shell", "comm_close", { comm_id: "id-echo", data: {} });
    const after = await kernel.request("comm_info_request", { target_name: "echo" });
    expect(after.reply.content.comms).toEqual({});
  });

  const ours =
    'Reflect.get(globalThis, Symbol.for("Jupyter.comms")) as { registerTarget: Function; open: Function }';
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it("carries several buffers both ways, and ends from either side", async () => {
    await kernel.execute(
      [
        `const told: unknown[] = []; const api = ${ours};`,
        'const mine = api.open("mine", { first: true }, { buffers: [new Uint8Array([1]), new Uint8Array(0)] });',
        "mine.onMessage(({ data, buffers }: any) => told.push(data, buffers.map((b: Uint8Array) => [...b])));",
        'mine.onClose(({ data }: any) => told.push("closed", data));',
        "mine.send({ second: true }, [new Uint8Array([2, 3]), new Uint8Array([4])]);",
      ].join("\n"),
    );
    const open = await kernel.wait(
      (m) => m.type === "comm_open" && m.content.target_name === "mine",
    );
    expect(open.content.data).toEqual({ first: true });
    expect(open.buffers).toEqual([bytes(1), bytes()]);
    const comm_id = open.content.comm_id as string;
    const sent = await kernel.wait((m) => m.type === "comm_msg" && m.content.comm_id === comm_id);
    expect(sent.buffers).toEqual([bytes(2, 3), bytes(4)]);
    const back = [bytes(0, 255), bytes(), bytes(7)];
    await kernel.send("shell", "comm_msg", { comm_id, data: { back: 1 } }, back);
    await kernel.send("shell", "comm_close", { comm_id, data: { why: "done" } });
    await kernel.send("shell", "comm_msg", { comm_id, data: { late: true } });
    const heard = resultText(await kernel.execute("JSON.stringify(told)"));
    expect(heard).toBe(`'[{"back":1},[[0,255],[],[7]],"closed",{"why":"done"}]'`);
    await kernel.execute('const other = api.open("mine"); other.close({ bye: 1 }); other.close();');
    const closes = () => kernel.messages.filter((m) => m.type === "comm_close");
    const close = await kernel.wait(
      (m) => m.type === "comm_close" && "bye" in (m.content.data as object),
    );
    expect(closes().filter((m) => m.content.comm_id === close.content.comm_id).length).toBe(1);
  });

  it("lists what is open, all or of one target", async () => {
    await kernel.execute(`const { open } = ${ours}; open("left"); open("right"); 0`);
    const list = async (content: object) => {
      const { reply } = await kernel.request("comm_info_request", content as never);
      const comms = reply.content.comms as Record<string, { target_name: string }>;
      return Object.values(comms).map(({ target_name }) => target_name);
    };
    expect(await list({ target_name: "left" })).toEqual(["left"]);
    expect(await list({ target_name: "nobody" })).toEqual([]);
    expect(await list({})).toEqual(expect.arrayContaining(["left", "right"]));
    expect(await list({})).not.toContain("mine");
  });

  it("whose opening fails is closed again, with the error where it shows", async () => {
    const code = `(${ours}).registerTarget("fails", () => { throw new Error("not today") })`;
    await kernel.execute(code);
    await kernel.send("shell", "comm_open", opened("fails"));
    await kernel.wait((m) => m.type === "comm_close" && m.content.comm_id === "id-fails");
    await kernel.wait((m) => String(m.content.text).includes("not today"));
  });

  it("can be opened from a cell", async () => {
    await kernel.execute(
      'Reflect.get(globalThis, Symbol.for("Jupyter.comms")).open("widget", { a: 1 }, { metadata: { version: "2" } }); 0',
    );
    const isOpen = (m: Received) => m.type === "comm_open" && m.content.target_name === "widget";
    const open = await kernel.wait(isOpen);
    expect(open.content.data).toEqual({ a: 1 });
    expect(open.metadata).toEqual({ version: "2" });
  });
});
