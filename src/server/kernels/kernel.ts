/**
 * One kernel of the server: a process, the sockets to it, and the clients behind them.
 *
 * The identity (id, clients) outlives the process: a restart, asked for or after a crash, gives a new
 * process with new ports and a new key. What clients send while there is no kernel that listens waits
 * in order. A kernel that dies is started again, unless it keeps dying young: then it is dead.
 */
import { createMessage, newSessionId } from "../../../kernel/protocol/messages.js";
import { HttpError } from "../http/http-error.js";
import { Audience, type Deliver } from "./audience.js";
import type { Incarnate, Incarnation } from "./incarnation.js";
import type { KernelSpecEntry } from "./kernelspecs.js";
import {
  type ClientChannel,
  glance,
  type PackedMessage,
  readObject,
  type SendChannel,
  type ServerState,
  statusDelivery,
} from "./packed.js";
import { Transcript } from "./transcript.js";

export interface KernelModel {
  readonly id: string;
  readonly name: string;
  readonly last_activity: string;
  readonly execution_state: ServerState;
  readonly connections: number;
}

/** A kernel that lived shorter than this after its start died of its start. */
const YOUNG_MS = 10_000;
const YOUNG_DEATHS = 3;

export class Kernel {
  readonly #audience = new Audience();
  readonly #transcript = new Transcript((session) => this.#audience.isConnected(session));
  readonly #session = newSessionId();
  #state: ServerState = "starting";
  #lastActivity = new Date();
  #incarnation: Incarnation | undefined;
  /** Counts lives, so that what belongs to an old process is told from what the present one does. */
  #life = 0;
  /** Resolves when the present life's process listens; rejects when it will not. */
  #listening = deferred<Incarnation>();
  #youngDeaths = 0;
  #closed = false;

  constructor(
    readonly id: string,
    readonly entry: KernelSpecEntry,
    private readonly incarnate: Incarnate,
    private readonly log: (line: string) => void,
  ) {}

  get model(): KernelModel {
    return {
      id: this.id,
      name: this.entry.name,
      last_activity: this.#lastActivity.toISOString(),
      execution_state: this.#state,
      connections: this.#audience.connected,
    };
  }

  /** Starts the process. @throws when it cannot be run; whether it then speaks is seen later. */
  async start(): Promise<void> {
    const life = this.#life;
    const listening = this.#listening;
    const incarnation = await this.incarnate(this.entry, (channel, message) => {
      if (life === this.#life) this.#received(channel, message);
    }).catch((error: unknown) => {
      listening.reject(error);
      throw error;
    });
    if (life !== this.#life) {
      await incarnation.end("kill");
      return;
    }
    this.#incarnation = incarnation;
    const startedAt = Date.now();
    incarnation.ready.then(() => {
      listening.resolve(incarnation);
      if (life === this.#life) this.#tell("idle");
    }, listening.reject);
    void incarnation.exited.then(({ reason, lastWords }) => {
      if (life !== this.#life) return;
      // Heard by whoever waits for the start; one that listened has resolved long ago.
      listening.reject(
        new HttpError(500, `the kernel ended with ${reason} before it answered`, "kernel failed"),
      );
      const words = lastWords === "" ? "" : `\n${lastWords}`;
      this.log(`kernel ${this.entry.name} (${this.id}) died: ${reason}${words}`);
      void this.#revive(Date.now() - startedAt < YOUNG_MS);
    });
  }

  /** Sends a client's message once the kernel listens; drops it when there is none to come. */
  async send(session: string, channel: SendChannel, message: PackedMessage): Promise<void> {
    const life = this.#life;
    this.#lastActivity = new Date();
    const incarnation = await this.#listening.promise.catch(() => undefined);
    // What was meant for the old process must not run in the new one.
    if (incarnation === undefined || life !== this.#life) return;
    if (channel !== "stdin") this.#audience.asked(session, message);
    this.#transcript.asked(session, message);
    await incarnation.connection.sendPacked(channel, message);
  }

  attach(session: string, deliver: Deliver): void {
    if (!this.#audience.attach(session, deliver)) {
      for (const message of this.#transcript.replay()) deliver({ channel: "iopub", message });
    }
    // Hearing "restarting" again, a client would connect again, and so on.
    const settled = this.#state !== "starting" && this.#state !== "restarting";
    if (settled) deliver(statusDelivery(this.#state));
  }

  detach(session: string, deliver: Deliver, goodbye: boolean): void {
    this.#audience.detach(session, deliver, goodbye);
  }

  /** Resolves when the kernel has answered, or has been signalled. */
  async interrupt(): Promise<void> {
    const incarnation = await this.#listening.promise;
    if (this.entry.spec.interrupt_mode === "signal") {
      incarnation.process.signal("SIGINT");
      return;
    }
    const request = createMessage("interrupt_request", {}, { session: this.#session });
    await incarnation.ask("control", request, 10_000);
  }

  /** Ends the process and starts another; the clients stay. */
  async restart(): Promise<void> {
    this.#youngDeaths = 0;
    // Clients take the published state for a crash: they hear of the new process when it listens.
    this.#state = "restarting";
    await this.#end("ask");
    await this.#begin();
  }

  /** Ends the process for good and tells the clients. */
  async shutdown(): Promise<void> {
    this.#closed = true;
    await this.#end("ask");
    this.#tell("dead");
    this.#audience.close();
  }

  /** Ends this life; messages wait for the next, unless there will be none. */
  async #end(how: "ask" | "kill"): Promise<void> {
    const incarnation = this.#incarnation;
    this.#life++;
    this.#incarnation = undefined;
    this.#listening.reject(new Error(`the kernel ${this.entry.name} was ended`));
    this.#listening = deferred();
    if (this.#closed) this.#listening.reject(new Error("the kernel was shut down"));
    this.#audience.forgetRequests();
    this.#transcript.clear();
    await incarnation?.end(how);
  }

  /** A new life, once it listens; "dead" when it cannot begin. */
  async #begin(): Promise<void> {
    const life = this.#life;
    try {
      await this.start();
      await this.#listening.promise;
    } catch (error) {
      // A process that ran and then ended is revived, or given up, by its exit.
      if (life === this.#life && this.#incarnation === undefined) this.#tell("dead");
      throw error;
    }
  }

  async #revive(young: boolean): Promise<void> {
    this.#youngDeaths = young ? this.#youngDeaths + 1 : 1;
    await this.#end("kill");
    if (this.#youngDeaths > YOUNG_DEATHS) {
      this.#listening.reject(new Error(`the kernel ${this.entry.name} keeps dying`));
      this.#tell("dead");
      return;
    }
    this.#tell("restarting");
    await this.#begin().catch((error: unknown) => this.log(String(error)));
  }

  /** The server speaks for a kernel that cannot. */
  #tell(state: ServerState): void {
    this.#state = state;
    this.#lastActivity = new Date();
    this.#audience.publish(statusDelivery(state));
  }

  #received(channel: ClientChannel, message: PackedMessage): void {
    const { msgType } = glance(message.header);
    this.#lastActivity = new Date();
    if (channel !== "iopub") {
      this.#audience.publish({ channel, message });
      return;
    }
    // Greets a new subscription: ours, which no client knows of.
    if (msgType === "iopub_welcome") return;
    if (msgType === "status") this.#note(message);
    this.#audience.publish({ channel, message: this.#transcript.heard(message, msgType) });
  }

  /** A completion that is answered while a cell runs ends with "idle", but the kernel is busy. */
  #note(status: PackedMessage): void {
    const { execution_state: state } = readObject(status.content);
    const { msgType } = glance(status.parentHeader);
    const counts = msgType === "execute_request" || (this.#state !== "busy" && state !== "busy");
    if (counts && (state === "busy" || state === "idle")) this.#state = state;
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that may fail without anyone waiting for it. */
function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
