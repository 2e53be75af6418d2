/**
 * Child processes that inherit our output: their text belongs to the cell, not to the terminal that
 * the kernel was started from. `inherit`, and the descriptors 1 and 2, become pipes into the cell's
 * output; a child's stdin is closed, for the kernel has none to give.
 */
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { Readable } from "node:stream";
import { currentCell } from "./context.js";
import { streamOf } from "./descriptors.js";
import type { Output, StreamName } from "./output.js";
import { type FunctionTable, wrap } from "./wrap.js";

type Stdio = readonly [unknown, unknown, unknown, ...unknown[]];
interface SpawnOptions {
  readonly stdio?: unknown;
  /** Of `fork`. */
  readonly silent?: boolean;
  readonly maxBuffer?: number;
}
/** Which of our streams each of a child's outputs inherits. */
type Inherited = readonly (readonly [index: 1 | 2, name: StreamName])[];

export function redirectChildProcesses(output: Output): void {
  const table = childProcess as unknown as FunctionTable;
  wrap(table, "spawn", (original, args) => {
    const { options, inherited } = piped(args);
    return forward(original(...options) as Child, inherited, output);
  });
  redirectFork(table, output);
  redirectSync(table, output);
  syncBuiltinESMExports();
}

interface SyncResult {
  readonly output?: readonly unknown[] | null;
  readonly status: number | null;
  readonly error?: Error;
}

/** `fork` inherits unless it is told to be silent, and calls a `spawn` of its own. */
function redirectFork(table: FunctionTable, output: Output): void {
  wrap(table, "fork", (original, [modulePath, ...rest]) => {
    const list = Array.isArray(rest[0]) ? rest[0] : [];
    const given = (rest.find((argument) => isOptions(argument)) ?? {}) as SpawnOptions;
    if (given.silent) return original(modulePath, list, given);
    const each = given.stdio ?? "inherit";
    const stdio = Array.isArray(each) ? each : [each, each, each, "ipc"];
    const { options, inherited } = piped([modulePath, list, { ...given, stdio }]);
    return forward(original(...options) as Child, inherited, output);
  });
}

interface Child {
  readonly stdio: readonly (Readable | null)[];
}

function forward(child: Child, inherited: Inherited, output: Output): Child {
  const cell = currentCell();
  for (const [index, name] of inherited) {
    child.stdio[index]?.setEncoding("utf8").on("data", (text: string) => {
      output.write(name, text, cell);
    });
  }
  return child;
}

/**
 * spawnSync returns what it piped. execSync and execFileSync are made of it here where they would
 * inherit, because they return stdout alone.
 */
function redirectSync(table: FunctionTable, output: Output): void {
  wrap(table, "spawnSync", (original, args) => {
    const { options, inherited } = piped(args);
    const result = original(...options) as SyncResult;
    for (const [index, name] of inherited) output.write(name, textOf(result.output?.[index]));
    return result;
  });
  for (const method of ["execSync", "execFileSync"] as const) {
    wrap(table, method, (original, args) => {
      const [command] = args;
      const options = args.at(-1) as (SpawnOptions & { readonly shell?: unknown }) | undefined;
      const { inherited } = piped(args);
      if (inherited.length === 0) return original(...args);
      const shell = method === "execSync" ? { shell: options?.shell ?? true } : {};
      const rest = [...args.slice(1, -1), { ...options, ...shell }];
      const result = table.spawnSync?.(command, ...rest) as SyncResult;
      if (result.error) throw result.error;
      if (result.status !== 0) {
        throw Object.assign(new Error(`Command failed: ${String(command)}`), result);
      }
      const showsStdout = inherited.some(([index]) => index === 1);
      return showsStdout ? null : result.output?.[1];
    });
  }
}

const textOf = (content: unknown): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString() : String(content ?? "");

const isOptions = (argument: unknown): boolean =>
  typeof argument === "object" && !Array.isArray(argument);

/** The call's arguments with pipes where it would inherit, and which those are. */
function piped(args: readonly unknown[]): { options: unknown[]; inherited: Inherited } {
  const at = args.findIndex((argument, i) => i > 0 && isOptions(argument));
  const options = (at < 0 ? {} : (args[at] ?? {})) as SpawnOptions;
  const stdio = toTriple(options.stdio);
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

function toTriple(stdio: unknown): Stdio {
  if (Array.isArray(stdio)) {
    const [input = "pipe", out = "pipe", err = "pipe", ...rest] = stdio as unknown[];
    return [input, out, err, ...rest];
  }
  const each = stdio ?? "pipe";
  return [each, each, each];
}
