/**
 * The kernel's five sockets, bound, and nothing of what the messages mean.
 *
 * Sends are unlimited in number and in order: a slow client makes ZeroMQ's queue long, it never
 * loses output. On iopub each new subscriber is welcomed (XPUB), so that a client knows when it
 * hears everything; and the first request waits for the first subscriber, because a client that does
 * not hear its answer's `idle` may wait for it for ever. Source: Jupyter enhancement proposal 65.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Publisher, Reply, Router, XPublisher } from "zeromq";
import { type Channel, type ConnectionInfo, endpoint } from "./connection.js";
import { createMessage, type Message, type SessionId } from "./messages.js";
import { decode, encode, type RawMessage, Signer } from "./wire.js";

export type RequestChannel = "shell" | "control" | "stdin";
type Sender = Router | XPublisher | Publisher;

export interface SocketHandlers {
  onMessage(channel: RequestChannel, message: RawMessage): void;
  /** Frames that are no message of ours; they are to be logged and ignored. */
  onInvalid(channel: RequestChannel, error: unknown): void;
}

/** How long a client may take to subscribe; one that never does is answered all the same. */
const SUBSCRIPTION_MS = 1000;

const OPTIONS = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 } as const;

export class KernelSockets {
  readonly session: SessionId;
  readonly #signer: Signer;
  readonly #routers: Record<RequestChannel, Router>;
  readonly #iopub = new XPublisher({ ...OPTIONS, verbosity: "allSubs" });
  readonly #heartbeat = new Reply({ linger: 0 });
  readonly #lastSend = new Map<Sender, Promise<void>>();
  #closed = false;
  #onSubscriber: () => void = () => {};
  readonly #subscriber = new Promise<void>((resolve) => {
    this.#onSubscriber = resolve;
  });
  /** The first subscriber, or the end of the wait for one, which the first request begins. */
  #heard: Promise<void> | undefined;

  constructor(info: ConnectionInfo, session: SessionId) {
    this.session = session;
    this.#signer = new Signer(info.key, info.signature_scheme);
    const router = () => new Router({ ...OPTIONS, handover: true });
    this.#routers = { shell: router(), control: router(), stdin: router() };
  }

  async bind(info: ConnectionInfo, handlers: SocketHandlers): Promise<void> {
    const bind = async (socket: Router | XPublisher | Reply, channel: Channel) => {
      try {
        await socket.bind(endpoint(info, channel));
      } catch (error) {
        const reason = (error as Error).message;
        throw new Error(`cannot listen on ${endpoint(info, channel)} (${channel}): ${reason}`);
      }
    };
    await Promise.all([
      bind(this.#routers.shell, "shell"),
      bind(this.#routers.control, "control"),
      bind(this.#routers.stdin, "stdin"),
      bind(this.#iopub, "iopub"),
      bind(this.#heartbeat, "hb"),
    ]);
    void this.#echo();
    void this.#welcome();
    for (const channel of ["control", "shell", "stdin"] as const) {
      void this.#receive(channel, handlers);
    }
  }

  publish(message: Message, topic: string = message.type): Promise<void> {
    return this.#send(this.#iopub, encode(message, this.#signer, [Buffer.from(topic)]));
  }

  reply(
    channel: RequestChannel,
    identities: readonly Uint8Array[],
    message: Message,
  ): Promise<void> {
    return this.#send(this.#routers[channel], encode(message, this.#signer, identities));
  }

  /** Resolves when everything is handed to ZeroMQ, which lingers to deliver it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#lastSend.values());
    for (const socket of [...Object.values(this.#routers), this.#iopub, this.#heartbeat]) {
      socket.close();
    }
  }

  /** ZeroMQ allows one pending send a socket: each waits for the one before. */
  #send(socket: Sender, frames: Uint8Array[]): Promise<void> {
    const before = this.#lastSend.get(socket);
    const send = () => (socket.closed ? Promise.resolve() : socket.send(frames));
    const sent = before ? before.then(send) : send();
    const settled = sent
      .catch(() => undefined) // the peer is gone, or we are closing
      .then(() => {
        // The next one need not wait, not even for the end of the work at hand.
        if (this.#lastSend.get(socket) === settled) this.#lastSend.delete(socket);
      });
    this.#lastSend.set(socket, settled);
    return settled;
  }

  async #receive(channel: RequestChannel, handlers: SocketHandlers): Promise<void> {
    for await (const frames of this.#untilClosed(this.#routers[channel])) {
      await this.#untilHeard();
      let message: RawMessage;
      try {
        message = decode(frames, this.#signer);
      } catch (error) {
        handlers.onInvalid(channel, error);
        continue;
      }
      handlers.onMessage(channel, message);
    }
  }

  #untilHeard(): Promise<void> {
    this.#heard ??= Promise.race([
      this.#subscriber,
      sleep(SUBSCRIPTION_MS, undefined, { ref: false }),
    ]);
    return this.#heard;
  }

  async #echo(): Promise<void> {
    for await (const frames of this.#untilClosed(this.#heartbeat)) {
      if (!this.#closed) await this.#heartbeat.send(frames);
    }
  }

  async #welcome(): Promise<void> {
    for await (const [frame] of this.#untilClosed(this.#iopub)) {
      const isSubscription = frame?.[0] === 1;
      if (!isSubscription) continue;
      this.#onSubscriber();
      const subscription = frame.subarray(1).toString();
      const content = { subscription };
      const message = createMessage("iopub_welcome", content, { session: this.session });
      void this.publish(message, subscription);
    }
  }

  /** A socket that is closed while we wait for it ends the loop, without an error. */
  async *#untilClosed(socket: AsyncIterable<Buffer[]>): AsyncGenerator<Buffer[]> {
    try {
      for await (const frames of socket) yield frames;
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }
}
