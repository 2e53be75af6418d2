/**
 * The clients of one kernel, and what they have not heard yet.
 *
 * Every client hears iopub; a reply goes to the client that asked. A client whose connection breaks
 * is expected back under the same session: until then its messages gather, and come first when it
 * returns, in order. One that said goodbye is forgotten at once.
 */
import { type Delivery, glance, type PackedMessage, sizeOf } from "./packed.js";

export type Deliver = (delivery: Delivery) => void;

/** How long and how much is kept for a client that broke off. */
export interface Patience {
  readonly milliseconds: number;
  readonly bytes: number;
}

const patience: Patience = { milliseconds: 10 * 60_000, bytes: 256 * 1024 * 1024 };

interface Client {
  /** Undefined while the client is away. */
  deliver: Deliver | undefined;
  readonly mail: Delivery[];
  mailBytes: number;
  forget: NodeJS.Timeout | undefined;
}

export class Audience {
  readonly #clients = new Map<string, Client>();
  /** The request's id → the session that waits for the reply. */
  readonly #asked = new Map<string, string>();

  constructor(private readonly patience_: Patience = patience) {}

  get connected(): number {
    return [...this.#clients.values()].filter((client) => client.deliver !== undefined).length;
  }

  isConnected(session: string): boolean {
    return this.#clients.get(session)?.deliver !== undefined;
  }

  /** Delivers what was missed, then all that comes. @returns whether the session was expected. */
  attach(session: string, deliver: Deliver): boolean {
    const client = this.#clients.get(session);
    if (client === undefined) {
      this.#clients.set(session, { deliver, mail: [], mailBytes: 0, forget: undefined });
      return false;
    }
    clearTimeout(client.forget);
    client.deliver = deliver;
    for (const delivery of client.mail.splice(0)) deliver(delivery);
    client.mailBytes = 0;
    return true;
  }

  /** Only the connection that is attached now can leave: a newer one may have taken its place. */
  detach(session: string, deliver: Deliver, goodbye: boolean): void {
    const client = this.#clients.get(session);
    if (client === undefined || client.deliver !== deliver) return;
    client.deliver = undefined;
    if (goodbye) {
      this.#clients.delete(session);
    } else {
      client.forget = setTimeout(() => this.#clients.delete(session), this.patience_.milliseconds);
      client.forget.unref();
    }
  }

  /** Remembers who asked, so that the reply finds the way back. */
  asked(session: string, request: PackedMessage): void {
    this.#asked.set(glance(request.header).msgId, session);
  }

  /** Who made this request, while its reply is still to come. */
  asker(msgId: string): string | undefined {
    return this.#asked.get(msgId);
  }

  publish(delivery: Delivery): void {
    const { channel, message } = delivery;
    if (channel === "iopub") {
      for (const client of this.#clients.values()) this.#give(client, delivery);
      return;
    }
    const parent = glance(message.parentHeader).msgId;
    const session = this.#asked.get(parent);
    // A question on stdin is not the reply: the reply is still to come.
    if (channel !== "stdin") this.#asked.delete(parent);
    const client = session === undefined ? undefined : this.#clients.get(session);
    if (client !== undefined) this.#give(client, delivery);
  }

  /** After a restart no old request will be answered. */
  forgetRequests(): void {
    this.#asked.clear();
  }

  close(): void {
    for (const client of this.#clients.values()) clearTimeout(client.forget);
    this.#clients.clear();
  }

  #give(client: Client, delivery: Delivery): void {
    if (client.deliver !== undefined) {
      client.deliver(delivery);
      return;
    }
    client.mail.push(delivery);
    client.mailBytes += sizeOf(delivery.message);
    while (client.mailBytes > this.patience_.bytes) {
      const oldest = client.mail.shift();
      if (oldest === undefined) break;
      client.mailBytes -= sizeOf(oldest.message);
    }
  }
}
