/**
 * What is written to the descriptors 1 and 2, or to /dev/stdout and /dev/stderr, past `process.stdout`:
 * it belongs to the cell as well, not to the terminal that the kernel was started from.
 *
 * `fs.openSync("/dev/stdout")` gives a descriptor of its own, which is not looked for.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Output, StreamName } from "./output.js";
import { type FunctionTable, wrap } from "./wrap.js";

export function streamOf(target: unknown): StreamName | undefined {
  if (target === 1 || target === process.stdout || target === "/dev/stdout") return "stdout";
  if (target === 2 || target === process.stderr || target === "/dev/stderr") return "stderr";
  return undefined;
}

/** Writes one piece of data to a stream of the cell; returns how many bytes it has. */
type Show = (name: StreamName, data: unknown, encoding?: unknown) => number;

export function redirectDescriptors(output: Output): void {
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const show: Show = (name, data, encoding) => {
    const bytes = toBytes(data, encoding);
    output.write(name, decoders[name].write(bytes));
    return bytes.byteLength;
  };
  const table = fs as unknown as FunctionTable;
  redirectWrites(table, show);
  redirectWholeFiles(table, show);
  redirectStreams(table, show);
  syncBuiltinESMExports();
}

/** Of a string the third argument is its position in the file, of bytes where they begin. */
function redirectWrites(table: FunctionTable, show: Show): void {
  const written = (name: StreamName, [, data, from, length]: unknown[]): number => {
    if (typeof data === "string") return show(name, data, length);
    const range = (typeof from === "object" && from ? from : { offset: from, length }) as Range;
    const bytes = toBytes(data);
    const start = range.offset ?? 0;
    return show(name, bytes.subarray(start, start + (range.length ?? bytes.length)));
  };
  wrap(table, "writeSync", (original, args) => {
    const name = streamOf(args[0]);
    return name === undefined ? original(...args) : written(name, args);
  });
  wrap(table, "write", (original, args) => {
    const name = streamOf(args[0]);
    const done = args.at(-1);
    if (name === undefined || typeof done !== "function") return original(...args);
    process.nextTick(done, null, written(name, args.slice(0, -1)), args[1]);
    return undefined;
  });
}

interface Range {
  readonly offset?: number | null;
  readonly length?: number | null;
}

function redirectWholeFiles(table: FunctionTable, show: Show): void {
  const promises = fs.promises as unknown as FunctionTable;
  for (const method of ["writeFile", "appendFile"]) {
    wrap(table, `${method}Sync`, (original, args) => {
      const name = streamOf(args[0]);
      if (name === undefined) return original(...args);
      show(name, args[1], encodingOf(args[2]));
      return undefined;
    });
    wrap(table, method, (original, args) => {
      const name = streamOf(args[0]);
      const done = args.at(-1);
      if (name === undefined || typeof done !== "function") return original(...args);
      show(name, args[1], encodingOf(args[2]));
      process.nextTick(done, null);
      return undefined;
    });
    wrap(promises, method, async (original, args) => {
      const name = streamOf(args[0]);
      if (name === undefined || !isData(args[1])) return original(...args);
      show(name, args[1], encodingOf(args[2]));
      return undefined;
    });
  }
}

/** A stream of Node's own would also close the descriptor at its end. */
function redirectStreams(table: FunctionTable, show: Show): void {
  wrap(table, "createWriteStream", (original, args) => {
    const [path, options] = args;
    const fd = (options as { readonly fd?: unknown } | undefined)?.fd;
    const name = streamOf(fd ?? path);
    if (name === undefined) return original(...args);
    const defaultEncoding = (encodingOf(options) ?? "utf8") as BufferEncoding;
    const stream = new Writable({
      defaultEncoding,
      write: (chunk, _encoding, done) => {
        show(name, chunk);
        done();
      },
    });
    return Object.assign(stream, { fd: name === "stdout" ? 1 : 2, path });
  });
}

const isData = (data: unknown): boolean => typeof data === "string" || ArrayBuffer.isView(data);

function toBytes(data: unknown, encoding?: unknown): Buffer {
  if (!isData(data)) {
    throw new TypeError(`what is written must be text or bytes, not ${typeof data}`);
  }
  if (typeof data === "string") return Buffer.from(data, encodingOf(encoding) as BufferEncoding);
  const { buffer, byteOffset, byteLength } = data as ArrayBufferView;
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Of an argument that may be an encoding, options with one, or a callback. */
function encodingOf(options: unknown): string | undefined {
  const encoding =
    typeof options === "object" && options
      ? (options as { readonly encoding?: unknown }).encoding
      : options;
  return typeof encoding === "string" ? encoding : undefined;
}
