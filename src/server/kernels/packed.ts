/**
 * Kernel messages as the server handles them: four JSON parts that it mostly does not parse.
 *
 * A proxy that parsed and printed every output again would spend its time on text that it never
 * looks at. Headers are short and are read; contents only where a decision hangs on one.
 */

import type { ClientChannel } from "../../../kernel/protocol/client.js";
import { type ContentOf, createMessage, newSessionId } from "../../../kernel/protocol/messages.js";
import type { PackedMessage } from "../../../kernel/protocol/wire.js";

export type { ClientChannel, SendChannel } from "../../../kernel/protocol/client.js";
export type { PackedMessage } from "../../../kernel/protocol/wire.js";

export interface Delivery {
  readonly channel: ClientChannel;
  readonly message: PackedMessage;
}

/** What the server reads of a header; empty strings where a sender left a field out. */
export interface HeaderGlance {
  readonly msgId: string;
  readonly msgType: string;
}

export function glance(part: Uint8Array): HeaderGlance {
  const header = readObject(part);
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { msgId: text(header.msg_id), msgType: text(header.msg_type) };
}

/** A JSON part as an object; `{}` for what is not one, since the server only looks. */
export function readObject(part: Uint8Array): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(part).toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export function toPart(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function sizeOf(message: PackedMessage): number {
  const { header, parentHeader, metadata, content, buffers } = message;
  return [header, parentHeader, metadata, content, ...buffers].reduce((n, p) => n + p.length, 0);
}

const session = newSessionId();

/** What the server itself tells clients about a kernel that cannot speak, on iopub. */
export type ServerState = ContentOf["status"]["execution_state"] | "restarting" | "dead";

export function statusDelivery(state: ServerState): Delivery {
  const { header } = createMessage("status", { execution_state: "idle" }, { session });
  return {
    channel: "iopub",
    message: {
      identities: [],
      header: toPart(header),
      parentHeader: toPart({}),
      metadata: toPart({}),
      content: toPart({ execution_state: state }),
      buffers: [],
    },
  };
}
