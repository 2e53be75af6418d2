/**
 * Comms: two-way channels between user code and a widget in the client.
 *
 * User code finds them at `globalThis[Symbol.for("Jupyter.comms")]`: `registerTarget` answers a
 * client's comm_open, `open` starts one from here. A target that nobody registered is closed again.
 */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../protocol/messages.js";
import { asJson } from "./bundle.js";
import { currentCell } from "./context.js";
import type { FromRunner, ToRunner } from "./protocol.js";

export interface CommMessage {
  readonly data: JsonObject;
  readonly buffers: readonly Uint8Array[];
}
export type CommListener = (message: CommMessage) => void;

type OpenListener = (comm: Comm, message: CommMessage) => void;

export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: JsonObject, buffers?: readonly Uint8Array[]): void;
  close(data?: JsonObject): void;
  onMessage(listener: CommListener): void;
  onClose(listener: CommListener): void;
}
export interface Comms {
  registerTarget(target: string, onOpen: OpenListener): void;
  open(
    target: string,
    data?: JsonObject,
    options?: { readonly metadata?: JsonObject; readonly buffers?: readonly Uint8Array[] },
  ): Comm;
}

interface Entry {
  readonly comm: Comm;
  readonly message: CommListener[];
  readonly close: CommListener[];
}
type Incoming = Extract<ToRunner, { type: "comm" }>;

export class CommHost {
  readonly #post: (message: FromRunner) => void;
  readonly #comms = new Map<string, Entry>();
  readonly #targets = new Map<string, OpenListener>();

  constructor(post: (message: FromRunner) => void) {
    this.#post = post;
  }

  readonly api: Comms = {
    registerTarget: (target, onOpen) => {
      this.#targets.set(target, onOpen);
    },
    open: (target, data = {}, { metadata = {}, buffers = [] } = {}) => {
      const { comm } = this.#add(randomUUID(), target);
      this.#send("open", comm, data, buffers, metadata);
      return comm;
    },
  };

  receive({ event, commId, target, data, buffers }: Incoming): void {
    const message = { data, buffers };
    if (event === "open") {
      const onOpen = this.#targets.get(target);
      const { comm } = this.#add(commId, target);
      if (onOpen) this.#opened(onOpen, comm, message);
      else comm.close();
      return;
    }
    const entry = this.#comms.get(commId);
    if (!entry) return;
    if (event === "close") this.#comms.delete(commId);
    for (const listener of event === "close" ? entry.close : entry.message) listener(message);
  }

  /** A comm whose opening fails is none: the client must not wait for it. */
  #opened(onOpen: OpenListener, comm: Comm, message: CommMessage): void {
    try {
      onOpen(comm, message);
    } catch (error) {
      comm.close();
      throw error;
    }
  }

  #add(id: string, target: string): Entry {
    const listeners = { message: [] as CommListener[], close: [] as CommListener[] };
    const comm: Comm = {
      id,
      target,
      send: (data, buffers = []) => this.#send("msg", comm, data, buffers),
      close: (data = {}) => {
        if (this.#comms.delete(id)) this.#send("close", comm, data, []);
      },
      onMessage: (listener) => void listeners.message.push(listener),
      onClose: (listener) => void listeners.close.push(listener),
    };
    const entry = { comm, ...listeners };
    this.#comms.set(id, entry);
    return entry;
  }

  #send(
    event: "open" | "msg" | "close",
    { id, target }: Comm,
    data: JsonObject,
    buffers: readonly Uint8Array[],
    metadata: JsonObject = {},
  ): void {
    this.#post({
      ...{ type: "comm", event, commId: id, target, buffers, cell: currentCell() },
      data: asJson(data, `comm ${target}: data`),
      metadata: asJson(metadata, `comm ${target}: metadata`),
    });
  }
}
