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
/** What waits in the system for a disk does not stop. */
const ROUNDS_TO_STOP = 20;

/** Sends SIGINT to all that this process has started, the latest first, as Ctrl-C does. */
export function interruptDescendants(): void {
  send("SIGINT", descendantsOf(process.pid, processes()).toReversed());
}

/** Ends all that this process has started, whether they listen or not. */
export function killDescendants(): void {
  kill((all) => descendantsOf(process.pid, all));
}

/**
 * Ends them, by SIGTERM and half a second later by SIGKILL. One that was started `detached`, in a
 * group of its own, is meant to live on.
 */
export async function endDescendants(): Promise<void> {
  send("SIGTERM", attached().toReversed());
  for (let poll = 0; poll < POLLS_BEFORE_KILL; poll++) {
    if (attached().length === 0) return;
    await sleep(POLL_MS);
  }
  kill(attached);
}

/**
 * Stops them before it kills them: a shell whose child is killed first may start the next one before
 * its own turn comes, which then is nobody's child and holds the pipes that `execSync` reads.
 */
function kill(find: (all: Processes) => number[]): void {
  for (let round = 0; round < ROUNDS_TO_STOP; round++) {
    const all = processes();
    const stopped = new Set(all.flatMap(({ pid, state }) => (state.startsWith("T") ? [pid] : [])));
    const running = find(all).filter((pid) => !stopped.has(pid));
    if (running.length === 0) break;
    send("SIGSTOP", running);
  }
  send("SIGKILL", find(processes()));
}

/** Leaves out a process that serves the kernel, not a cell. */
export function spare(pid: number): void {
  spared.add(pid);
}
const spared = new Set<number>();

/** Whether this process leads a process group: init's is everybody's, and none of its own. */
export const leadsGroup = (): boolean =>
  process.pid > 1 && processes().some(({ pid, group }) => pid === process.pid && group === pid);

function attached(all = processes()): number[] {
  const groups = new Map(all.map(({ pid, group }) => [pid, group]));
  const own = groups.get(process.pid);
  return descendantsOf(process.pid, all).filter((pid) => groups.get(pid) === own);
}

function send(signal: NodeJS.Signals, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** One letter, perhaps with more after it: T is stopped, Z has ended. */
  readonly state: string;
}
type Processes = readonly Process[];

/** Parents before their children. */
export function descendantsOf(
  pid: number,
  processes: readonly Pick<Process, "pid" | "parent">[],
): number[] {
  const found = processes.filter(({ parent }) => parent === pid);
  return found.flatMap((child) => [child.pid, ...descendantsOf(child.pid, processes)]);
}

/** All that run and are not spared; one that has ended and was not asked for its status runs no more. */
function processes(): Processes {
  if (process.platform === "win32") return [];
  let all: Processes;
  try {
    all = fromProc();
  } catch {
    all = fromPs();
  }
  return all.filter(({ pid, state }) => !state.startsWith("Z") && !spared.has(pid));
}

/** Linux: state, parent and group follow the command's name, which may hold anything. */
function fromProc(): Processes {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return processOf(pid, parent, group, state);
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
    return processOf(pid, parent, group, state);
  });
}

function processOf(pid = "", parent = "", group = "", state = ""): Process[] {
  if (pid === "" || state === "") return [];
  return [{ pid: Number(pid), parent: Number(parent), group: Number(group), state }];
}
