/**
 * A small Jupyter client for tests: starts a kernel process, speaks to it over ZeroMQ, and collects
 * what each request brings, until its idle status and its reply have come.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelSpec } from "../../kernel/kernelspec/kernelspec.js";
import { KernelConnection, type SendChannel } from "../../kernel/protocol/client.js";
import {
  type ConnectionInfo,
  newConnection,
  writeConnectionFile,
} from "../../kernel/protocol/connection.js";
import {
  type ContentOf,
  createMessage,
  type JsonObject,
  type Message,
  type MessageType,
  newSessionId,
} from "../../kernel/protocol/messages.js";
import type { PackedMessage } from "../../kernel/protocol/wire.js";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A message with whatever content it has: tests look at what is there. */
export interface Received {
  readonly channel: string;
  readonly type: string;
  readonly parentId: string | undefined;
  readonly msgId: string;
  readonly session: string;
  readonly content: Record<string, unknown>;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
  readonly topic: string;
}

export interface Outcome {
  readonly reply: Received;
  /** Everything on iopub whose parent is the request, statuses included, in order. */
  readonly iopub: readonly Received[];
}

export interface KernelOptions {
  readonly cwd?: string;
  /** The kernel's command, `{connection_file}` among its arguments. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, as Jupyter starts kernels. */
  readonly leadsGroup?: boolean;
}

export const ownArgv: readonly string[] = kernelSpec(repository).argv;

export class KernelClient {
  readonly info: ConnectionInfo;
  readonly process: ChildProcess;
  readonly messages: Received[] = [];
  readonly folder: string;
  readonly session = newSessionId();
  readonly #connection: KernelConnection;
  readonly #waiters = new Set<() => void>();
  stderr = "";

  private constructor(info: ConnectionInfo, folder: string, child: ChildProcess) {
    this.info = info;
    this.folder = folder;
    this.process = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.#connection = new KernelConnection(info, {
      onMessage: (channel, message) => {
        this.messages.push(received(channel, message));
        for (const wake of this.#waiters) wake();
      },
    });
  }

  /** Once more when another process has taken one of the ports meanwhile. */
  static async start(options: KernelOptions = {}): Promise<KernelClient> {
    for (;;) {
      const client = await KernelClient.#launch(options);
      const ended = client.exited.then(() => false);
      if (await Promise.race([client.#untilHeard().then(() => true), ended])) return client;
      await client.stop();
      if (!client.stderr.includes("Address already in use")) throw new Error(client.stderr);
    }
  }

  static async #launch(options: KernelOptions): Promise<KernelClient> {
    const info = await newConnection();
    const folder = mkdtempSync(join(tmpdir(), "curvlab-kernel-test-"));
    const file = join(folder, "connection.json");
    writeConnectionFile(file, info);
    const [command = "", ...args] = (options.argv ?? ownArgv).map((argument) =>
      argument === "{connection_file}" ? file : argument,
    );
    const child = spawn(command, args, {
      cwd: options.cwd ?? folder,
      env: { ...process.env, CURVLAB_HISTORY: join(folder, "history.jsonl"), ...options.env },
      stdio: ["ignore", "inherit", "pipe"],
      detached: options.leadsGroup ?? false,
    });
    return new KernelClient(info, folder, child);
  }

  /** A subscription takes a moment: asks until the answer is also heard on iopub. */
  async #untilHeard(): Promise<void> {
    for (;;) {
      const id = await this.send("shell", "kernel_info_request", {});
      await this.wait((m) => m.parentId === id && m.channel === "shell");
      const heard = (m: Received) => m.parentId === id && m.content.execution_state === "idle";
      if (await this.wait(heard, 1000).catch(() => undefined)) return;
    }
  }

  /** Sends, and returns the id of the message. */
  async send<T extends MessageType>(
    channel: SendChannel,
    type: T,
    content: ContentOf[T] | JsonObject,
    buffers: readonly Uint8Array[] = [],
  ): Promise<string> {
    const message = createMessage(type, content as ContentOf[T], {
      session: this.session,
      buffers,
    });
    await this.#connection.send(channel, message as Message);
    return message.header.msg_id;
  }

  async request<T extends MessageType>(
    type: T,
    content: ContentOf[T] | JsonObject,
    { channel = "shell" as SendChannel, timeout = 60_000 } = {},
  ): Promise<Outcome> {
    return this.outcome(await this.send(channel, type, content), timeout);
  }

  execute(code: string, options: JsonObject = {}, timeout?: number): Promise<Outcome> {
    return this.request("execute_request", executeRequest(code, options), { timeout });
  }

  /** The reply to a message and its output, once its idle status has come. */
  async outcome(msgId: string, timeout = 60_000): Promise<Outcome> {
    const of = (message: Received) => message.parentId === msgId;
    const isReply = (m: Received) => of(m) && m.channel !== "iopub" && m.type.endsWith("_reply");
    const isIdle = (m: Received) =>
      of(m) && m.type === "status" && m.content.execution_state === "idle";
    const reply = await this.wait(isReply, timeout);
    await this.wait(isIdle, timeout);
    return { reply, iopub: this.messages.filter((m) => of(m) && m.channel === "iopub") };
  }

  /** The first message, received already or to come, that fits. */
  async wait(fits: (message: Received) => boolean, timeout = 60_000): Promise<Received> {
    const found = this.messages.find(fits);
    if (found) return found;
    return new Promise((resolve, reject) => {
      let at = this.messages.length;
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        this.process.off("exit", onExit);
      };
      const look = () => {
        for (; at < this.messages.length; at++) {
          const message = this.messages[at]!;
          if (!fits(message)) continue;
          finish();
          resolve(message);
          return;
        }
      };
      const fail = (why: string) => {
        finish();
        const last = this.messages.slice(-5).map((m) => `${m.type} ${JSON.stringify(m.content)}`);
        reject(new Error(`${why}\nstderr: ${this.stderr}\nlast: ${last.join("\n")}`));
      };
      const onExit = () => fail("the kernel's process has ended");
      const timer = setTimeout(() => fail(`nothing that fits came in ${timeout} ms`), timeout);
      this.#waiters.add(look);
      this.process.once("exit", onExit);
      if (this.process.exitCode !== null) onExit();
      else look();
    });
  }

  heartbeat(timeoutMs = 1000): Promise<boolean> {
    return this.#connection.heartbeat(timeoutMs);
  }

  get exited(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      return Promise.resolve(this.process.exitCode);
    }
    return new Promise((resolve) => this.process.once("exit", (code) => resolve(code)));
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await this.send("control", "shutdown_request", { restart: false });
      const timer = setTimeout(() => this.process.kill("SIGKILL"), 5000);
      await this.exited;
      clearTimeout(timer);
    }
    this.#connection.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const executeRequest = (code: string, options: JsonObject = {}): JsonObject => ({
  code,
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: true,
  ...options,
});

/** The text of one stream. */
export const streamText = ({ iopub }: Outcome, name: "stdout" | "stderr" = "stdout"): string =>
  iopub
    .filter((m) => m.type === "stream" && m.content.name === name)
    .map((m) => m.content.text)
    .join("");

/** The iopub messages of one type. */
export const ofType = ({ iopub }: Outcome, type: MessageType): readonly Received[] =>
  iopub.filter((message) => message.type === type);

/** The `text/plain` of the execute_result, or undefined. */
export function resultText({ iopub }: Outcome): string | undefined {
  const result = iopub.find((m) => m.type === "execute_result");
  return (result?.content.data as Record<string, string> | undefined)?.["text/plain"];
}

function received(channel: string, message: PackedMessage): Received {
  const json = (frame: Uint8Array) =>
    JSON.parse(Buffer.from(frame).toString()) as Record<string, never>;
  const header = json(message.header);
  return {
    channel,
    type: String(header.msg_type),
    msgId: String(header.msg_id),
    session: String(header.session),
    parentId: json(message.parentHeader).msg_id,
    content: json(message.content),
    metadata: json(message.metadata),
    buffers: message.buffers.map((buffer) => Uint8Array.from(buffer)),
    topic: Buffer.from(message.identities[0] ?? []).toString(),
  };
}
