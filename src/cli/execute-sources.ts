/**
 * Executing notebooks, each on a kernel of its own: what `run` and `check --execute` share.
 *
 * They run on our own server, started for them and closed after them, or on the one that is named.
 * Kernels that no server has are found before any is started; one that fails to start ends its own
 * notebook only.
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
import { Failure } from "./failure.js";
import type { Progress } from "./progress.js";

export interface ExecutionOptions {
  readonly jobs: number;
  readonly timeout?: number;
  readonly kernel?: string;
  readonly server?: string;
  readonly token?: string;
  readonly allowErrors?: boolean;
}

export interface Source {
  readonly path: string;
  readonly notebook: Notebook;
}

/** What became of one notebook: its execution, or why no kernel could be had. */
export type Outcome = Execution | { readonly notStarted: string };

export interface Surroundings {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Calls `onOutcome` for each notebook as it ends, and returns once all have; fewer when aborted. */
export async function executeSources<S extends Source, T>(
  sources: readonly S[],
  options: ExecutionOptions,
  surroundings: Surroundings,
  onOutcome: (source: S, outcome: Outcome) => Promise<T>,
): Promise<T[]> {
  silenceLibraries();
  return withServer(sources, options, async (target) => {
    const tasks = sources.map((source) => {
      return { source, kernelName: kernelFor(source, target.connection, options) };
    });
    const results: T[] = [];
    const queue = tasks.entries();
    const worker = async () => {
      for (const [index, { source, kernelName }] of queue) {
        if (surroundings.signal.aborted) return;
        const outcome = await executeOne(source, kernelName, target, options, surroundings);
        results[index] = await onOutcome(source, outcome);
      }
    };
    await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, worker));
    return results.filter((result) => result !== undefined);
  });
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
  options: ExecutionOptions,
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

async function executeOne(
  source: Source,
  kernelName: string,
  target: Target,
  options: ExecutionOptions,
  { progress, signal }: Surroundings,
): Promise<Outcome> {
  let session: KernelSession;
  try {
    const path = sessionPath(source.path, target.root);
    session = await KernelSession.start(target.connection, { path, kernelName });
  } catch (error) {
    return { notStarted: error instanceof Error ? error.message : String(error) };
  }
  try {
    return await executeNotebook(source.notebook, session, {
      signal,
      allowErrors: options.allowErrors ?? false,
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      onProgress: (event) => showProgress(progress, source.path, event),
    });
  } finally {
    progress.end(source.path);
    await session.shutdown();
  }
}

/** Sessions are found by path: ours has a name that no open notebook has, in the same folder. */
function sessionPath(path: string, root: string | undefined): string {
  const name = `${basename(path, ".ipynb")}.${randomUUID()}.ipynb`;
  if (root === undefined) return name;
  return join(relative(root, dirname(resolve(path))), name)
    .split(sep)
    .join("/");
}

function kernelFor(
  source: Source,
  server: ServerConnectionSettings,
  options: ExecutionOptions,
): string {
  const recorded = (source.notebook.metadata.kernelspec as { name?: unknown } | undefined)?.name;
  const wanted = options.kernel ?? (typeof recorded === "string" ? recorded : undefined);
  const name = wanted ?? (server.kernels.has("curvlab") ? "curvlab" : server.defaultKernel);
  if (server.kernels.has(name)) return name;
  const offered = [...server.kernels.keys()].join(", ") || "none";
  throw new Failure(
    `${source.path} asks for the kernel "${name}", which ${server.url} does not have; ` +
      `it has ${offered}: choose one with --kernel`,
  );
}

/** One line for a failed cell: which one, and what happened. */
export function describeFailedCell(path: string, failure: CellFailure): string {
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
