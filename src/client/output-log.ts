/**
 * Kernel messages → the outputs of each cell, as JupyterLab's output area collects them.
 *
 * Consecutive pieces of one stream merge; `clear_output(wait)` empties the cell when the next output
 * comes; `update_display_data` replaces every output shown under its display id, in whichever cell,
 * and adds none. Message times and transient data are not kept, so that the same run gives the same
 * outputs. Source: "Messaging in Jupyter", the IOPub channel.
 */
import type { JsonObject, JsonValue } from "../document/json.js";
import type { Output } from "../document/notebook.js";
import { readOutput } from "../document/parse-notebook.js";
import { StreamText } from "./stream-text.js";

/** An IOPub message, as far as outputs are concerned. */
export interface OutputMessage {
  readonly type: string;
  readonly content: JsonObject;
}

/** A stream still grows; every other entry is an output already. */
type Entry = { readonly stream: string; readonly text: StreamText } | { output: Output };

interface CellLog {
  entries: Entry[];
  /** Set by `clear_output(wait=true)` until the next output arrives. */
  clearNext: boolean;
}

export class OutputLog {
  private readonly cells = new Map<number, CellLog>();
  private readonly displays = new Map<string, { output: Output }[]>();

  /** Takes one message of the cell with this index; ignores what is no output. */
  add(cellIndex: number, message: OutputMessage): void {
    const { type, content } = message;
    switch (type) {
      case "stream":
        this.addStream(this.cell(cellIndex), String(content.name), String(content.text));
        break;
      case "display_data":
      case "execute_result":
      case "error":
        this.addOutput(this.cell(cellIndex), type, content);
        break;
      case "update_display_data":
        this.updateDisplays(content);
        break;
      case "clear_output": {
        const cell = this.cell(cellIndex);
        if (content.wait === true) cell.clearNext = true;
        else clear(cell);
        break;
      }
    }
  }

  outputsOf(cellIndex: number): Output[] {
    return this.cell(cellIndex).entries.map((entry) =>
      "stream" in entry
        ? { type: "stream", name: entry.stream, text: entry.text.text }
        : entry.output,
    );
  }

  /** The last line that the cell has printed, for a progress display; "" without any. */
  lastLineOf(cellIndex: number): string {
    const entry = this.cell(cellIndex).entries.at(-1);
    if (entry === undefined || !("stream" in entry)) return "";
    return entry.text.text.trimEnd().split("\n").at(-1) ?? "";
  }

  private addStream(cell: CellLog, name: string, text: string): void {
    clearIfPending(cell);
    const last = cell.entries.at(-1);
    if (last !== undefined && "stream" in last && last.stream === name) {
      last.text.append(text);
      return;
    }
    const stream = new StreamText();
    stream.append(text);
    cell.entries.push({ stream: name, text: stream });
  }

  private addOutput(cell: CellLog, type: string, content: JsonObject): void {
    clearIfPending(cell);
    const entry = { output: toOutput(type, content) };
    cell.entries.push(entry);
    const displayId = displayIdOf(content);
    if (displayId === undefined) return;
    this.displays.set(displayId, [...(this.displays.get(displayId) ?? []), entry]);
  }

  private updateDisplays(content: JsonObject): void {
    const update = toOutput("display_data", content);
    if (update.type !== "display_data") return;
    for (const entry of this.displays.get(displayIdOf(content) ?? "") ?? []) {
      const { output } = entry;
      if (output.type !== "display_data" && output.type !== "execute_result") continue;
      entry.output = { ...output, data: update.data, metadata: update.metadata };
    }
  }

  private cell(index: number): CellLog {
    let cell = this.cells.get(index);
    if (cell === undefined) {
      cell = { entries: [], clearNext: false };
      this.cells.set(index, cell);
    }
    return cell;
  }
}

function clear(cell: CellLog): void {
  cell.entries = [];
  cell.clearNext = false;
}

function clearIfPending(cell: CellLog): void {
  if (cell.clearNext) clear(cell);
}

function displayIdOf(content: JsonObject): string | undefined {
  const transient = content.transient as JsonObject | undefined;
  const id = transient?.display_id;
  return typeof id === "string" ? id : undefined;
}

function toOutput(type: string, content: JsonObject): Output {
  const { data = {}, metadata = {}, ename, evalue, traceback } = content;
  const fields: JsonObject =
    type === "error"
      ? { ename: ename ?? "", evalue: evalue ?? "", traceback: traceback ?? [] }
      : { data, metadata };
  const count: JsonObject =
    type === "execute_result" ? { execution_count: content.execution_count as JsonValue } : {};
  return readOutput({ output_type: type, ...fields, ...count }, `the kernel's ${type} message`);
}
