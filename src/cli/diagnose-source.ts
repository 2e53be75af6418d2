/**
 * What `curvlab diagnose` does: run the source on a kernel, with one cell of ours at its end.
 *
 * That cell hands every name that the source declares at its top level to `diagnoseScope`, and shows
 * the report as JSON. A script is a notebook of one cell, so that TypeScript, `import … from "curvlab"`
 * and modules beside it work as they do in a notebook.
 */
import { extname } from "node:path";
import type { Execution } from "../client/execute-notebook.js";
import type { CodeCell, Notebook, Output } from "../document/notebook.js";
import { describeFailedCell, executeSources, type Outcome } from "./execute-sources.js";
import { Failure, Interrupted, UsageError } from "./failure.js";
import { interruptible } from "./interrupt.js";
import { readNotebook, readText } from "./notebook-file.js";
import { Progress } from "./progress.js";
import { topLevelNames, withNamedExports } from "./top-level-names.js";

export interface DiagnoseOptions {
  readonly learningRate?: number;
  readonly loss?: string;
  readonly batchSize?: number;
  readonly examples?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** What the last cell shows; `text` is the report as a person reads it. */
interface Report {
  readonly title: string;
  readonly findings: readonly unknown[];
  readonly text: string;
}

const SCRIPTS = [".ts", ".mts", ".js", ".mjs"];

export async function diagnoseSource(path: string, options: DiagnoseOptions): Promise<void> {
  const notebook = withExamination(await readSource(path), options);
  const progress = new Progress(process.stderr);
  const execution = { jobs: 1, kernel: "curvlab", ...timeoutOf(options) };
  const outcomes = await interruptible(async (signal) => {
    const source = { path, notebook };
    const found = await executeSources(
      [source],
      execution,
      { progress, signal },
      async (_, outcome) => outcome,
    );
    if (signal.aborted) throw new Interrupted("diagnose: interrupted");
    return found;
  });
  const report = reportOf(path, outcomes[0]);
  const { text, ...document } = report;
  process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
}

function timeoutOf({ timeout }: DiagnoseOptions): { timeout?: number } {
  return timeout === undefined ? {} : { timeout };
}

/** The code cells of a notebook, or a script as one; without outputs. */
async function readSource(path: string): Promise<readonly string[]> {
  const kind = extname(path).toLowerCase();
  if (kind === ".ipynb") {
    const { cells } = await readNotebook(path);
    return cells.flatMap((cell) => (cell.type === "code" ? [cell.source] : []));
  }
  if (!SCRIPTS.includes(kind)) {
    throw new UsageError(
      `diagnose: ${path} is neither a notebook (.ipynb) nor a script (${SCRIPTS.join(", ")})`,
    );
  }
  return [withNamedExports(await readText(path))];
}

function withExamination(sources: readonly string[], options: DiagnoseOptions): Notebook {
  const names = sources.flatMap(topLevelNames);
  return { metadata: {}, cells: [...sources, examination(names, options)].map(codeCell) };
}

function codeCell(source: string, index: number): CodeCell {
  const [metadata, executionCount, outputs] = [{}, null, [] as Output[]];
  return { type: "code", id: `cell-${index}`, source, metadata, executionCount, outputs };
}

function examination(names: readonly string[], options: DiagnoseOptions): string {
  const { learningRate, loss, batchSize, examples } = options;
  const given = JSON.stringify({ learningRate, loss, batchSize, examples });
  return [
    `const curvlabReport = await (await import("curvlab")).diagnoseScope(`,
    `  { ${[...new Set(names)].join(", ")} },`,
    // Whether there is such a loss is for `diagnose` to say, which knows them.
    `  ${given} as object,`,
    `);`,
    `({`,
    `  [Symbol.for("Jupyter.display")]: () => ({`,
    `    "application/json": {`,
    `      title: curvlabReport.title, findings: curvlabReport.findings, text: curvlabReport.toString(),`,
    `    },`,
    `    "text/plain": curvlabReport.title,`,
    `  }),`,
    `})`,
  ].join("\n");
}

function reportOf(path: string, outcome: Outcome | undefined): Report {
  if (outcome === undefined) throw new Interrupted("diagnose: interrupted");
  if ("notStarted" in outcome) throw new Failure(`${path}: no kernel: ${outcome.notStarted}`);
  const failure = outcome.failures[0];
  if (failure?.type === "error" && failure.cell === failure.of) {
    throw new Failure(`${path}: ${failure.evalue}`);
  }
  if (failure) throw new Failure(describeFailedCell(path, failure));
  return shownIn(outcome);
}

/** The JSON of our cell, which is the last. */
function shownIn({ notebook }: Execution): Report {
  const last = notebook.cells.at(-1);
  const outputs = last?.type === "code" ? last.outputs : [];
  for (const output of outputs) {
    if (output.type !== "execute_result" && output.type !== "display_data") continue;
    const report: unknown = output.data["application/json"];
    if (isReport(report)) return report;
  }
  throw new Failure(
    "diagnose: the kernel returned no report; curvlab's parts may differ in version",
  );
}

function isReport(value: unknown): value is Report {
  return (
    typeof value === "object" &&
    value !== null &&
    "text" in value &&
    typeof value.text === "string" &&
    "findings" in value &&
    Array.isArray(value.findings)
  );
}
