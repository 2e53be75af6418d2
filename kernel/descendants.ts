/**
 * The processes that user code has started: an interrupt is theirs too, as Ctrl-C is in a terminal.
 *
 * While `execSync` waits, no code of its thread can be stopped; it returns when its child ends. The
 * shell in between passes no signal on, so children's children are found as well. On Windows, where
 * there are no signals, there is nothing to find.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Sends a signal to all that this process has started, the latest first. */
export function signalDescendants(signal: NodeJS.Signals): void {
  for (const pid of descendantsOf(process.pid, parents()).reverse()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

type Parents = readonly (readonly [pid: number, parent: number])[];

export function descendantsOf(pid: number, parents: Parents): number[] {
  const found = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return found.flatMap((child) => [child, ...descendantsOf(child, parents)]);
}

function parents(): Parents {
  if (process.platform === "win32") return [];
  try {
    return fromProc();
  } catch {
    return fromPs();
  }
}

/** Linux: the parent is the second field after the command's name, which may hold anything. */
function fromProc(): Parents {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [[Number(pid), Number(parent)] as const];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

function fromPs(): Parents {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return pid && parent ? [[pid, parent] as const] : [];
  });
}
