/**
 * Jupyter messages as ZeroMQ frames, signed and back.
 *
 *   [identity…] <IDS|MSG> signature header parent_header metadata content [buffer…]
 *
 * The signature is the hex HMAC of the four JSON frames; an empty key switches signing off. Three
 * levels: `Signer` signs and verifies, `unpack`/`pack` handle frames without parsing JSON (what a
 * proxy needs), `decode`/`encode` handle messages. Nothing here prints the key or a digest.
 * Source: the messaging specification, "The wire protocol".
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Header, JsonObject, Message, ParentHeader } from "./messages.js";

export const DELIMITER: Buffer = Buffer.from("<IDS|MSG>");

/** Frames that are no Jupyter message; the text says which part is wrong. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** The four signed JSON frames, unparsed. */
export interface Parts {
  readonly header: Uint8Array;
  readonly parentHeader: Uint8Array;
  readonly metadata: Uint8Array;
  readonly content: Uint8Array;
}
export interface PackedMessage extends Parts {
  /** ROUTER identities, or the topic on iopub. */
  readonly identities: readonly Uint8Array[];
  readonly buffers: readonly Uint8Array[];
}

/** A message whose envelope is known to be sound; its content is JSON of any shape. */
export interface RawMessage {
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parentHeader: ParentHeader;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export class Signer {
  readonly #algorithm: string;
  readonly #key: KeyObject | undefined;

  /** @param scheme as in a connection file: `hmac-sha256` and its kin. */
  constructor(key: string, scheme = "hmac-sha256") {
    this.#algorithm = scheme.replace(/^hmac-/, "");
    if (key === "") return;
    if (!/^hmac-[\w-]+$/.test(scheme)) {
      throw new WireError(`signature_scheme is ${JSON.stringify(scheme)}, not hmac-<hash>`);
    }
    this.#key = createSecretKey(key, "utf8");
    createHmac(this.#algorithm, this.#key); // an unknown hash fails here, not at the first message
  }

  sign(parts: Parts): string {
    if (this.#key === undefined) return "";
    return createHmac(this.#algorithm, this.#key)
      .update(parts.header)
      .update(parts.parentHeader)
      .update(parts.metadata)
      .update(parts.content)
      .digest("hex");
  }

  /** Compares in constant time, so that a forger learns nothing from the delay. */
  verify(signature: Uint8Array, parts: Parts): boolean {
    if (this.#key === undefined) return true;
    const expected = Buffer.from(this.sign(parts));
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
}

/** Splits and verifies frames. @throws WireError when they are no signed message. */
export function unpack(frames: readonly Uint8Array[], signer: Signer): PackedMessage {
  const at = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (at < 0) throw new WireError(`no ${DELIMITER} among ${frames.length} frames`);
  const [signature, header, parentHeader, metadata, content, ...buffers] = frames.slice(at + 1);
  if (!signature || !header || !parentHeader || !metadata || !content) {
    throw new WireError(`${frames.length - at - 1} frames after ${DELIMITER}, at least 5 needed`);
  }
  const parts = { header, parentHeader, metadata, content };
  if (!signer.verify(signature, parts)) throw new WireError("the signature does not match");
  return { identities: frames.slice(0, at), ...parts, buffers };
}

/** Signs and joins: the inverse of `unpack`. */
export function pack(message: PackedMessage, signer: Signer): Uint8Array[] {
  return [
    ...message.identities,
    DELIMITER,
    Buffer.from(signer.sign(message)),
    message.header,
    message.parentHeader,
    message.metadata,
    message.content,
    ...message.buffers,
  ];
}

/** Frames to a message. @throws WireError naming the part that is wrong. */
export function decode(frames: readonly Uint8Array[], signer: Signer): RawMessage {
  const packed = unpack(frames, signer);
  return {
    identities: packed.identities,
    header: asHeader(parseObject(packed.header, "header")),
    parentHeader: asParentHeader(parseObject(packed.parentHeader, "parent_header")),
    metadata: parseObject(packed.metadata, "metadata"),
    content: parseObject(packed.content, "content"),
    buffers: packed.buffers,
  };
}

export type Encodable = Pick<
  RawMessage | Message,
  "header" | "parentHeader" | "metadata" | "content" | "buffers"
>;

/** A message to signed frames, for the peer that `identities` name. */
export function encode(
  message: Encodable,
  signer: Signer,
  identities: readonly Uint8Array[] = [],
): Uint8Array[] {
  return pack(
    {
      identities,
      header: toJson(message.header),
      parentHeader: toJson(message.parentHeader),
      metadata: toJson(message.metadata),
      content: toJson(message.content),
      buffers: message.buffers,
    },
    signer,
  );
}

const toJson = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function parseObject(frame: Uint8Array, part: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString());
  } catch (error) {
    throw new WireError(`${part} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WireError(`${part} is JSON but not an object`);
  }
  return value as JsonObject;
}

function asHeader(value: JsonObject): Header {
  for (const field of ["msg_id", "session", "msg_type"]) {
    if (typeof value[field] !== "string") throw new WireError(`header.${field} is not a string`);
  }
  return { username: "", date: "", version: "", ...value } as unknown as Header;
}

function asParentHeader(value: JsonObject): ParentHeader {
  return typeof value.msg_id === "string" ? asHeader(value) : {};
}
