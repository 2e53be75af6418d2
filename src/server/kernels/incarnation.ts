/**
 * One life of a kernel: a process and the connection to it, from launch to the last trace.
 *
 * The connection file holds the key that signs messages. It lies in a private folder and is deleted
 * as soon as the kernel has answered, so that not even `kill -9` of this server leaves one behind.
 * Ready means that replies and iopub both arrive: subscribing takes a moment, and what a kernel
 * publishes before it is lost, so it is asked until both have been heard.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelConnection } from "../../../kernel/protocol/client.js";
import { newConnection, writeConnectionFile } from "../../../kernel/protocol/connection.js";
import { createMessage, type Message, newSessionId } from "../../../kernel/protocol/messages.js";
import { HttpError } from "../http/http-error.js";
import { type Exit, KernelProcess } from "./kernel-process.js";
import type { KernelSpecEntry } from "./kernelspecs.js";
import { type ClientChannel, glance, type PackedMessage, type SendChannel } from "./packed.js";

export type Received = (channel: ClientChannel, message: PackedMessage) => void;
export type Incarnate = (entry: KernelSpecEntry, received: Received) => Promise<Incarnation>;

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 500;
/** How long a kernel that was asked to shut down may take. */
const PATIENCE_MS = 2_000;

export class Incarnation {
  readonly ready: Promise<void>;
  readonly #session = newSessionId();
  /** Our own requests: replies to them are ours and go to no client. */
  readonly #own = new Map<string, () => void>();
  #iopubHeard = false;

  static async begin(
    entry: KernelSpecEntry,
    surroundings: Surroundings,
    received: Received,
  ): Promise<Incarnation> {
    const folder = await mkdtemp(join(tmpdir(), "curvlab-kernel-"));
    const discard = () => rm(folder, { recursive: true, force: true });
    try {
      const info = { ...(await newConnection()), kernel_name: entry.name };
      const connectionFile = join(folder, "connection.json");
      writeConnectionFile(connectionFile, info);
      const kernel = await KernelProcess.launch(entry, { connectionFile, ...surroundings });
      return new Incarnation(kernel, received, discard, info);
    } catch (error) {
      await discard();
      throw error;
    }
  }

  readonly connection: KernelConnection;

  private constructor(
    readonly process: KernelProcess,
    private readonly received: Received,
    discard: () => Promise<void>,
    info: KernelConnection["info"],
  ) {
    this.connection = new KernelConnection(info, {
      onMessage: (channel, message) => this.#route(channel, message),
    });
    this.ready = this.#awaken().finally(discard);
    void this.process.exited.finally(discard);
  }

  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  /** Sends one of our own requests. @throws when no reply comes in time. */
  async ask(channel: SendChannel, request: Message, timeoutMs: number): Promise<void> {
    const replied = new Promise<void>((resolve) => {
      this.#own.set(request.header.msg_id, resolve);
    });
    await this.connection.send(channel, request);
    const { type } = request;
    await within(timeoutMs, replied, `the kernel did not answer ${type} within ${timeoutMs} ms`);
  }

  /** Ends the process, politely when asked to, and closes the sockets. */
  async end(how: "ask" | "kill"): Promise<void> {
    if (how === "ask" && this.process.running) {
      const request = createMessage(
        "shutdown_request",
        { restart: false },
        { session: this.#session },
      );
      void this.connection.send("control", request).catch(() => undefined);
      await this.process.end(PATIENCE_MS);
    } else {
      this.process.signal("SIGKILL");
      await this.process.end(PATIENCE_MS);
    }
    this.connection.close();
  }

  #route(channel: ClientChannel, message: PackedMessage): void {
    if (channel === "iopub") this.#iopubHeard = true;
    const parent = glance(message.parentHeader).msgId;
    const answered = this.#own.get(parent);
    if (answered === undefined) this.received(channel, message);
    else if (channel !== "iopub") answered();
  }

  async #awaken(): Promise<void> {
    const gone = this.exited.then(({ reason }) => {
      throw failure(`the kernel ended with ${reason} before it answered`);
    });
    gone.catch(() => undefined);
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const request = createMessage("kernel_info_request", {}, { session: this.#session });
      const heard = this.ask("shell", request, ASK_AGAIN_MS).then(
        () => this.#iopubHeard,
        () => false,
      );
      if (await Promise.race([heard, gone])) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.process.signal("SIGKILL");
    throw failure(`the kernel did not answer within ${READY_TIMEOUT_MS / 1000} s`);
  }
}

function within<T>(milliseconds: number, work: Promise<T>, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failure(message)), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** An answer for the client that waits, in so many words. */
function failure(message: string): HttpError {
  return new HttpError(500, message, "kernel failed");
}
