/**
 * An execution that another page asked for, in the form in which an output area listens to one.
 *
 * It has no reply: the shell's replies went to the page that has gone. It is done with the kernel's
 * "idle", the last message of every execution on iopub.
 */
import type { CodeCell } from "@jupyterlab/cells";
import { type Kernel, KernelMessage } from "@jupyterlab/services";

type Hook = (message: KernelMessage.IIOPubMessage) => boolean | PromiseLike<boolean>;
type Future = Kernel.IShellFuture<KernelMessage.IExecuteRequestMsg, KernelMessage.IExecuteReplyMsg>;

export class ResumedExecution implements Future {
  readonly msg: KernelMessage.IExecuteRequestMsg;
  /** Never settles: there is no reply to come. */
  readonly done = new Promise<KernelMessage.IExecuteReplyMsg>(() => undefined);
  onIOPub: Future["onIOPub"] = () => undefined;
  onReply: Future["onReply"] = () => undefined;
  onStdin: Future["onStdin"] = () => undefined;
  isDisposed = false;
  isDone = false;
  #executionCount: number | null = null;

  constructor(
    private readonly cell: CodeCell,
    private readonly kernel: Kernel.IKernelConnection,
    opening: KernelMessage.IIOPubMessage,
  ) {
    const { code } = opening.content as KernelMessage.IExecuteInputMsg["content"];
    this.msg = {
      channel: "shell",
      content: { code },
      header: opening.parent_header as KernelMessage.IExecuteRequestMsg["header"],
      parent_header: {},
      metadata: {},
    };
    cell.model.trusted = true;
    cell.model.executionState = "running";
    // Clears what the saved notebook shows: the messages tell it again from the start.
    cell.outputArea.future = this;
  }

  take(message: KernelMessage.IIOPubMessage): void {
    if (this.isDisposed || this.cell.isDisposed) {
      this.isDone = true;
      return;
    }
    if (KernelMessage.isExecuteInputMsg(message)) {
      this.#executionCount = message.content.execution_count;
    }
    if (KernelMessage.isStatusMsg(message) && message.content.execution_state === "idle") {
      this.isDone = true;
      this.cell.model.executionState = "idle";
      // Not before: the prompt shows a star until there is a count.
      this.cell.model.executionCount = this.#executionCount;
    }
    void this.onIOPub(message);
  }

  registerMessageHook(_: Hook): void {}

  removeMessageHook(_: Hook): void {}

  sendInputReply(
    content: KernelMessage.IInputReplyMsg["content"],
    parent: KernelMessage.IInputReplyMsg["parent_header"],
  ): void {
    this.kernel.sendInputReply(content, parent);
  }

  /** The output area lets go of it: the cell is run again, or closed. */
  dispose(): void {
    this.isDisposed = true;
  }
}
