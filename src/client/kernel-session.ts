/**
 * One kernel on a server, started for one notebook and shut down with it.
 *
 * A request ends with the kernel's reply *and* its return to idle, since outputs arrive on another
 * channel than the reply. Everything that can end it otherwise (the kernel dies, the connection is
 * lost) rejects, so that no caller waits for a message that cannot come.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  KernelManager,
  type KernelMessage,
  ServerConnection,
  type Session,
  SessionManager,
} from "@jupyterlab/services";
import type { JsonObject } from "../document/json.js";
import { explain, type ServerConnectionSettings } from "./connect.js";
import type { OutputMessage } from "./output-log.js";

/** The kernel is gone, and with it the state of the notebook. */
export class KernelDied extends Error {
  override readonly name = "KernelDied";
}

export interface ExecuteReply {
  readonly status: "ok" | "error" | "aborted";
  readonly executionCount: number | null;
  readonly ename: string;
  readonly evalue: string;
}

export type MessageListener = (parentId: string, message: OutputMessage) => void;

export class KernelSession {
  /** Called for every IOPub message that belongs to a request of this session. */
  onMessage: MessageListener = () => {};
  private readonly gone: Promise<never>;

  private constructor(
    /** How the server calls this kernel, as a notebook records it. */
    readonly kernelspec: JsonObject,
    private readonly session: Session.ISessionConnection,
    private readonly managers: { dispose(): void }[],
  ) {
    this.gone = new Promise((_, reject) => {
      const { kernel } = session;
      if (kernel === null) return reject(new KernelDied("the server started no kernel"));
      kernel.statusChanged.connect((_, status) => {
        if (status === "dead" || status === "restarting" || status === "autorestarting") {
          reject(new KernelDied("the kernel died"));
        }
      });
      kernel.connectionStatusChanged.connect((_, status) => {
        if (status === "disconnected")
          reject(new KernelDied("the connection to the server was lost"));
      });
      kernel.iopubMessage.connect((_, message) => {
        const parent = message.parent_header;
        if (!("msg_id" in parent) || parent.session !== kernel.clientId) return;
        this.onMessage(parent.msg_id, {
          type: message.header.msg_type,
          content: message.content as unknown as JsonObject,
        });
      });
    });
    this.gone.catch(() => {});
  }

  /** `path` names the notebook to the server, which starts the kernel in its folder. */
  static async start(
    server: ServerConnectionSettings,
    options: { readonly path: string; readonly kernelName: string },
  ): Promise<KernelSession> {
    const serverSettings = server.settings;
    const kernelManager = new KernelManager({ serverSettings, standby: "never" });
    const sessionManager = new SessionManager({ serverSettings, kernelManager, standby: "never" });
    const managers = [sessionManager, kernelManager];
    try {
      const session = await sessionManager.startNew({
        path: options.path,
        name: options.path.split("/").at(-1) ?? "",
        type: "notebook",
        kernel: { name: options.kernelName },
      });
      const spec = server.kernels.get(options.kernelName);
      const kernelspec = {
        name: options.kernelName,
        display_name: spec?.displayName ?? options.kernelName,
        language: spec?.language ?? "",
      };
      return new KernelSession(kernelspec, session, managers);
    } catch (error) {
      for (const manager of managers) manager.dispose();
      throw explain(server.url, error);
    }
  }

  /** What the kernel says of its language, to be kept in the notebook. */
  async languageInfo(): Promise<JsonObject> {
    const info = await Promise.race([this.kernel.info, this.gone]);
    return info.language_info as unknown as JsonObject;
  }

  /** Executes one cell; `onSent` gets the request's id before any message of it arrives. */
  async execute(code: string, onSent: (requestId: string) => void): Promise<ExecuteReply> {
    const future = this.kernel.requestExecute({
      code,
      allow_stdin: false,
      stop_on_error: false,
      store_history: true,
    });
    onSent(future.msg.header.msg_id);
    const reply = await Promise.race([future.done, this.gone]);
    return readReply(reply.content);
  }

  async interrupt(): Promise<void> {
    await this.kernel.interrupt();
  }

  /** Ends the kernel and the connection; never throws, since it runs after failures too. */
  async shutdown(): Promise<void> {
    await this.untilSettled();
    // A server that is restarting a dead kernel may fail to end it, until the restart is done.
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        await this.session.shutdown();
        break;
      } catch (error) {
        const response =
          error instanceof ServerConnection.ResponseError ? error.response : undefined;
        if (response === undefined || response.status < 500) break;
        await sleep(300);
      }
    }
    this.session.dispose();
    for (const manager of this.managers) manager.dispose();
  }

  /** After an automatic restart the library reconnects, and rejects unheard if disposed before. */
  private async untilSettled(): Promise<void> {
    const { kernel } = this.session;
    for (let i = 0; i < 50 && kernel?.connectionStatus === "connecting"; i++) await sleep(100);
  }

  private get kernel() {
    const { kernel } = this.session;
    if (kernel === null) throw new KernelDied("the kernel died");
    return kernel;
  }
}

function readReply(content: KernelMessage.IExecuteReplyMsg["content"]): ExecuteReply {
  const executionCount = content.execution_count ?? null;
  return content.status === "error"
    ? { status: "error", executionCount, ename: content.ename, evalue: content.evalue }
    : { status: content.status === "ok" ? "ok" : "aborted", executionCount, ename: "", evalue: "" };
}
