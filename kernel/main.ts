/**
 * The kernel's process: reads the connection file, starts the threads, ends when it is told to or
 * when the process that started it is gone.
 */
import { fileURLToPath } from "node:url";
import { startGuardian } from "./guardian.js";
import { Kernel } from "./kernel.js";
import { readConnectionFile } from "./protocol/connection.js";

/** Compiled, this file is `<root>/dist/kernel/main.js`. */
const packageRoot = fileURLToPath(new URL("../..", import.meta.url));

const PARENT_CHECK_MS = 1000;

/** Runs a kernel until it is shut down. @throws an Error that says what is wrong with the file. */
export async function startKernel(connectionFile: string): Promise<void> {
  const log = (text: string) => process.stderr.write(`[curvlab kernel] ${text}\n`);
  const kernel = new Kernel({
    connection: readConnectionFile(connectionFile),
    cwd: process.cwd(),
    packageRoot: packageRoot.replace(/[/\\]$/, ""),
    // As jupyter-server names it.
    notebook: process.env.JPY_SESSION_NAME,
    log,
  });
  // Clients interrupt by message; a Ctrl-C in the terminal of a server is not for us.
  process.on("SIGINT", () => undefined);
  const terminated = new Promise<number>((resolve) => process.once("SIGTERM", () => resolve(0)));
  const orphaned = parentGone();
  try {
    await kernel.start();
  } catch (error) {
    await kernel.stop(); // its threads would keep the process
    throw error;
  }
  const dismissGuardian = startGuardian();
  const status = await Promise.race([kernel.ended, terminated, orphaned]);
  await kernel.stop();
  dismissGuardian();
  process.exit(status);
}

/**
 * An orphan gets another parent: on Linux and macOS its parent's id changes. One that was orphaned
 * before it looked has init for a parent, and the process that Jupyter named to it is gone.
 */
function parentGone(): Promise<number> {
  const parent = process.ppid;
  const named = Number(process.env.JPY_PARENT_PID);
  const isOrphan = () => process.ppid !== parent || (parent === 1 && named > 1 && !isAlive(named));
  return new Promise((resolve) => {
    const check = () => {
      if (!isOrphan()) return;
      clearInterval(timer);
      resolve(0);
    };
    const timer = setInterval(check, PARENT_CHECK_MS).unref();
    check();
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
