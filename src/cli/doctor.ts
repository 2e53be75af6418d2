/**
 * `curvlab doctor`: what is installed, what is missing, and how to mend it.
 *
 * Each finding is one line, required or optional; only a missing required one fails the command.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { Failure } from "./failure.js";

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly required: boolean;
  /** The version or place when ok; otherwise what is missing. */
  readonly detail: string;
  /** What to do; empty when ok. */
  readonly mend: string;
}

export function doctor(program: Command): void {
  program
    .command("doctor")
    .description("say what is installed, what is missing and how to mend it")
    .option("--json", "print one JSON document")
    .action((options: { json?: boolean }) => {
      const findings = examine();
      process.stdout.write(
        options.json ? `${JSON.stringify({ findings }, null, 2)}\n` : report(findings),
      );
      const failed = findings.filter((finding) => finding.required && !finding.ok);
      if (failed.length > 0) {
        throw new Failure(`doctor: missing: ${failed.map((finding) => finding.name).join(", ")}`);
      }
    });
}

export function examine(): Finding[] {
  return [
    node(),
    native("zeromq", "the kernel's sockets"),
    built("dist/kernel/main.js", "the kernel"),
    built("dist/lab/index.html", "the JupyterLab front end"),
    writable(tmpdir()),
    optional("jupyter", "runs the kernel from another Jupyter", "curvlab lab needs none"),
    optional("chromium", "only for the browser tests", "apt-get install chromium"),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    name: "Node.js",
    ok,
    required: true,
    detail: process.versions.node,
    mend: ok ? "" : "install Node.js 20.19 or newer",
  };
}

function native(name: string, use: string): Finding {
  try {
    createRequire(import.meta.url)(name);
    return { name, ok: true, required: true, detail: use, mend: "" };
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { name, ok: false, required: true, detail, mend: "run `npm ci` again on this machine" };
  }
}

function built(path: string, what: string): Finding {
  const file = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const ok = permits(file, constants.R_OK);
  return {
    name: what,
    ok,
    required: true,
    detail: ok ? file : `${file} does not exist`,
    mend: ok ? "" : "run `npm run build`",
  };
}

function writable(folder: string): Finding {
  const ok = permits(folder, constants.W_OK);
  return {
    name: "temporary folder",
    ok,
    required: true,
    detail: ok ? folder : `${folder} is not writable`,
    mend: ok ? "" : "set TMPDIR to a folder that you can write",
  };
}

function optional(command: string, use: string, how: string): Finding {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((candidate) => permits(candidate, constants.X_OK));
  const runs =
    path !== undefined && spawnSync(path, ["--version"], { timeout: 10_000 }).status === 0;
  return {
    name: command,
    ok: runs,
    required: false,
    detail: runs ? `${path} (${use})` : `not found (${use})`,
    mend: runs ? "" : how,
  };
}

function permits(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((finding) => finding.name.length));
  return findings
    .map((finding) => {
      const mark = finding.ok ? "ok     " : finding.required ? "MISSING" : "absent ";
      const mend = finding.mend === "" ? "" : `; ${finding.mend}`;
      return `${mark}  ${finding.name.padEnd(width)}  ${finding.detail}${mend}\n`;
    })
    .join("");
}
