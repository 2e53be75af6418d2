/**
 * The processes that user code has started: an interrupt is theirs too, as Ctrl-C is in a terminal,
 * and so is the kernel's end.
 *
 * While `execSync` waits, no code of its thread can be stopped; it returns when its child ends. The
 * shell in between passes no signal on, so children's children are found as well. On Windows, where
 * there are no signals, there is nothing to find.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;
const POLLS_BEFORE_KILL = 10;

/** Sends a signal to all that this process has started, the latest first. */
export function signalDescendants(signal: NodeJS.Signals): void {
  send(signal, descendantsOf(process.pid, processes()));
}

/**
 * Ends them, by SIGTERM and half a second later by SIGKILL. One that was started `detached`, in a
 * group of its own, is meant to live on.
 */
export async function endDescendants(): Promise<void> {
  send("SIGTERM", attached());
  for (let poll = 0; poll < POLLS_BEFORE_KILL; poll++) {
    if (attached().length === 0) return;
    await sleep(POLL_MS);
  }
  send("SIGKILL", attached());
}

function attached(): number[] {
  const all = processes();
  const groups = new Map(all.map(([pid, , group]) => [pid, group]));
  const own = groups.get(process.pid);
  return descendantsOf(process.pid, all).filter((pid) => groups.get(pid) === own);
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids.toReversed()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

type Processes = readonly (readonly [pid: number, parent: number, group?: number])[];

export function descendantsOf(pid: number, processes: Processes): number[] {
  const found = processes.filter(([, parent]) => parent === pid).map(([child]) => child);
  return found.flatMap((child) => [child, ...descendantsOf(child, processes)]);
}

/** All that run; one that has ended and was not asked for its status runs no more. */
function processes(): Processes {
  if (process.platform === "win32") return [];
  try {
    return fromProc();
  } catch {
    return fromPs();
  }
}

/** Linux: state, parent and group follow the command's name, which may hold anything. */
function fromProc(): Processes {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" ? [] : [[Number(pid), Number(parent), Number(group)] as const];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

function fromPs(): Processes {
  const columns = "pid=,ppid=,pgid=,state=";
  const lines = execFileSync("ps", ["-A", "-o", columns], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith("Z")) return [];
    return [[Number(pid), Number(parent), Number(group)] as const];
  });
}
