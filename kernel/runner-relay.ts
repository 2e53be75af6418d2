/**
 * From the runner to the clients: each message of a cell becomes a message of the protocol, with the
 * request that the cell answers as its parent.
 */
import type { ExecutionQueue } from "./execution.js";
import type { CommRegistry } from "./protocol/comms.js";
import { createMessage, type ParentHeader } from "./protocol/messages.js";
import type { Publisher } from "./protocol/publisher.js";
import type { KernelSockets } from "./protocol/sockets.js";
import type { RunnerMessage } from "./runner-thread.js";

export interface RelayContext {
  readonly sockets: KernelSockets;
  readonly publisher: Publisher;
  readonly executions: ExecutionQueue;
  readonly comms: CommRegistry;
}

type Of<T extends RunnerMessage["type"]> = Extract<RunnerMessage, { readonly type: T }>;

export class RunnerRelay {
  readonly #context: RelayContext;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  send(message: RunnerMessage): void {
    const { executions, publisher } = this.#context;
    const execution = executions.find(message.cell);
    const parent = execution?.header ?? {};
    if (message.type === "comm") {
      this.#comm(message, parent);
      return;
    }
    if (message.type === "input-request") {
      if (execution) this.#ask(message, execution.header, execution.identities);
      return;
    }
    if (execution?.content.silent) return;
    switch (message.type) {
      case "stream":
        publisher.stream(message.name, message.text, parent);
        return;
      case "clear":
        publisher.publish("clear_output", { wait: message.wait }, parent);
        return;
      case "display":
        this.#display(message, parent);
    }
  }

  #ask(
    { prompt, password }: Of<"input-request">,
    parent: ParentHeader,
    identities: readonly Uint8Array[],
  ): void {
    const { sockets, publisher } = this.#context;
    publisher.flush();
    const options = { session: sockets.session, parent };
    const request = createMessage("input_request", { prompt, password }, options);
    void sockets.reply("stdin", identities, request);
  }

  #display({ bundle, displayId, update }: Of<"display">, parent: ParentHeader): void {
    const { publisher } = this.#context;
    if (update && displayId !== undefined) {
      const transient = { display_id: displayId };
      publisher.publish("update_display_data", { ...bundle, transient }, parent);
      return;
    }
    const transient = displayId === undefined ? {} : { display_id: displayId };
    publisher.publish("display_data", { ...bundle, transient }, parent);
  }

  #comm(
    { event, commId, target, data, metadata, buffers }: Of<"comm">,
    parent: ParentHeader,
  ): void {
    const { comms, publisher } = this.#context;
    const options = { metadata, buffers };
    if (event === "open") {
      comms.open(commId, target);
      const content = { comm_id: commId, target_name: target, data };
      publisher.publish("comm_open", content, parent, options);
      return;
    }
    if (event === "close") comms.close(commId);
    const type = event === "close" ? "comm_close" : "comm_msg";
    publisher.publish(type, { comm_id: commId, data }, parent, options);
  }
}
