/**
 * What `curvlab run` does: read all notebooks, reach a server, execute, write, report.
 *
 * Everything that can be wrong with the command line is found before a kernel starts. A failed
 * notebook is written into --out, with the outputs so far, but never over its source; an interrupted
 * one is written nowhere.
 */
import { randomUUID } from "node:crypto";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { connect, type ServerAddress, type ServerConnectionSettings } from "../client/connect.js";
import {
  type CellFailure,
  type Execution,
  executeNotebook,
  type ProgressEvent,
} from "../client/execute-notebook.js";
import { KernelSession } from "../client/kernel-session.js";
import type { Notebook } from "../document/notebook.js";
import { withStaticFigures } from "../export/with-static-figures.js";
import { Failure, Interrupted, Reported, UsageError } from "./failure.js";
import { interruptible } from "./interrupt.js";
import { ensureWritableFolder, readNotebook, writeNotebook } from "./notebook-file.js";
import { Progress } from "./progress.js";

export interface RunOptions {
  readonly out?: string;
  readonly inPlace?: boolean;
  readonly jobs: number;
  readonly timeout?: number;
  readonly kernel?: string;
  readonly server?: string;
  readonly token?: string;
  readonly allowErrors?: boolean;
  readonly json?: boolean;
}

interface Source {
  readonly path: string;
  readonly notebook: Notebook;
  /** Where the result goes; undefined when it is only to be executed. */
  readonly out: string | undefined;
}

interface Task extends Source {
  readonly kernelName: string;
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
  silenceLibraries();
  const progress = new Progress(process.stderr);
  const reports = await interruptible((signal) =>
    withServer(tasks, options, (server) => runAll(tasks, server, options, { progress, signal })),
  );
  const failed = reports.filter((report) => !report.ok);
  if (options.json) process.stdout.write(`${JSON.stringify({ notebooks: reports }, null, 2)}\n`);
  if (reports.some((report) => report.failures.some(({ type }) => type === "interrupted"))) {
    throw new Interrupted("run: interrupted; notebooks that had not ended were not written");
  }
  if (failed.length > 0 && reports.length > 1) {
    throw new Failure(`run: ${failed.length} of ${reports.length} notebooks failed`);
  }
  if (failed.length > 0) throw new Reported();
}

async function readTasks(paths: readonly string[], options: RunOptions): Promise<Source[]> {
  const { out } = options;
  const tasks: Source[] = [];
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

/** @jupyterlab/services reports every status on the console; stdout is for results. */
function silenceLibraries(): void {
  const log =
    (process.env.CURVLAB_DEBUG ?? "") === ""
      ? () => {}
      : (...values: unknown[]) => process.stderr.write(`${values.join(" ")}\n`);
  console.debug = log;
  console.log = log;
  console.warn = log;
}

async function withServer<T>(
  tasks: readonly Source[],
  options: RunOptions,
  use: (server: Target) => Promise<T>,
): Promise<T> {
  if (options.server !== undefined) {
    const token = options.token ?? process.env.JUPYTER_TOKEN ?? "";
    return use(await target({ url: options.server, token }, undefined));
  }
  const { startServer } = await import("../server/index.js");
  const root = commonFolder(tasks.map((task) => dirname(resolve(task.path))));
  const server = await startServer({ root });
  try {
    return await use(await target(server, root));
  } finally {
    await server.close();
  }
}

interface Target {
  readonly connection: ServerConnectionSettings;
  /** The folder that our own server serves; undefined for another's. */
  readonly root: string | undefined;
}

async function target(address: ServerAddress, root: string | undefined): Promise<Target> {
  return { connection: await connect(address), root };
}

/** The deepest folder that holds them all, so that every kernel starts in its notebook's folder. */
function commonFolder(folders: readonly string[]): string {
  const split = folders.map((folder) => folder.split(sep));
  const [first = []] = split;
  let length = first.length;
  for (const parts of split) {
    const differs = first.findIndex((part, index) => parts[index] !== part);
    if (differs !== -1) length = Math.min(length, differs);
  }
  return first.slice(0, length).join(sep) || sep;
}

interface Surroundings {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function runAll(
  sources: readonly Source[],
  target: Target,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<Report[]> {
  const tasks = sources.map((source) => ({
    ...source,
    kernelName: kernelFor(source, target.connection, options),
  }));
  const reports: Report[] = [];
  const queue = tasks.entries();
  const worker = async () => {
    for (const [index, task] of queue) {
      if (surroundings.signal.aborted) return;
      reports[index] = await runOne(task, target, options, surroundings);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, worker));
  return reports.filter((report) => report !== undefined);
}

async function runOne(
  task: Task,
  target: Target,
  options: RunOptions,
  { progress, signal }: Surroundings,
): Promise<Report> {
  let session: KernelSession;
  try {
    session = await KernelSession.start(target.connection, {
      path: sessionPath(task.path, target.root),
      kernelName: task.kernelName,
    });
  } catch (error) {
    return notStarted(task, error, progress);
  }
  let execution: Execution;
  try {
    execution = await executeNotebook(task.notebook, session, {
      signal,
      allowErrors: options.allowErrors ?? false,
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      onProgress: (event) => showProgress(progress, task.path, event),
    });
  } finally {
    progress.end(task.path);
    await session.shutdown();
  }
  return finish(task, execution, options, progress);
}

/** Sessions are found by path: ours has a name that no open notebook has, in the same folder. */
function sessionPath(path: string, root: string | undefined): string {
  const name = `${basename(path, ".ipynb")}.${randomUUID()}.ipynb`;
  if (root === undefined) return name;
  return join(relative(root, dirname(resolve(path))), name)
    .split(sep)
    .join("/");
}

function kernelFor(task: Source, server: ServerConnectionSettings, options: RunOptions): string {
  const recorded = (task.notebook.metadata.kernelspec as { name?: unknown } | undefined)?.name;
  const wanted = options.kernel ?? (typeof recorded === "string" ? recorded : undefined);
  const name = wanted ?? (server.kernels.has("curvlab") ? "curvlab" : server.defaultKernel);
  if (server.kernels.has(name)) return name;
  const offered = [...server.kernels.keys()].join(", ") || "none";
  throw new Failure(
    `${task.path} asks for the kernel "${name}", which ${server.url} does not have; ` +
      `it has ${offered}: choose one with --kernel`,
  );
}

/** One kernel that does not start must not end the notebooks that run beside it. */
function notStarted(task: Task, error: unknown, progress: Progress): Report {
  const reason = error instanceof Error ? error.message : String(error);
  progress.log(`curvlab: ${task.path}: no kernel: ${reason}`);
  const failures = [{ type: "start", reason } as const];
  return { notebook: task.path, out: null, ok: false, cells: 0, seconds: 0, failures };
}

async function finish(
  task: Task,
  execution: Execution,
  options: RunOptions,
  progress: Progress,
): Promise<Report> {
  const { failures } = execution;
  const ok = failures.every((failure) => failure.type === "error" && options.allowErrors === true);
  const interrupted = failures.some((failure) => failure.type === "interrupted");
  const keepSource = !ok && options.inPlace === true;
  const out = interrupted || keepSource ? undefined : task.out;
  if (out !== undefined) await writeIllustrated(out, task.path, execution.notebook, progress);
  for (const failure of failures) {
    if (failure.type !== "interrupted") progress.log(`curvlab: ${describe(task.path, failure)}`);
  }
  const report: Report = {
    notebook: task.path,
    out: out ?? null,
    ok,
    cells: execution.executed,
    seconds: Math.round(execution.seconds * 1000) / 1000,
    failures,
  };
  if (!options.json) process.stdout.write(summary(report));
  return report;
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

export function describe(path: string, failure: CellFailure): string {
  const where = `${path}: code cell ${failure.cell} of ${failure.of} (cells[${failure.index}], \`${failure.firstLine}\`)`;
  switch (failure.type) {
    case "error":
      return `${where} raised ${failure.ename}: ${failure.evalue.split("\n")[0] ?? ""}`;
    case "timeout":
      return `${where} took more than ${failure.seconds} s and was interrupted; give it more with --timeout`;
    case "died":
      return `${where}: ${failure.reason} while it ran`;
    case "interrupted":
      return `${where} was interrupted`;
  }
}

function summary(report: Report): string {
  const cells = `${report.cells} ${report.cells === 1 ? "cell" : "cells"}`;
  const end = report.out === null ? "not written" : `written to ${report.out}`;
  const interrupted = report.failures.some((failure) => failure.type === "interrupted");
  const state = report.ok ? "ok" : interrupted ? "interrupted" : "failed";
  return `${report.notebook}: ${state}, ${cells} in ${report.seconds.toFixed(1)} s, ${end}\n`;
}

function showProgress(progress: Progress, path: string, event: ProgressEvent): void {
  const where = `${path}  cell ${event.cell} of ${event.of}`;
  switch (event.type) {
    case "start":
      progress.live(path, where);
      break;
    case "output":
      progress.live(path, `${where}  ${event.line}`);
      break;
    case "end":
      if (!progress.isLive) {
        const state = event.failed ? "failed after" : "took";
        progress.log(`${where} ${state} ${event.seconds.toFixed(1)} s`);
      }
      break;
  }
}
