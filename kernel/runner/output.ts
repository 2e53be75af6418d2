/**
 * Everything that user code prints, on its way to the protocol thread.
 *
 * `console`, `process.stdout` and `process.stderr` post each write at once, tagged with its cell:
 * nothing waits here for a turn of the event loop, so a loop that never ends still shows its last
 * line, and a crash loses none. A flood waits when the reader is too far behind.
 */
import { Console } from "node:console";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { currentCell } from "./context.js";
import { type FromRunner, SHARED } from "./protocol.js";

export type StreamName = "stdout" | "stderr";
/** Text alone goes on where the last stream message was: a string costs a third of an object. */
type Post = (message: FromRunner | string) => void;

/** Characters posted and not yet taken, at most: some megabytes of memory. */
const MAX_AHEAD = 16 * 1024 * 1024;

export class Output {
  readonly #post: Post;
  readonly #shared: Int32Array;
  #lastCell = -1;
  #lastName: StreamName = "stdout";

  constructor(post: Post, shared: Int32Array) {
    this.#post = post;
    this.#shared = shared;
  }

  write(name: StreamName, text: string, cell = currentCell()): void {
    if (text === "") return;
    this.#waitForReader();
    Atomics.add(this.#shared, SHARED.POSTED, text.length);
    if (cell === this.#lastCell && name === this.#lastName) {
      this.#post(text);
      return;
    }
    this.#lastCell = cell;
    this.#lastName = name;
    this.#post({ type: "stream", cell, name, text });
  }

  #waitForReader(): void {
    for (;;) {
      const taken = Atomics.load(this.#shared, SHARED.TAKEN);
      // Both counters wrap around at 2³²; their difference does not.
      const ahead = (Atomics.load(this.#shared, SHARED.POSTED) - taken) | 0;
      if (ahead < MAX_AHEAD || Atomics.load(this.#shared, SHARED.INTERRUPT) === 1) return;
      Atomics.wait(this.#shared, SHARED.TAKEN, taken, 100);
    }
  }
}

/** Puts our streams and a console without colours in place of the thread's own. */
export function redirectStandardStreams(output: Output): void {
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process, name, {
      value: createStream(output, name),
      configurable: true,
      enumerable: true,
    });
  }
  globalThis.console = new Console({
    stdout: process.stdout,
    stderr: process.stderr,
    colorMode: false,
    // Ours have none to ignore, and to be ready for one costs more than the line itself.
    ignoreErrors: false,
  });
}

function createStream(output: Output, name: StreamName): Writable {
  const decoder = new StringDecoder("utf8");
  const toText = (chunk: unknown, encoding: unknown): string => {
    if (typeof chunk === "string") {
      return encoding === undefined || encoding === "utf8" || typeof encoding === "function"
        ? chunk
        : Buffer.from(chunk, encoding as BufferEncoding).toString();
    }
    return decoder.write(chunk as Buffer);
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, encoding, done) => {
      output.write(name, toText(chunk, encoding));
      done();
    },
  });
  // A Writable's own `write` queues and ticks; ours is synchronous and so costs a tenth.
  const write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    output.write(name, toText(chunk, encoding));
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  return Object.assign(stream, { write, fd: name === "stdout" ? 1 : 2, isTTY: false, columns: 80 });
}
