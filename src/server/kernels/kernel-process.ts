/**
 * The operating system's side of a kernel: one process, in a group of its own.
 *
 * In its own group it does not hear the terminal's Ctrl-C, which is for the server; and what it
 * started itself dies with it. Whatever ends this server while JavaScript still runs kills the
 * groups; against `kill -9` the kernel watches its parent (JPY_PARENT_PID).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { HttpError } from "../http/http-error.js";
import type { KernelSpecEntry } from "./kernelspecs.js";

export interface LaunchOptions {
  readonly connectionFile: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How a kernel ended, and its last words, for a person. */
export interface Exit {
  readonly reason: string;
  readonly lastWords: string;
}

const TAIL = 4096;

export class KernelProcess {
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<Exit>;
  #tail = "";

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.#tail = (this.#tail + text).slice(-TAIL);
      });
    }
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        alive.delete(this);
        const reason = signal === null ? `exit status ${code}` : `signal ${signal}`;
        const done = () => resolve({ reason, lastWords: this.#tail.trim() });
        // The output's end may still be on its way; a grandchild may hold it open for ever.
        child.once("close", done);
        setTimeout(done, 200).unref();
      });
    });
  }

  /** @throws 500 that names the program when it cannot be run. */
  static async launch(entry: KernelSpecEntry, options: LaunchOptions): Promise<KernelProcess> {
    const argv = entry.spec.argv.map((part) =>
      part
        .replaceAll("{connection_file}", options.connectionFile)
        .replaceAll("{resource_dir}", entry.folder),
    );
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: options.cwd,
      env: {
        ...process.env,
        ...entry.spec.env,
        ...options.env,
        JPY_PARENT_PID: String(process.pid),
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const process_ = new KernelProcess(child);
    await once(child, "spawn").catch((error: Error) => {
      throw new HttpError(
        500,
        `cannot start the kernel ${entry.name}: ${error.message}`,
        "kernel not started",
      );
    });
    track(process_);
    return process_;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Signals the whole group; a group that is gone already is no error. */
  signal(name: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Waits for the end, then insists: SIGTERM after `patience` ms, SIGKILL after as long again. */
  async end(patience: number): Promise<void> {
    const terminate = setTimeout(() => this.signal("SIGTERM"), patience);
    const kill = setTimeout(() => this.signal("SIGKILL"), 2 * patience);
    await this.exited;
    clearTimeout(terminate);
    clearTimeout(kill);
    // The leader may have left children behind in its group.
    this.signal("SIGKILL");
  }
}

const alive = new Set<KernelProcess>();

function track(kernel: KernelProcess): void {
  if (alive.size === 0) {
    process.removeListener("exit", killAll);
    process.once("exit", killAll);
  }
  alive.add(kernel);
}

function killAll(): void {
  for (const kernel of alive) kernel.signal("SIGKILL");
}
