/**
 * Questions to the user: `prompt()`, which blocks as in a browser, and `await input()`.
 *
 * Both send an input_request; the answer comes through the protocol thread. A client that did not
 * allow stdin gets an error at once instead of a question that nobody sees.
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { InputOptions } from "./cell-globals.js";
import { type Cells, KeyboardInterrupt } from "./cells.js";
import { currentCell } from "./context.js";
import { type FromRunner, SHARED } from "./protocol.js";

export class Stdin {
  readonly #post: (message: FromRunner) => void;
  readonly #replies: MessagePort;
  readonly #shared: Int32Array;
  readonly #cells: Cells;
  #waiting: { resolve(value: string): void; reject(error: Error): void } | undefined;

  /** @param replies carries the answers: a port of its own, which can be read while blocking. */
  constructor(
    post: (message: FromRunner) => void,
    replies: MessagePort,
    shared: Int32Array,
    cells: Cells,
  ) {
    this.#post = post;
    this.#replies = replies;
    this.#shared = shared;
    this.#cells = cells;
  }

  /** Asks, and blocks this thread until the answer is there. */
  readonly prompt = (message = "", defaultValue = ""): string => {
    this.#ask(message, false);
    for (;;) {
      const seen = Atomics.load(this.#shared, SHARED.INPUT);
      const received = receiveMessageOnPort(this.#replies) as { message: string } | undefined;
      if (received) return received.message === "" ? defaultValue : received.message;
      if (Atomics.load(this.#shared, SHARED.INTERRUPT) === 1) throw new KeyboardInterrupt();
      Atomics.wait(this.#shared, SHARED.INPUT, seen, 200);
    }
  };

  /** Asks, and lets timers and promises go on meanwhile. */
  readonly input = (message = "", { password = false }: InputOptions = {}): Promise<string> => {
    if (this.#waiting) throw new Error("input: another question is waiting for its answer");
    this.#ask(message, password);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#replies.once("message", (value: string) => {
        this.#waiting = undefined;
        resolve(value);
      });
    });
  };

  /** The question's cell was interrupted. */
  cancel(): void {
    this.#replies.removeAllListeners("message");
    this.#waiting?.reject(new KeyboardInterrupt());
    this.#waiting = undefined;
    while (receiveMessageOnPort(this.#replies)) {
      // An answer to a question that nobody asks any more.
    }
  }

  #ask(prompt: string, password: boolean): void {
    if (!this.#cells.allowsStdin) {
      throw new Error("the client did not allow input (allow_stdin is false in its request)");
    }
    this.#post({ type: "input-request", cell: currentCell(), prompt, password });
  }
}
