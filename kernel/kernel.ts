/**
 * The protocol thread: hears every message, answers what it can itself, and hands the rest on.
 *
 * Each request is handled between a busy and an idle status, sent by one wrapper with `finally`.
 * Only execution waits in a queue; everything else is answered while a cell runs.
 */
import { readFile } from "node:fs/promises";
import { completeReply, inspectReply } from "./assistance.js";
import { CompilerThread } from "./compiler-thread.js";
import { endDescendants } from "./descendants.js";
import { ExecutionQueue } from "./execution.js";
import { kernelInfo } from "./kernel-info.js";
import { CommRegistry } from "./protocol/comms.js";
import type { ConnectionInfo } from "./protocol/connection.js";
import { History, historyFile } from "./protocol/history.js";
import {
  type ContentOf,
  createErrorReply,
  createMessage,
  type ErrorContent,
  type Header,
  type Message,
  type MessageOf,
  type MessageType,
  newSessionId,
  type ReplyType,
} from "./protocol/messages.js";
import { Publisher } from "./protocol/publisher.js";
import { isRequestType, parseRequest, type Request } from "./protocol/requests.js";
import { KernelSockets, type RequestChannel } from "./protocol/sockets.js";
import type { RawMessage } from "./protocol/wire.js";
import { RunnerRelay } from "./runner-relay.js";
import { RunnerThread } from "./runner-thread.js";
import { slowImports } from "./slow-imports.js";

export interface KernelSettings {
  readonly connection: ConnectionInfo;
  readonly cwd: string;
  readonly packageRoot: string;
  /** The notebook whose session this is, if somebody says. */
  readonly notebook?: string | undefined;
  /** For the kernel's own troubles; never a cell's output. */
  readonly log: (text: string) => void;
}

interface Incoming<R extends Request = Request> {
  readonly request: R;
  readonly channel: RequestChannel;
  readonly identities: readonly Uint8Array[];
}

type Question = Exclude<
  Request,
  {
    readonly type:
      | "execute_request"
      | "shutdown_request"
      | "input_reply"
      | `comm_${"open" | "msg" | "close"}`;
  }
>;

export class Kernel {
  /** Resolves to the exit status: 0 when a shutdown was asked for and answered. */
  readonly ended: Promise<number>;
  readonly #settings: KernelSettings;
  readonly #sockets: KernelSockets;
  readonly #publisher: Publisher;
  readonly #history: History;
  readonly #compiler: CompilerThread;
  readonly #runner: RunnerThread;
  readonly #executions: ExecutionQueue;
  readonly #comms = new CommRegistry();
  readonly #relay: RunnerRelay;
  #interrupting: Promise<boolean> | undefined;
  #end: (status: number) => void = () => undefined;

  constructor(settings: KernelSettings) {
    this.#settings = settings;
    const { connection, log } = settings;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#sockets = new KernelSockets(connection, newSessionId());
    this.#publisher = new Publisher(this.#sockets);
    this.#history = new History(historyFile(), log);
    const folders = { cwd: settings.cwd, packageRoot: settings.packageRoot };
    // First, because the first cell waits longest for it.
    this.#compiler = new CompilerThread(folders, log);
    this.#runner = new RunnerThread(folders, {
      onMessage: (message) => this.#relay.send(message),
      onCrash: (reason) => {
        log(`the runner has ended: ${reason}`);
        this.#comms.clear();
        this.#executions.reset();
      },
      onFatal: (reason) => {
        log(`the runner cannot start: ${reason}`);
        this.#end(1);
      },
    });
    this.#executions = new ExecutionQueue({
      compiler: this.#compiler,
      runner: () => this.#runner,
      publisher: this.#publisher,
      history: this.#history,
    });
    this.#relay = new RunnerRelay({
      sockets: this.#sockets,
      publisher: this.#publisher,
      executions: this.#executions,
      comms: this.#comms,
    });
  }

  async start(): Promise<void> {
    const { connection, log } = this.#settings;
    await this.#sockets.bind(connection, {
      onMessage: (channel, message) => this.#receive(channel, message),
      onInvalid: (channel, error) => log(`${channel}: ${(error as Error).message}; ignored`),
    });
    this.#publisher.publish("status", { execution_state: "starting" }, {});
    void this.#prepare();
  }

  /** Loads what the notebook imports, while its reader still reads. */
  async #prepare(): Promise<void> {
    const { notebook } = this.#settings;
    if (notebook === undefined) return;
    // A console's session has a name but no file.
    const specifiers = slowImports(await readFile(notebook, "utf8").catch(() => ""));
    if (specifiers.length === 0) return;
    this.#runner.expect(specifiers);
    this.#compiler.calls.tell("expect", specifiers);
  }

  async stop(): Promise<void> {
    this.#publisher.flush();
    this.#history.close();
    // Together: a thread that waits for a child process ends when that has ended.
    await Promise.all([this.#runner.close(), this.#compiler.close(), endDescendants()]);
    await this.#sockets.close();
  }

  #receive(channel: RequestChannel, message: RawMessage): void {
    const { msg_type } = message.header;
    if (!isRequestType(msg_type)) {
      this.#settings.log(`${channel}: unknown message type ${JSON.stringify(msg_type)}; ignored`);
      return;
    }
    const parsed = parseRequest(msg_type, message);
    if (!parsed.ok) {
      this.#settings.log(`${channel}: ${parsed.reason}`);
      this.#refuse(channel, message, parsed.reason);
      return;
    }
    this.#handle({ request: parsed.request, channel, identities: message.identities });
  }

  #handle(incoming: Incoming): void {
    const { request, identities } = incoming;
    switch (request.type) {
      case "execute_request":
        this.#executions.add({
          header: request.header,
          identities,
          content: request.content,
          answer: (body) => this.#answer(incoming, "execute_reply", body),
        });
        return;
      case "shutdown_request":
        void this.#shutdown(incoming as Incoming<typeof request>);
        return;
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        this.#comm(request, identities);
        return;
      case "input_reply":
        this.#runner.answerInput(request.content.value);
        return;
      default:
        void this.#inform(incoming, request);
    }
  }

  /** What is answered at once, whatever runs. */
  #inform(incoming: Incoming, request: Question): Promise<void> {
    switch (request.type) {
      case "kernel_info_request":
        return this.#answer(incoming, "kernel_info_reply", async () => ({
          status: "ok",
          ...kernelInfo(this.#settings.packageRoot),
        }));
      case "complete_request":
        return this.#answer(incoming, "complete_reply", () =>
          completeReply(this.#compiler, request.content),
        );
      case "inspect_request":
        return this.#answer(incoming, "inspect_reply", () =>
          inspectReply(this.#compiler, request.content),
        );
      case "is_complete_request":
        return this.#answer(incoming, "is_complete_reply", () =>
          this.#compiler.calls.call("isComplete", request.content.code),
        );
      case "history_request":
        return this.#answer(incoming, "history_reply", async () => ({
          status: "ok",
          history: this.#history.query(request.content),
        }));
      case "comm_info_request":
        return this.#answer(incoming, "comm_info_reply", async () => ({
          status: "ok",
          comms: this.#comms.list(request.content.target_name ?? undefined),
        }));
      case "interrupt_request":
        return this.#answer(incoming, "interrupt_reply", () => this.#interrupt());
    }
  }

  /** busy, the reply, idle: the same for every request, whatever its handler does. */
  async #answer<T extends ReplyType>(
    { request, channel, identities }: Incoming,
    type: T,
    body: () => Promise<ContentOf[T]>,
  ): Promise<void> {
    const parent = request.header;
    this.#publisher.publish("status", { execution_state: "busy" }, parent);
    try {
      const options = this.#from(parent);
      const reply = await body().then(
        (content) => createMessage(type, content, options),
        (error: unknown) => createErrorReply(type, this.#failure(error), options),
      );
      this.#publisher.flush();
      this.#reply(channel, identities, reply);
    } finally {
      this.#publisher.publish("status", { execution_state: "idle" }, parent);
    }
  }

  /** A handler that throws is our fault: it is logged, and the client gets an answer. */
  #failure(error: unknown): ErrorContent {
    this.#settings.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const { name = "Error", message = String(error) } = error as Partial<Error>;
    return { ename: name, evalue: message, traceback: [] };
  }

  /** A request of a known type that does not make sense gets an error, so that nobody waits. */
  #refuse(channel: RequestChannel, { header, identities }: RawMessage, reason: string): void {
    if (!header.msg_type.endsWith("_request")) return;
    const type = header.msg_type.replace(/request$/, "reply") as ReplyType;
    const error = { ename: "InvalidRequest", evalue: reason, traceback: [] };
    this.#publisher.publish("status", { execution_state: "busy" }, header);
    this.#reply(channel, identities, createErrorReply(type, error, this.#from(header)));
    this.#publisher.publish("status", { execution_state: "idle" }, header);
  }

  #from(parent: Header) {
    return { session: this.#sockets.session, parent };
  }

  #reply(
    channel: RequestChannel,
    identities: readonly Uint8Array[],
    message: MessageOf<MessageType>,
  ): void {
    void this.#sockets.reply(channel, identities, message as Message);
  }

  async #interrupt(): Promise<ContentOf["interrupt_reply"]> {
    this.#executions.interrupt();
    this.#interrupting ??= this.#runner.interrupt().finally(() => {
      this.#interrupting = undefined;
    });
    if (await this.#interrupting) return { status: "ok" } as ContentOf["interrupt_reply"];
    const evalue = "the running code could not be stopped; restart the kernel";
    return { status: "error", ename: "InterruptFailed", evalue, traceback: [] };
  }

  async #shutdown(incoming: Incoming<MessageOf<"shutdown_request">>): Promise<void> {
    const { restart } = incoming.request.content;
    await this.#answer(incoming, "shutdown_reply", async () => ({ status: "ok", restart }));
    this.#publisher.publish("shutdown_reply", { status: "ok", restart }, incoming.request.header);
    this.#end(0);
  }

  #comm(
    request: MessageOf<"comm_open"> | MessageOf<"comm_msg"> | MessageOf<"comm_close">,
    identities: readonly Uint8Array[],
  ): void {
    const { content, header, buffers } = request;
    const cell = this.#executions.adopt(header, identities);
    const target = request.type === "comm_open" ? request.content.target_name : "";
    if (request.type === "comm_open") this.#comms.open(content.comm_id, target);
    if (request.type === "comm_close") this.#comms.close(content.comm_id);
    this.#publisher.publish("status", { execution_state: "busy" }, header);
    this.#runner.sendComm({
      type: "comm",
      event: request.type === "comm_open" ? "open" : request.type === "comm_msg" ? "msg" : "close",
      commId: content.comm_id,
      target,
      data: content.data,
      buffers,
      cell,
    });
    this.#publisher.publish("status", { execution_state: "idle" }, header);
  }
}
