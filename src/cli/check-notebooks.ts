/**
 * What `curvlab check` does: read every notebook, hold it to the rules, and perhaps run it again.
 *
 * A notebook that cannot be read is a problem of that notebook and does not hide the others'.
 */
import type { Execution } from "../client/execute-notebook.js";
import { toleranceOf } from "../document/chapter.js";
import { checkNotebook, type Problem } from "../document/check-notebook.js";
import { compareOutputs } from "../document/compare-outputs.js";
import { formatNotebook } from "../document/format-notebook.js";
import type { Notebook } from "../document/notebook.js";
import { describeFailedCell, executeSources, type Source } from "./execute-sources.js";
import { Failure, Interrupted, Reported, UsageError } from "./failure.js";
import { interruptible } from "./interrupt.js";
import { readNotebook, readText } from "./notebook-file.js";
import { Progress } from "./progress.js";

export interface CheckOptions {
  readonly execute?: boolean;
  readonly rtol?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

interface Checked {
  readonly notebook: string;
  readonly problems: Problem[];
}

export async function checkNotebooks(
  paths: readonly string[],
  options: CheckOptions,
): Promise<void> {
  const checked: Checked[] = [];
  const readable: Source[] = [];
  for (const path of new Set(paths)) {
    const { problems, notebook } = await checkFile(path);
    checked.push({ notebook: path, problems });
    if (notebook !== undefined) readable.push({ path, notebook });
  }
  if (options.execute) await checkRuns(readable, checked, options);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ notebooks: checked }, null, 2)}\n`);
  } else {
    for (const { notebook, problems } of checked) {
      if (problems.length === 0) process.stdout.write(`${notebook}: ok\n`);
      for (const { place, message } of problems) {
        process.stdout.write(`${notebook}: ${place === "" ? "" : `${place}: `}${message}\n`);
      }
    }
  }
  if (checked.some(({ problems }) => problems.length > 0)) throw new Reported();
}

async function checkFile(path: string): Promise<{ problems: Problem[]; notebook?: Notebook }> {
  const text = await readText(path);
  try {
    const notebook = await readNotebook(path);
    const problems = checkNotebook(notebook);
    if (text !== formatNotebook(notebook)) {
      const message = "is not written as Jupyter writes it; curvlab run --in-place mends that";
      problems.push({ place: "", message });
    }
    return { problems, notebook };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof UsageError) throw error;
    return { problems: [{ place: "", message: error.message.replace(`${path} `, "") }] };
  }
}

async function checkRuns(
  sources: readonly Source[],
  checked: readonly Checked[],
  options: CheckOptions,
): Promise<void> {
  const progress = new Progress(process.stderr);
  const settings = {
    jobs: 1,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  };
  const aborted = await interruptible(async (signal) => {
    await executeSources(sources, settings, { progress, signal }, async (source, outcome) => {
      const problems = checked.find(({ notebook }) => notebook === source.path)?.problems ?? [];
      if ("notStarted" in outcome) problems.push({ place: "", message: outcome.notStarted });
      else problems.push(...compareRuns(source, outcome, options));
    });
    return signal.aborted;
  });
  if (aborted) throw new Interrupted("check: interrupted");
}

function compareRuns(source: Source, execution: Execution, options: CheckOptions): Problem[] {
  const failures = execution.failures.map((failure) => ({
    place: `cells[${failure.index}]`,
    message: describeFailedCell(source.path, failure),
  }));
  if (failures.length > 0) return failures;
  return source.notebook.cells.flatMap((cell, index) => {
    const again = execution.notebook.cells[index];
    const ran = cell.type === "code" && cell.executionCount !== null;
    if (!ran || again?.type !== "code") return [];
    const { rtol, atol } = toleranceOf(source.notebook, index);
    const tolerance = { rtol: options.rtol ?? rtol, atol };
    const found = compareOutputs(cell.outputs, again.outputs, tolerance);
    if (found === undefined) return [];
    const message = `saved ${JSON.stringify(found.before)}, a new run gave ${JSON.stringify(found.after)}`;
    return [{ place: `cells[${index}].${found.place}`, message }];
  });
}
