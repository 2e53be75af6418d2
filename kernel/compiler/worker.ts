/** The compiler thread: answers the protocol thread's calls, one at a time. */
import { workerData } from "node:worker_threads";
import { serve } from "../threads.js";
import { type CompileRequest, type CompileResult, Compiler } from "./compiler.js";
import { type Completions, complete } from "./complete.js";
import type { Folders } from "./host.js";
import { type Inspection, inspect } from "./inspect.js";
import { type Completeness, isComplete } from "./is-complete.js";
import { CellLanguageService } from "./language-service.js";
import { Preparations } from "./preparations.js";

export interface CompilerCalls {
  /** Prepares for cells that import these packages. */
  expect(specifiers: readonly string[]): void;
  compile(request: CompileRequest): CompileResult;
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
/** The cell that the runner has now. */
let running = "";

serve<CompilerCalls>({
  expect: (specifiers) => preparations.expect(specifiers),
  compile: (request) => {
    preparations.beginCells();
    running = request.source;
    return compiler.compile(request);
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
