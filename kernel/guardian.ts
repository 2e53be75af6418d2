/**
 * Ends a cell's child processes when the kernel is killed outright, by SIGKILL or by a system that is
 * short of memory: no code of the kernel's own runs then.
 *
 * A shell in a session of its own waits for the end of a pipe, which comes when the kernel is gone,
 * and kills the kernel's process group. Jupyter and our server give each kernel one; where a kernel
 * is a member of another's group, that group is not its own to kill, and there is no guardian.
 */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { leadsGroup, spare } from "./descendants.js";

const SCRIPT = 'trap "" HUP INT TERM; read -r _; kill -KILL "-$1"';

/** Returns what sends the guardian away again. */
export function startGuardian(): () => void {
  if (!leadsGroup()) return () => undefined;
  const shell = spawn("sh", ["-c", SCRIPT, "sh", String(process.pid)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => undefined); // no shell, no guardian
  if (shell.pid !== undefined) spare(shell.pid);
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => shell.kill("SIGKILL");
}
