/** The `curvlab` command as a process of its own, and small notebooks for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../src/document/json.js";

const bin = fileURLToPath(new URL("../../bin/curvlab.js", import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

export function startCurvlab(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
  return { child, finished };
}

export function curvlab(args: readonly string[], cwd: string): Promise<Finished> {
  return startCurvlab(args, cwd).finished;
}

/** A notebook for our kernel, as the text of its file. */
export function notebookText(sources: readonly string[], metadata: JsonObject = {}): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      cell_type: "code",
      id: `c${index}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
    metadata: {
      kernelspec: { name: "curvlab", display_name: "TypeScript (curvlab)" },
      ...metadata,
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
