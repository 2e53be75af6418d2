/**
 * Output to all clients, in order, in few messages.
 *
 * Text of one stream and one parent is gathered for a moment and sent as one message: JupyterLab
 * slows down with the number of messages, not with their length. Anything else that is published
 * sends the gathered text first, so that nothing overtakes it.
 */
import { toUSVString } from "node:util";
import {
  type ContentOf,
  createMessage,
  type JsonObject,
  type Message,
  type MessageType,
  type ParentHeader,
} from "./messages.js";
import type { KernelSockets } from "./sockets.js";

const GATHER_MS = 20;
const MAX_GATHERED = 4 * 1024 * 1024;

interface Gathered {
  readonly parent: ParentHeader;
  readonly name: "stdout" | "stderr";
  readonly chunks: string[];
  length: number;
}

export interface PublishOptions {
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

export class Publisher {
  readonly #sockets: KernelSockets;
  #gathered: Gathered | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(sockets: KernelSockets) {
    this.#sockets = sockets;
  }

  publish<T extends MessageType>(
    type: T,
    content: ContentOf[T],
    parent: ParentHeader,
    options: PublishOptions = {},
  ): void {
    this.flush();
    const { session } = this.#sockets;
    const message = createMessage(type, content, { session, parent, ...options });
    void this.#sockets.publish(message as Message);
  }

  stream(name: "stdout" | "stderr", text: string, parent: ParentHeader): void {
    const open = this.#gathered;
    if (open && (open.name !== name || open.parent !== parent)) this.flush();
    this.#gathered ??= { parent, name, chunks: [], length: 0 };
    this.#gathered.chunks.push(text);
    this.#gathered.length += text.length;
    if (this.#gathered.length > MAX_GATHERED) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = this.#gathered;
    if (!gathered) return;
    this.#gathered = undefined;
    const { name, parent, chunks } = gathered;
    const { session } = this.#sockets;
    // Half a surrogate pair is no text that a notebook's file can hold.
    const text = toUSVString(chunks.join(""));
    const message = createMessage("stream", { name, text }, { session, parent });
    void this.#sockets.publish(message, `stream.${name}`);
  }
}
