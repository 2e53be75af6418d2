/**
 * Progress of long work, updated in place.
 *
 * In the kernel it is one output that is replaced; elsewhere a line on a terminal, or nothing. It is
 * shown at most ten times a second, so that reporting every step costs nothing, and its last state,
 * which stays in the saved notebook, tells how much was done and how long it took.
 */
import { randomUUID } from "node:crypto";
import { type DisplayHost, displayHost, type MimeBundle } from "./display.js";
import { escapeHtml } from "./escape-html.js";

/** Where the work stands: how many of the steps are done, and a word about it. */
export interface ProgressUpdate {
  readonly done: number;
  readonly message?: string;
}

export type Progress = (update: ProgressUpdate | number) => void;

export interface ProgressEnvironment {
  readonly host?: DisplayHost | undefined;
  /** Where a line can be rewritten when there is no host. */
  readonly terminal?: { readonly write: (text: string) => unknown } | undefined;
  readonly now?: () => number;
}

const interval = 100;

/**
 * @param total how many steps make the whole
 * @param label what is being done
 *
 * @example
 * const shown: string[] = [];
 * const terminal = { write: (text: string) => shown.push(text) };
 * const report = progress(60, "Training", { terminal });
 * report({ done: 1, message: "loss 1.79" });
 * shown[0]?.includes("Training: 1 of 60 · loss 1.79"); // true
 */
export function progress(
  total: number,
  label = "Working",
  environment: ProgressEnvironment = {},
): Progress {
  if (!(total > 0)) throw new RangeError(`progress: total is ${total}; it must be positive`);
  const host = "host" in environment ? environment.host : displayHost();
  const terminal =
    "terminal" in environment
      ? environment.terminal
      : process.stderr.isTTY
        ? process.stderr
        : undefined;
  const now = environment.now ?? (() => performance.now());
  const displayId = `progress-${randomUUID()}`;
  const start = now();
  let shownAt = Number.NEGATIVE_INFINITY;
  return (update) => {
    const { done, message = "" } = typeof update === "number" ? { done: update } : update;
    const time = now();
    const isLast = done >= total;
    if (!isLast && time - shownAt < interval) return;
    const isFirst = shownAt === Number.NEGATIVE_INFINITY;
    shownAt = time;
    const state = { label, message, done, total, seconds: (time - start) / 1000 };
    if (host === undefined) {
      terminal?.write(`\r${line(state)}\u001b[K${isLast ? "\n" : ""}`);
    } else if (isFirst) {
      host.display(bundle(state), { displayId });
    } else {
      host.update(displayId, bundle(state));
    }
  };
}

interface State {
  readonly label: string;
  readonly message: string;
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
}

function bundle(state: State): MimeBundle {
  const { done, total } = state;
  const bar = `<progress max="${total}" value="${done}" style="width:8em;vertical-align:middle"></progress>`;
  // A page must not leave the unit alone on the next line.
  const text = escapeHtml(line(state)).replace(/(\d) s\b/g, "$1\u00a0s");
  return { "text/html": `<div>${bar} ${text}</div>`, "text/plain": line(state) };
}

function line({ label, message, done, total, seconds }: State): string {
  const detail = message === "" ? "" : ` · ${message}`;
  return `${label}: ${done} of ${total}${detail} · ${duration(seconds, done, total)}`;
}

function duration(seconds: number, done: number, total: number): string {
  if (done >= total) return `${seconds.toFixed(1)} s`;
  if (done === 0 || seconds < 1) return "…";
  return `about ${Math.ceil((seconds / done) * (total - done))} s left`;
}
