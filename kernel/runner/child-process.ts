/**
 * Child processes that inherit our output: their text belongs to the cell, not to the terminal that
 * the kernel was started from. `inherit`, and the descriptors 1 and 2, become pipes into the cell's
 * output; a child's stdin is closed, for the kernel has none to give.
 */
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { Readable } from "node:stream";
import { currentCell } from "./context.js";
import type { Output, StreamName } from "./output.js";

type Stdio = readonly [unknown, unknown, unknown, ...unknown[]];
interface SpawnOptions {
  readonly stdio?: unknown;
  readonly maxBuffer?: number;
}
/** Which of our streams each of a child's outputs inherits. */
type Inherited = readonly (readonly [index: 1 | 2, name: StreamName])[];

export function redirectChildProcesses(output: Output): void {
  const table = childProcess as unknown as Record<string, (...args: unknown[]) => unknown>;
  wrap(table, "spawn", (original, args) => {
    const { options, inherited } = piped(args);
    const cell = currentCell();
    const child = original(...options) as { readonly stdio: readonly (Readable | null)[] };
    for (const [index, name] of inherited) {
      child.stdio[index]?.setEncoding("utf8").on("data", (text: string) => {
        output.write(name, text, cell);
      });
    }
    return child;
  });
  for (const method of ["spawnSync", "execFileSync", "execSync"] as const) {
    wrapSync(table, method, output);
  }
  const writeSync = fs.writeSync;
  const patched = (fd: number, data: unknown, ...rest: never[]): number => {
    const name = streamOf(fd);
    if (name === undefined) return writeSync(fd, data as string, ...rest);
    const bytes = typeof data === "string" ? Buffer.from(data) : (data as Uint8Array);
    output.write(name, Buffer.from(bytes).toString());
    return bytes.byteLength;
  };
  Object.assign(fs, { writeSync: patched });
  syncBuiltinESMExports();
}

type Wrapper = (original: (...args: unknown[]) => unknown, args: unknown[]) => unknown;

function wrap(
  table: Record<string, (...args: unknown[]) => unknown>,
  method: string,
  wrapper: Wrapper,
): void {
  const original = table[method];
  if (!original) return;
  const wrapped = (...args: unknown[]) => wrapper(original, args);
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  table[method] = wrapped;
}

/**
 * The synchronous calls return what they piped. execSync and execFileSync throw when the child
 * fails, with its output in the error; either way the output is shown first.
 */
function wrapSync(
  table: Record<string, (...args: unknown[]) => unknown>,
  method: string,
  output: Output,
): void {
  wrap(table, method, (original, args) => {
    const { options, inherited } = piped(args, method !== "spawnSync");
    const show = (result: unknown): void => {
      const parts = (result as { output?: readonly unknown[] | null } | null)?.output;
      for (const [index, name] of inherited) output.write(name, textOf(parts?.[index]));
    };
    if (method === "spawnSync") {
      const result = original(...options);
      show(result);
      return result;
    }
    try {
      const stdout = original(...options);
      const shows = inherited.some(([index]) => index === 1);
      if (shows) output.write("stdout", textOf(stdout));
      return shows ? null : stdout;
    } catch (error) {
      show(error);
      throw error;
    }
  });
}

const textOf = (content: unknown): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString() : String(content ?? "");

/** The call's arguments with pipes where it would inherit, and which those are. */
function piped(
  args: readonly unknown[],
  inheritsStderr = false,
): { options: unknown[]; inherited: Inherited } {
  const at = args.findIndex(
    (argument, i) => i > 0 && typeof argument === "object" && !Array.isArray(argument),
  );
  const options = (at < 0 ? {} : (args[at] ?? {})) as SpawnOptions;
  const stdio = toTriple(options.stdio, inheritsStderr);
  const inherited = ([1, 2] as const).flatMap((index) => {
    const name = stdio[index] === "inherit" ? streamOf(index) : streamOf(stdio[index]);
    return name === undefined ? [] : [[index, name] as const];
  });
  const stdinInherited = stdio[0] === "inherit" || stdio[0] === 0 || stdio[0] === process.stdin;
  if (inherited.length === 0 && !stdinInherited) return { options: [...args], inherited };
  const changed = {
    ...options,
    stdio: stdio.map((entry, index) => {
      if (index === 0 && stdinInherited) return "ignore";
      return inherited.some(([i]) => i === index) ? "pipe" : entry;
    }),
    maxBuffer: options.maxBuffer ?? Number.POSITIVE_INFINITY,
  };
  const result = [...args];
  if (at >= 0) result[at] = changed;
  else result.push(changed);
  return { options: result, inherited };
}

/** `inheritsStderr`: the default of execSync and execFileSync, whose stderr goes to the parent's. */
function toTriple(stdio: unknown, inheritsStderr: boolean): Stdio {
  if (Array.isArray(stdio)) {
    const [input = "pipe", out = "pipe", err = "pipe", ...rest] = stdio as unknown[];
    return [input, out, err, ...rest];
  }
  if (stdio === undefined) return ["pipe", "pipe", inheritsStderr ? "inherit" : "pipe"];
  return [stdio, stdio, stdio];
}

function streamOf(target: unknown): StreamName | undefined {
  if (target === 1 || target === process.stdout) return "stdout";
  if (target === 2 || target === process.stderr) return "stderr";
  return undefined;
}
