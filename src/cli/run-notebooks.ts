/**
 * What `curvlab run` does: read all notebooks, reach a server, execute, write, report.
 *
 * Everything that can be wrong with the command line is found before a kernel starts. A failed
 * notebook is written into --out, with the outputs so far, but never over its source; an interrupted
 * one is written nowhere.
 */
import { basename, join } from "node:path";
import type { CellFailure, Execution } from "../client/execute-notebook.js";
import type { Notebook } from "../document/notebook.js";
import { withStaticFigures } from "../export/with-static-figures.js";
import {
  describeFailedCell,
  type ExecutionOptions,
  executeSources,
  type Outcome,
  type Source,
} from "./execute-sources.js";
import { Failure, Interrupted, Reported, UsageError } from "./failure.js";
import { interruptible } from "./interrupt.js";
import { ensureWritableFolder, readNotebook, writeNotebook } from "./notebook-file.js";
import { Progress } from "./progress.js";

export interface RunOptions extends ExecutionOptions {
  readonly out?: string;
  readonly inPlace?: boolean;
  readonly json?: boolean;
}

interface Task extends Source {
  /** Where the result goes; undefined when it is only to be executed. */
  readonly out: string | undefined;
}

interface Report {
  readonly notebook: string;
  readonly out: string | null;
  readonly ok: boolean;
  readonly cells: number;
  readonly seconds: number;
  readonly failures: readonly (CellFailure | { readonly type: "start"; readonly reason: string })[];
}

export async function runNotebooks(paths: readonly string[], options: RunOptions): Promise<void> {
  const tasks = await readTasks(paths, options);
  const progress = new Progress(process.stderr);
  const { reports, aborted } = await interruptible(async (signal) => {
    const reports = await executeSources(tasks, options, { progress, signal }, (task, outcome) =>
      finish(task, outcome, options, progress),
    );
    return { reports, aborted: signal.aborted };
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ notebooks: reports }, null, 2)}\n`);
  if (aborted) {
    throw new Interrupted("run: interrupted; notebooks that had not ended were not written");
  }
  const failed = reports.filter((report) => !report.ok);
  if (failed.length > 0 && reports.length > 1) {
    throw new Failure(`run: ${failed.length} of ${reports.length} notebooks failed`);
  }
  if (failed.length > 0) throw new Reported();
}

async function readTasks(paths: readonly string[], options: RunOptions): Promise<Task[]> {
  const { out } = options;
  const tasks: Task[] = [];
  for (const path of new Set(paths)) {
    const target =
      out === undefined ? (options.inPlace ? path : undefined) : join(out, basename(path));
    const twin = tasks.find((task) => target !== undefined && task.out === target);
    if (twin !== undefined) {
      throw new UsageError(`run: ${twin.path} and ${path} would both be written to ${target}`);
    }
    tasks.push({ path, notebook: await readNotebook(path), out: target });
  }
  if (out !== undefined) await ensureWritableFolder(out);
  return tasks;
}

async function finish(
  task: Task,
  outcome: Outcome,
  options: RunOptions,
  progress: Progress,
): Promise<Report> {
  const report =
    "notStarted" in outcome
      ? notStarted(task, outcome.notStarted, progress)
      : await writeResult(task, outcome, options, progress);
  if (!options.json) process.stdout.write(summary(report));
  return report;
}

function notStarted(task: Task, reason: string, progress: Progress): Report {
  progress.log(`curvlab: ${task.path}: no kernel: ${reason}`);
  const failures = [{ type: "start", reason } as const];
  return { notebook: task.path, out: null, ok: false, cells: 0, seconds: 0, failures };
}

async function writeResult(
  task: Task,
  { notebook, failures, executed, seconds }: Execution,
  options: RunOptions,
  progress: Progress,
): Promise<Report> {
  const ok = failures.every((failure) => failure.type === "error" && options.allowErrors === true);
  const interrupted = failures.some((failure) => failure.type === "interrupted");
  const keepSource = !ok && options.inPlace === true;
  const out = interrupted || keepSource ? undefined : task.out;
  if (out !== undefined) await writeIllustrated(out, task.path, notebook, progress);
  for (const failure of failures) {
    if (failure.type !== "interrupted") {
      progress.log(`curvlab: ${describeFailedCell(task.path, failure)}`);
    }
  }
  return {
    notebook: task.path,
    out: out ?? null,
    ok,
    cells: executed,
    seconds: Math.round(seconds * 1000) / 1000,
    failures,
  };
}

/** Every figure gets a static picture, so that GitHub and a plain Jupyter show it too. */
async function writeIllustrated(
  out: string,
  path: string,
  executed: Notebook,
  progress: Progress,
): Promise<void> {
  const { notebook, missing } = await withStaticFigures(executed);
  for (const { index, reason } of missing) {
    progress.log(`curvlab: ${path}: cells[${index}] has no static picture: ${reason}`);
  }
  await writeNotebook(out, notebook);
}

function summary(report: Report): string {
  const cells = `${report.cells} ${report.cells === 1 ? "cell" : "cells"}`;
  const end = report.out === null ? "not written" : `written to ${report.out}`;
  const interrupted = report.failures.some((failure) => failure.type === "interrupted");
  const state = report.ok ? "ok" : interrupted ? "interrupted" : "failed";
  return `${report.notebook}: ${state}, ${cells} in ${report.seconds.toFixed(1)} s, ${end}\n`;
}
