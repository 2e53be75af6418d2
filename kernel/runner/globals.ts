/** The names that every cell has, with their types, beside those of Node. */
import type { Display } from "./display.js";
import type { InputOptions } from "./stdin.js";

declare global {
  /** Shows a value, or content of a given kind, in the output of the running cell. */
  const display: Display;
  /** Asks the user for a line of text and waits for it; timers and promises go on meanwhile. */
  function input(message?: string, options?: InputOptions): Promise<string>;
  /** Asks the user for a line of text; nothing else runs until the answer is there. */
  function prompt(message?: string, defaultValue?: string): string;
}
