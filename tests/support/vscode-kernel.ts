/**
 * A kernel as Visual Studio Code's Jupyter extension has it, without a server: it starts the process
 * from an installed kernelspec, gives JupyterLab's `KernelConnection` a WebSocket that is really four
 * ZeroMQ sockets, and ends the process by signals, never by a shutdown_request.
 * Source: microsoft/vscode-jupyter, src/kernels/raw (rawSocket, rawKernelConnection, kernelProcess).
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KernelConnection, type KernelMessage, ServerConnection } from "@jupyterlab/services";
import { Dealer, Subscriber } from "zeromq";
import { type ConnectionInfo, endpoint, newConnection } from "../../kernel/protocol/connection.js";
import { decode, type Encodable, encode, Signer } from "../../kernel/protocol/wire.js";

type AnyMessage = KernelMessage.IMessage;
const CHANNELS = ["iopub", "shell", "control", "stdin"] as const;

/** What `KernelConnection` takes for a WebSocket; messages pass as they are, not as text. */
class RawSocket {
  readonly protocol = "";
  binaryType = "";
  onopen: (event: object) => void = () => undefined;
  onmessage: (event: { readonly data: unknown }) => void = () => undefined;
  onclose: (event: object) => void = () => undefined;
  onerror: (event: object) => void = () => undefined;
  readonly #info: ConnectionInfo;
  readonly #signer: Signer;
  readonly #sockets: Record<(typeof CHANNELS)[number], Dealer | Subscriber>;
  #sent: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(info: ConnectionInfo) {
    this.#info = info;
    this.#signer = new Signer(info.key, info.signature_scheme);
    const routingId = randomUUID();
    const limits = { receiveHighWaterMark: 0, maxMessageSize: -1 };
    const dealer = () => new Dealer({ ...limits, routingId, sendHighWaterMark: 0, linger: 0 });
    const iopub = new Subscriber(limits);
    this.#sockets = { iopub, shell: dealer(), control: dealer(), stdin: dealer() };
    for (const channel of CHANNELS) void this.#receive(channel);
    iopub.subscribe();
    setImmediate(() => this.onopen({ target: this }));
  }

  send(message: AnyMessage): void {
    const { parent_header: parentHeader, header, metadata, content, buffers = [] } = message;
    const bytes = buffers.map((b) => (ArrayBuffer.isView(b) ? asBytes(b) : new Uint8Array(b)));
    const parts = { header, parentHeader, metadata, content, buffers: bytes };
    const frames = encode(parts as unknown as Encodable, this.#signer);
    const socket = this.#sockets[message.channel as "shell"] as Dealer;
    this.#sent = this.#sent.then(() => socket.send(frames)).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  async #receive(channel: (typeof CHANNELS)[number]): Promise<void> {
    const socket = this.#sockets[channel];
    socket.connect(endpoint(this.#info, channel));
    for await (const frames of socket) {
      if (this.#closed) return;
      const { header, parentHeader, metadata, content, buffers } = decode(frames, this.#signer);
      const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
      const message = { channel, header, metadata, content, buffers: views };
      this.onmessage({ data: { ...message, parent_header: parentHeader } });
    }
  }
}

const asBytes = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export interface LaunchOptions {
  /** Of the installed kernelspec. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Where the connection file goes, as in Jupyter's runtime folder. */
  readonly runtime: string;
  readonly env: Readonly<Record<string, string>>;
}

export class CodeKernel {
  readonly kernel: KernelConnection;
  readonly process: ChildProcess;
  readonly #connectionFile: string;
  readonly #socket: RawSocket;

  private constructor(info: ConnectionInfo, child: ChildProcess, connectionFile: string) {
    this.process = child;
    this.#connectionFile = connectionFile;
    let socket: RawSocket | undefined;
    const WebSocket = class extends RawSocket {
      constructor() {
        super(info);
        socket = this;
      }
    };
    this.kernel = new KernelConnection({
      serverSettings: ServerConnection.makeSettings({
        wsUrl: "RAW",
        WebSocket: WebSocket as never,
        serializer: { serialize: (m: unknown) => m, deserialize: (m: unknown) => m } as never,
      }),
      clientId: randomUUID(),
      username: randomUUID(),
      handleComms: true,
      model: { id: randomUUID(), name: "curvlab" },
    });
    if (!socket) throw new Error("the connection has made no socket");
    this.#socket = socket;
  }

  static async launch({ argv, cwd, runtime, env }: LaunchOptions): Promise<CodeKernel> {
    const { kernel_name: _, ...ports } = await newConnection();
    const info = { ...ports, version: 1 };
    const file = join(runtime, `kernel-v2-${randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(info));
    const [command = "", ...args] = argv.map((part) => withConnectionFile(part, file));
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: "pipe" });
    child.stdout?.resume();
    child.stderr?.resume();
    const started = new CodeKernel(info, child, file);
    await started.#untilReady();
    return started;
  }

  /** Asks twice at most, 1.5 s each: the reply, and anything on iopub. */
  async #untilReady(): Promise<void> {
    await until(() => this.kernel.connectionStatus === "connected", 60_000);
    let heard = false;
    const listener = () => {
      heard = true;
    };
    this.kernel.iopubMessage.connect(listener);
    for (let attempt = 0; attempt < 2 && !heard; attempt++) {
      await Promise.race([this.kernel.requestKernelInfo(), sleep(1500)]);
      await until(() => heard, 1500).catch(() => undefined);
    }
    this.kernel.iopubMessage.disconnect(listener);
    if (!heard) throw new Error("nothing was heard on iopub");
  }

  /** Children first, then the kernel, by SIGTERM; the connection file goes at the same time. */
  dispose(): Promise<unknown> {
    const { exitCode, signalCode } = this.process;
    const isOver = exitCode !== null || signalCode !== null;
    const exited = new Promise((resolve) => {
      if (isOver) resolve(exitCode);
      else this.process.once("exit", resolve);
    });
    for (const pid of descendants(this.process.pid ?? 0)) kill(pid);
    this.process.kill();
    rmSync(this.#connectionFile, { force: true });
    this.kernel.dispose();
    this.#socket.close();
    return exited;
  }
}

/** Quoted, for a path with blanks, where it is a part of an argument; else as it is. */
function withConnectionFile(argument: string, file: string): string {
  const inArgument = argument.includes("--connection-file") || argument.includes("={conn");
  return argument.replace("{connection_file}", inArgument ? `"${file}"` : file);
}

/** As the npm package pidtree finds them. */
export function descendants(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" }).split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([of, child = 0]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended meanwhile.
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, timeout: number): Promise<void> {
  for (const end = Date.now() + timeout; !holds(); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not so after ${timeout} ms: ${holds}`);
  }
}
