/**
 * Runs a notebook's code cells in order on a kernel and returns it with their outputs.
 *
 * The input is never changed. Execution stops at the first cell that raises (unless errors are
 * allowed, for all cells or by the tag `raises-exception`), times out or loses its kernel; what ran
 * before keeps its outputs, what did not has none. As in JupyterLab, a cell of spaces is not sent.
 */
import type { JsonObject, JsonValue } from "../document/json.js";
import type { CodeCell, Notebook } from "../document/notebook.js";
import { type ExecuteReply, KernelDied, type KernelSession } from "./kernel-session.js";
import { OutputLog } from "./output-log.js";

export interface ExecuteOptions {
  readonly allowErrors?: boolean;
  /** Seconds that one cell may take; without it, any time. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** `cell` counts code cells that run, from 1; `index` is the place in the notebook, from 0. */
export interface CellPlace {
  readonly cell: number;
  readonly of: number;
  readonly index: number;
}

export type ProgressEvent =
  | (CellPlace & { readonly type: "start"; readonly source: string })
  | (CellPlace & { readonly type: "output"; readonly line: string })
  | (CellPlace & { readonly type: "end"; readonly seconds: number; readonly failed: boolean });

export type CellFailure = CellPlace & {
  readonly firstLine: string;
} & (
    | { readonly type: "error"; readonly ename: string; readonly evalue: string }
    | { readonly type: "timeout"; readonly seconds: number }
    | { readonly type: "died"; readonly reason: string }
    | { readonly type: "interrupted" }
  );

export interface Execution {
  readonly notebook: Notebook;
  readonly seconds: number;
  /** Cells that ran to their end, also those that raised. */
  readonly executed: number;
  /** In order; the last one stopped the run unless errors were allowed. */
  readonly failures: readonly CellFailure[];
}

export async function executeNotebook(
  notebook: Notebook,
  session: KernelSession,
  options: ExecuteOptions = {},
): Promise<Execution> {
  return new NotebookRun(notebook, session, options).run();
}

/** How long an interrupted kernel may take to answer before the cell is given up. */
const interruptGrace = 10_000;
const interruptPeriod = 1_000;

class NotebookRun {
  private readonly log = new OutputLog();
  private readonly counts = new Map<number, number | null>();
  private readonly cellOfRequest = new Map<string, number>();
  private readonly failures: CellFailure[] = [];
  private readonly places: readonly CellPlace[];
  private current: CellPlace | undefined;

  constructor(
    private readonly notebook: Notebook,
    private readonly session: KernelSession,
    private readonly options: ExecuteOptions,
  ) {
    const indices = notebook.cells.flatMap((cell, index) => (runs(cell) ? [index] : []));
    this.places = indices.map((index, i) => ({ cell: i + 1, of: indices.length, index }));
    session.onMessage = (requestId, message) => {
      const index = this.cellOfRequest.get(requestId);
      if (index === undefined) return;
      this.log.add(index, message);
      this.reportLine(index);
    };
  }

  async run(): Promise<Execution> {
    const start = performance.now();
    let executed = 0;
    const languageInfo = await this.session.languageInfo();
    for (const place of this.places) {
      const failure = await this.runCell(place);
      if (failure?.type !== "died" && failure?.type !== "interrupted") executed++;
      if (failure !== undefined) {
        this.failures.push(failure);
        if (!this.goesOn(failure)) break;
      }
    }
    return {
      notebook: this.result(languageInfo),
      seconds: (performance.now() - start) / 1000,
      executed,
      failures: this.failures.filter((failure) => !this.isExpected(failure)),
    };
  }

  private async runCell(place: CellPlace): Promise<CellFailure | undefined> {
    const { source } = this.notebook.cells[place.index] as CodeCell;
    const start = performance.now();
    this.current = place;
    this.options.onProgress?.({ type: "start", ...place, source });
    const ending = await this.execute(place.index, source);
    const failure =
      ending === undefined ? undefined : { ...place, firstLine: firstLineOf(source), ...ending };
    const seconds = (performance.now() - start) / 1000;
    this.options.onProgress?.({ type: "end", ...place, seconds, failed: failure !== undefined });
    return failure;
  }

  private async execute(index: number, source: string): Promise<Ending | undefined> {
    const reply = this.session.execute(source, (id) => this.cellOfRequest.set(id, index));
    const watch = new Watch(this.options);
    try {
      const first = await Promise.race([reply, watch.ended]);
      if (first === "interrupted") return { type: "interrupted" };
      if (first === "timeout") return await this.interruptAfterTimeout(index, reply);
      this.counts.set(index, first.executionCount);
      return first.status === "error"
        ? { type: "error", ename: first.ename, evalue: first.evalue }
        : undefined;
    } catch (error) {
      if (error instanceof KernelDied) return { type: "died", reason: error.message };
      throw error;
    } finally {
      watch.stop();
      reply.catch(() => {});
    }
  }

  /** Again and again: a kernel that is still compiling or starting may take no interrupt. */
  private async interruptAfterTimeout(
    index: number,
    reply: Promise<ExecuteReply>,
  ): Promise<Ending> {
    for (let waited = 0; waited < interruptGrace; waited += interruptPeriod) {
      await this.session.interrupt();
      const pause = new Watch({ timeout: interruptPeriod / 1000 });
      const answer = await Promise.race([reply, pause.ended]).finally(() => pause.stop());
      if (typeof answer === "string") continue;
      this.counts.set(index, answer.executionCount);
      break;
    }
    return { type: "timeout", seconds: this.options.timeout ?? 0 };
  }

  private goesOn(failure: CellFailure): boolean {
    return (
      failure.type === "error" && (this.options.allowErrors === true || this.isExpected(failure))
    );
  }

  private isExpected(failure: CellFailure): boolean {
    const { metadata } = this.notebook.cells[failure.index] as CodeCell;
    return failure.type === "error" && hasTag(metadata, "raises-exception");
  }

  private reportLine(index: number): void {
    const line = this.log.lastLineOf(index);
    if (line === "" || this.current?.index !== index) return;
    this.options.onProgress?.({ type: "output", ...this.current, line });
  }

  private result(languageInfo: JsonObject): Notebook {
    const cells = this.notebook.cells.map((cell, index) =>
      cell.type === "code" && !hasTag(cell.metadata, "skip-execution")
        ? {
            ...cell,
            metadata: withoutTimes(cell.metadata),
            executionCount: this.counts.get(index) ?? null,
            outputs: this.log.outputsOf(index),
          }
        : cell,
    );
    const { kernelspec } = this.session;
    return {
      metadata: { ...this.notebook.metadata, kernelspec, language_info: languageInfo },
      cells,
    };
  }
}

type Ending =
  | { readonly type: "error"; readonly ename: string; readonly evalue: string }
  | { readonly type: "timeout"; readonly seconds: number }
  | { readonly type: "died"; readonly reason: string }
  | { readonly type: "interrupted" };

/** Settles when the time is over or the signal aborts; `stop` frees the timer and the listener. */
class Watch {
  readonly ended: Promise<"timeout" | "interrupted">;
  stop: () => void = () => {};

  constructor(options: { readonly timeout?: number; readonly signal?: AbortSignal }) {
    this.ended = new Promise((resolve) => {
      const { timeout, signal } = options;
      const timer =
        timeout === undefined ? undefined : setTimeout(() => resolve("timeout"), timeout * 1000);
      const abort = () => resolve("interrupted");
      if (signal?.aborted === true) abort();
      signal?.addEventListener("abort", abort);
      this.stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
    });
  }
}

function runs(cell: Notebook["cells"][number]): boolean {
  return (
    cell.type === "code" && cell.source.trim() !== "" && !hasTag(cell.metadata, "skip-execution")
  );
}

function hasTag(metadata: JsonObject, tag: string): boolean {
  return Array.isArray(metadata.tags) && metadata.tags.includes(tag as JsonValue);
}

/** The times that JupyterLab may have recorded are those of another run. */
function withoutTimes(metadata: JsonObject): JsonObject {
  if (!("execution" in metadata)) return metadata;
  const { execution: _, ...rest } = metadata;
  return rest;
}

function firstLineOf(source: string): string {
  const line = source.split("\n").find((text) => text.trim() !== "") ?? "";
  return line.trim().length > 60 ? `${line.trim().slice(0, 59)}…` : line.trim();
}
