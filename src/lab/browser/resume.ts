/**
 * A cell goes on showing its output after the page was reloaded while it ran.
 *
 * JupyterLab knows the requests of this page only. The server names the cell on the messages of an
 * execution whose page has gone (`metadata.curvlab.cellId` of its `execute_input`); here the messages
 * that follow are handed to that cell as if it had asked itself.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { CodeCell } from "@jupyterlab/cells";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { ResumedExecution } from "./resumed-execution.js";

export const resumePlugin: JupyterFrontEndPlugin<void> = {
  id: "curvlab:resume",
  description: "Fills the cells that run on while the page was reloaded.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.widgetAdded.connect((_, panel) => {
      const { sessionContext } = panel;
      const resumed = new Map<string, ResumedExecution>();
      sessionContext.iopubMessage.connect((_, message) => {
        const kernel = sessionContext.session?.kernel;
        if (kernel) follow(panel, kernel, resumed, message as KernelMessage.IIOPubMessage);
      });
    });
  },
};

function follow(
  panel: NotebookPanel,
  kernel: Kernel.IKernelConnection,
  resumed: Map<string, ResumedExecution>,
  message: KernelMessage.IIOPubMessage,
): void {
  const parent = message.parent_header;
  if (!("msg_id" in parent)) return;
  const execution = resumed.get(parent.msg_id) ?? begin(panel, kernel, message);
  if (execution === undefined) return;
  resumed.set(parent.msg_id, execution);
  execution.take(message);
  if (execution.isDone) resumed.delete(parent.msg_id);
}

/** The execution that this message opens, if it is one of a cell here that has lost its page. */
function begin(
  panel: NotebookPanel,
  kernel: Kernel.IKernelConnection,
  message: KernelMessage.IIOPubMessage,
): ResumedExecution | undefined {
  if (message.header.msg_type !== "execute_input") return undefined;
  const { curvlab } = message.metadata as { curvlab?: { cellId?: string } };
  const cell = panel.content.widgets.find((widget) => widget.model.id === curvlab?.cellId);
  return cell instanceof CodeCell ? new ResumedExecution(cell, kernel, message) : undefined;
}
