/**
 * The kernel's process: reads the connection file, starts the threads, ends when it is told to or
 * when the process that started it is gone.
 */
import { fileURLToPath } from "node:url";
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
    log,
  });
  // Clients interrupt by message; a Ctrl-C in the terminal of a server is not for us.
  process.on("SIGINT", () => undefined);
  const terminated = new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
  const orphaned = parentGone();
  await kernel.start();
  await Promise.race([kernel.ended, terminated, orphaned]);
  await kernel.stop();
  process.exit(0);
}

/** An orphan gets another parent: on Linux and macOS its parent's id changes. */
function parentGone(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, PARENT_CHECK_MS);
    timer.unref();
  });
}
