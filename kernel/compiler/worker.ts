/** The compiler thread: answers the protocol thread's calls, one at a time. */
import { workerData } from "node:worker_threads";
import { serve } from "../threads.js";
import { type CompileRequest, type CompileResult, Compiler } from "./compiler.js";
import { type Completions, complete } from "./complete.js";
import type { Folders } from "./host.js";
import { type Inspection, inspect } from "./inspect.js";
import { type Completeness, isComplete } from "./is-complete.js";
import { CellLanguageService } from "./language-service.js";

export interface CompilerCalls {
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

let languageService: CellLanguageService | undefined;
const service = () => {
  languageService ??= new CellLanguageService(compiler);
  return languageService;
};

const IDLE_MS = 300;
let preparing: NodeJS.Timeout | undefined;
/** Looks at new libraries for completion in an idle moment, before somebody waits for it. */
const prepareService = () => {
  clearTimeout(preparing);
  preparing = setTimeout(() => service().open(""), IDLE_MS).unref();
};
prepareService();

serve<CompilerCalls>({
  compile: (request) => {
    const result = compiler.compile(request);
    if (result.ok && result.cell.imports.length > 0) prepareService();
    return result;
  },
  commit: (defined) => compiler.commit(defined),
  complete: ({ source, cursor }) => complete(service(), source, cursor),
  inspect: ({ source, cursor, detail }) => inspect(service(), source, cursor, detail),
  isComplete: (source) => isComplete(source),
  reset: () => compiler.reset(),
});
