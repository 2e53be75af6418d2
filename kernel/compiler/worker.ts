/** The compiler thread: answers the protocol thread's calls, one at a time. */
import { type MessagePort, workerData } from "node:worker_threads";
import type { RunOptions, RunRequest } from "../runner/protocol.js";
import { serve } from "../threads.js";
import { type CompileRequest, Compiler } from "./compiler.js";
import { type Completions, complete } from "./complete.js";
import type { CellDiagnostic } from "./diagnostics.js";
import type { Folders } from "./host.js";
import { type Inspection, inspect } from "./inspect.js";
import { type Completeness, isComplete } from "./is-complete.js";
import { CellLanguageService } from "./language-service.js";
import { Preparations } from "./preparations.js";

type Handed =
  | { readonly ok: true }
  | { readonly ok: false; readonly diagnostics: readonly CellDiagnostic[] };

export interface CompilerCalls {
  /** Compiled cells go to the runner by this port from now on. */
  connect(runner: MessagePort): void;
  /** Hands the cell to the runner, unless it is wrong. */
  compile(request: CompileRequest & RunOptions): Handed;
  commit(defined: readonly string[] | undefined): void;
  complete(request: { readonly source: string; readonly cursor: number }): Completions;
  inspect(request: {
    readonly source: string;
    readonly cursor: number;
    readonly detail: 0 | 1;
  }): Inspection | undefined;
  isComplete(source: string): Completeness;
  /** Forgets all cells: the runner has started anew. */
  reset(): void;
}

const compiler = new Compiler(workerData as Folders);
// The libraries are read now, not when the first cell waits for them.
compiler.compile({ source: "0", name: "" });
compiler.reset();
const service = new CellLanguageService(compiler);

const preparations = new Preparations(compiler, service);
let runner: MessagePort | undefined;
/** The cell that the runner has now. */
let running = "";

serve<CompilerCalls>({
  connect: (port) => {
    runner = port;
  },
  compile: ({ cell, allowStdin, silent, ...request }) => {
    preparations.beginCells();
    const { source, name } = request;
    running = source;
    const compiled = compiler.compile(request);
    if (!compiled.ok) return compiled;
    const program = compiled.cell;
    runner?.postMessage({ cell, name, source, program, allowStdin, silent } satisfies RunRequest);
    return { ok: true };
  },
  commit: (defined) => {
    compiler.commit(defined);
    preparations.endCell(defined ? "" : running);
  },
  complete: ({ source, cursor }) => {
    preparations.postpone();
    return complete(service, source, cursor);
  },
  inspect: ({ source, cursor, detail }) => {
    preparations.postpone();
    return inspect(service, source, cursor, detail);
  },
  isComplete: (source) => isComplete(source),
  reset: () => {
    preparations.reset();
    compiler.reset();
  },
});
