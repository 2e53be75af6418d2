/**
 * The client's side of a kernel: five sockets that speak the protocol to a running process.
 *
 * One `KernelConnection` per kernel. Frames go out with `send` or `sendPacked` (unparsed, for a
 * proxy) and come in through the handlers; a frame that does not verify goes to `onInvalid` and no
 * further. ZeroMQ reconnects by itself, so a connection outlives the restart of its kernel.
 */
import { randomUUID } from "node:crypto";
import { Dealer, Request, Subscriber } from "zeromq";
import { type Channel, type ConnectionInfo, endpoint } from "./connection.js";
import { type Encodable, encode, type PackedMessage, pack, Signer, unpack } from "./wire.js";

export type ClientChannel = Exclude<Channel, "hb">;
export type SendChannel = Exclude<ClientChannel, "iopub">;

export interface ConnectionHandlers {
  onMessage(channel: ClientChannel, message: PackedMessage): void;
  onInvalid?(channel: ClientChannel, error: unknown): void;
}

export class KernelConnection {
  readonly info: ConnectionInfo;
  readonly signer: Signer;
  readonly #handlers: ConnectionHandlers;
  readonly #sockets: Record<SendChannel, Dealer>;
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  /** ZeroMQ allows one pending send a socket: each send waits for the one before. */
  readonly #lastSend: Record<SendChannel, Promise<void>>;

  constructor(info: ConnectionInfo, handlers: ConnectionHandlers) {
    this.info = info;
    this.signer = new Signer(info.key, info.signature_scheme);
    this.#handlers = handlers;
    // stdin requests are routed by the identity of the shell request: the two must be the same.
    const routingId = randomUUID();
    const dealer = () => new Dealer({ routingId, linger: 0, sendHighWaterMark: 0 });
    this.#sockets = { shell: dealer(), stdin: dealer(), control: dealer() };
    this.#lastSend = {
      shell: Promise.resolve(),
      stdin: Promise.resolve(),
      control: Promise.resolve(),
    };
    for (const channel of ["shell", "stdin", "control"] as const) {
      this.#sockets[channel].connect(endpoint(info, channel));
      void this.#receive(channel, this.#sockets[channel]);
    }
    this.#iopub.connect(endpoint(info, "iopub"));
    this.#iopub.subscribe();
    void this.#receive("iopub", this.#iopub);
  }

  send(channel: SendChannel, message: Encodable): Promise<void> {
    return this.#sendFrames(channel, encode(message, this.signer));
  }

  /** Sends parts that were never parsed; identities are ignored, the socket has its own. */
  sendPacked(channel: SendChannel, message: PackedMessage): Promise<void> {
    return this.#sendFrames(channel, pack({ ...message, identities: [] }, this.signer));
  }

  /** True when the kernel's process answers within `timeoutMs`. */
  async heartbeat(timeoutMs: number): Promise<boolean> {
    const socket = new Request({ linger: 0, receiveTimeout: timeoutMs, sendTimeout: timeoutMs });
    try {
      socket.connect(endpoint(this.info, "hb"));
      await socket.send("ping");
      await socket.receive();
      return true;
    } catch {
      return false;
    } finally {
      socket.close();
    }
  }

  close(): void {
    for (const socket of [...Object.values(this.#sockets), this.#iopub]) socket.close();
  }

  #sendFrames(channel: SendChannel, frames: Uint8Array[]): Promise<void> {
    const sent = this.#lastSend[channel].then(() => this.#sockets[channel].send(frames));
    this.#lastSend[channel] = sent.catch(() => undefined);
    return sent;
  }

  async #receive(channel: ClientChannel, socket: AsyncIterable<Uint8Array[]>): Promise<void> {
    for await (const frames of socket) {
      let message: PackedMessage;
      try {
        message = unpack(frames, this.signer);
      } catch (error) {
        this.#handlers.onInvalid?.(channel, error);
        continue;
      }
      this.#handlers.onMessage(channel, message);
    }
  }
}
