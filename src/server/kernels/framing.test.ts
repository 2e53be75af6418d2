import { deserialize, serialize } from "@jupyterlab/services/lib/kernel/serialize.js";
import { describe, expect, it } from "vitest";
import { jsonFraming, V1_PROTOCOL, v1Framing } from "./framing.js";
import { toPart } from "./packed.js";

const header = {
  msg_id: "1",
  msg_type: "comm_msg",
  session: "s",
  username: "",
  date: "",
  version: "5.3",
};
const clientMessage = {
  channel: "shell" as const,
  header,
  parent_header: {},
  metadata: { a: 1 },
  content: { text: "ü \u{1f600}" },
  buffers: [new Uint8Array([1, 2, 3]).buffer, new Uint8Array([]).buffer],
};
const delivery = {
  channel: "iopub" as const,
  message: {
    identities: [],
    header: toPart(header),
    parentHeader: toPart({}),
    metadata: toPart({ a: 1 }),
    content: toPart({ text: "ü \u{1f600}" }),
    buffers: [Buffer.from([1, 2, 3]), Buffer.from([])],
  },
};

describe.each([
  [V1_PROTOCOL, v1Framing],
  ["the default", jsonFraming],
])("%s", (name, framing) => {
  const protocol = name === V1_PROTOCOL ? V1_PROTOCOL : "";

  it("reads what JupyterLab's client writes", () => {
    const data = serialize(clientMessage as never, protocol) as ArrayBuffer;
    const { channel, message } = framing.decode(Buffer.from(data), true);
    expect(channel).toBe("shell");
    expect(JSON.parse(Buffer.from(message.header).toString())).toEqual(header);
    expect(JSON.parse(Buffer.from(message.content).toString())).toEqual(clientMessage.content);
    expect(message.buffers.map((buffer) => [...buffer])).toEqual([[1, 2, 3], []]);
  });

  it("writes what JupyterLab's client reads", () => {
    const frame = framing.encode(delivery) as Uint8Array;
    const data = frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.length);
    const message = deserialize(data as ArrayBuffer, protocol);
    expect(message).toMatchObject({ channel: "iopub", header, content: clientMessage.content });
    expect(message.buffers?.map((buffer) => buffer.byteLength)).toEqual([3, 0]);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a count and no offsets", Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])],
    ["offsets beyond the end", Buffer.alloc(80, 7)],
    ["zeros", Buffer.alloc(100)],
  ])("refuses %s", (_, data) => expect(() => framing.decode(data, true)).toThrow());
});

describe("the default framing", () => {
  it("is text without buffers", () => {
    const plain = { ...delivery, message: { ...delivery.message, buffers: [] } };
    expect(JSON.parse(jsonFraming.encode(plain) as string)).toMatchObject({
      channel: "iopub",
      header,
    });
  });

  it.each([
    ['{"channel": "iopub"}', 'the channel "iopub"'],
    ['{"channel": "shell", "header": 3}', "header is no object"],
    ["[]", "the message is no JSON object"],
    ["{", /JSON/],
  ])("refuses %s", (text, message) =>
    expect(() => jsonFraming.decode(Buffer.from(text), false)).toThrow(message),
  );
});
