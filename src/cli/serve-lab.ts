/**
 * The work of `curvlab lab`: start, say where, wait for a signal, and leave nothing behind.
 *
 * The URL is the only line on stdout, so that a script can read it; all else goes to stderr.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type RunningLab, startLab } from "../lab/index.js";
import { isLoopback, PortInUseError } from "../server/index.js";
import { UsageError } from "./failure.js";
import { interruptible } from "./interrupt.js";
import { canOpenBrowser, openBrowser } from "./open-browser.js";

export interface LabCommandOptions {
  readonly port?: number;
  readonly ip: string;
  readonly token?: string;
  readonly browser: boolean;
}

const FIRST_PORT = 8888;
const PORTS_TRIED = 20;

export async function serveLab(folder: string, options: LabCommandOptions): Promise<void> {
  await requireFolder(folder);
  const lab = await start(folder, options);
  try {
    process.stdout.write(`${lab.labUrl}\n`);
    process.stderr.write(`curvlab: serving ${resolve(folder)}; Ctrl-C ends it and its kernels\n`);
    if (!isLoopback(options.ip)) {
      process.stderr.write(
        `curvlab: listening on ${options.ip}: whoever has the token can run code here, ` +
          "and the connection is not encrypted\n",
      );
    }
    if (options.browser && canOpenBrowser()) openBrowser(lab.labUrl);
    await interruptible(
      (signal) => new Promise<void>((done) => signal.addEventListener("abort", () => done())),
    );
    process.stderr.write("\ncurvlab: ending the kernels\n");
  } finally {
    await lab.close();
  }
}

/** The port that was asked for, or the first free one from 8888 on. */
async function start(folder: string, options: LabCommandOptions): Promise<RunningLab> {
  const token = options.token ?? process.env.CURVLAB_TOKEN;
  const common = {
    root: folder,
    ip: options.ip,
    ...(token === undefined ? {} : { token }),
    log: (line: string) => process.stderr.write(`curvlab: ${line}\n`),
  };
  if (options.port !== undefined) return startLab({ ...common, port: options.port });
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    try {
      return await startLab({ ...common, port });
    } catch (error) {
      if (!(error instanceof PortInUseError)) throw error;
    }
  }
  return startLab({ ...common, port: 0 });
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new UsageError(`lab: the folder ${folder} does not exist`);
  if (!found.isDirectory()) {
    throw new UsageError(`lab: ${folder} is a file; give the folder that it lies in`);
  }
}
