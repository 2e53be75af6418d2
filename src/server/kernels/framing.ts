/**
 * Kernel messages on a WebSocket, in the two framings that clients know.
 *
 *   v1.kernel.websocket.jupyter.org: u64 count, u64 offsets…, then channel, header, parent_header,
 *     metadata, content and buffers as they are on the wire (little-endian): nothing is parsed.
 *   the default: one JSON object with all of them and the channel; with buffers, a binary frame of
 *     u32 count, u32 offsets…, the JSON and the buffers (big-endian).
 *
 * Source: jupyter-server's "WebSocket kernel wire protocols".
 */
import { type Delivery, type PackedMessage, type SendChannel, toPart } from "./packed.js";

export const V1_PROTOCOL = "v1.kernel.websocket.jupyter.org";

export interface Received {
  readonly channel: SendChannel;
  readonly message: PackedMessage;
}

export interface Framing {
  encode(delivery: Delivery): string | Uint8Array;
  /** @throws an Error that says what is malformed. */
  decode(data: Buffer, isBinary: boolean): Received;
}

export const v1Framing: Framing = {
  encode({ channel, message }) {
    const { header, parentHeader, metadata, content, buffers } = message;
    const parts = [Buffer.from(channel), header, parentHeader, metadata, content, ...buffers];
    const table = Buffer.alloc(8 * (parts.length + 2));
    table.writeBigUInt64LE(BigInt(parts.length + 1), 0);
    let offset = table.length;
    table.writeBigUInt64LE(BigInt(offset), 8);
    for (const [i, part] of parts.entries()) {
      offset += part.length;
      table.writeBigUInt64LE(BigInt(offset), 8 * (i + 2));
    }
    return Buffer.concat([table, ...parts], offset);
  },
  decode(data, isBinary) {
    if (!isBinary || data.length < 8) throw new Error("not a frame of offsets and parts");
    const count = Number(data.readBigUInt64LE(0));
    if (count < 6 || 8 * (count + 1) > data.length) throw new Error(`${count} offsets`);
    const offsets = Array.from({ length: count }, (_, i) =>
      Number(data.readBigUInt64LE(8 * (i + 1))),
    );
    const parts = slices(data, offsets);
    const [channel, header, parentHeader, metadata, content, ...buffers] = parts;
    return {
      channel: requireChannel(channel!.toString()),
      message: {
        identities: [],
        header: requireObject(header!, "header"),
        parentHeader: requireObject(parentHeader!, "parent_header"),
        metadata: requireObject(metadata!, "metadata"),
        content: requireObject(content!, "content"),
        buffers,
      },
    };
  },
};

export const jsonFraming: Framing = {
  encode({ channel, message }) {
    const text = (part: Uint8Array) =>
      Buffer.from(part.buffer, part.byteOffset, part.length).toString();
    const json =
      `{"channel":"${channel}","header":${text(message.header)},` +
      `"parent_header":${text(message.parentHeader)},"metadata":${text(message.metadata)},` +
      `"content":${text(message.content)},"buffers":[]}`;
    if (message.buffers.length === 0) return json;
    const parts = [Buffer.from(json), ...message.buffers];
    const table = Buffer.alloc(4 * (parts.length + 1));
    table.writeUInt32BE(parts.length, 0);
    let offset = table.length;
    for (const [i, part] of parts.entries()) {
      table.writeUInt32BE(offset, 4 * (i + 1));
      offset += part.length;
    }
    return Buffer.concat([table, ...parts], offset);
  },
  decode(data, isBinary) {
    if (!isBinary) return fromJson(data, []);
    if (data.length < 4) throw new Error("not a frame of offsets and parts");
    const count = data.readUInt32BE(0);
    if (count < 1 || 4 * (count + 1) > data.length) throw new Error(`${count} offsets`);
    const offsets = Array.from({ length: count }, (_, i) => data.readUInt32BE(4 * (i + 1)));
    const [json, ...buffers] = slices(data, [...offsets, data.length]);
    return fromJson(json!, buffers);
  },
};

function fromJson(json: Buffer, buffers: Buffer[]): Received {
  const value = parseObject(json, "the message");
  const part = (name: string) => {
    const found = value[name] ?? {};
    if (typeof found !== "object") throw new Error(`${name} is no object`);
    return toPart(found);
  };
  return {
    channel: requireChannel(value.channel),
    message: {
      identities: [],
      header: part("header"),
      parentHeader: part("parent_header"),
      metadata: part("metadata"),
      content: part("content"),
      buffers,
    },
  };
}

function slices(data: Buffer, offsets: readonly number[]): Buffer[] {
  return offsets.slice(1).map((end, i) => {
    const start = offsets[i]!;
    if (start > end || end > data.length) throw new Error(`a part from ${start} to ${end}`);
    return data.subarray(start, end);
  });
}

/** Clients may not speak as the kernel does: iopub goes one way only. */
function requireChannel(channel: unknown): SendChannel {
  if (channel === "shell" || channel === "control" || channel === "stdin") return channel;
  throw new Error(`the channel ${JSON.stringify(channel)}`);
}

/** The part itself, once it is known that the kernel can read it. */
function requireObject(part: Buffer, name: string): Buffer {
  parseObject(part, name);
  return part;
}

function parseObject(part: Buffer, name: string): { [key: string]: unknown } {
  const value: unknown = JSON.parse(part.toString());
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${name} is no JSON object`);
  }
  return { ...value };
}
