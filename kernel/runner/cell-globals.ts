/**
 * The names that every cell has, with their types, beside those of Node.
 *
 * The compiler reads this file's declarations with every notebook, so it imports nothing but the
 * display protocol: each file that it reached would be parsed before the first cell.
 */
import type { DisplayHost, DisplayOptions, MimeBundle } from "../../src/figures/display.js";

/** An output that can be replaced. */
export interface DisplayHandle {
  readonly displayId: string;
  update(value: unknown): void;
}

export interface Display {
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  html(markup: string, options?: DisplayOptions): DisplayHandle;
  markdown(text: string, options?: DisplayOptions): DisplayHandle;
  latex(formula: string, options?: DisplayOptions): DisplayHandle;
  svg(markup: string, options?: DisplayOptions): DisplayHandle;
  png(bytes: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  jpeg(bytes: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  javascript(code: string, options?: DisplayOptions): DisplayHandle;
  json(value: unknown, options?: DisplayOptions): DisplayHandle;
  text(text: string, options?: DisplayOptions): DisplayHandle;
  /** Shows a bundle of MIME types. */
  mime(bundle: MimeBundle, options?: DisplayOptions): DisplayHandle;
  /** Replaces every output shown under this id. */
  update(displayId: string, value: unknown): void;
  /** Empties the cell's output; with `wait`, when the next output comes. */
  clear(wait?: boolean): void;
  /** The host that libraries use. */
  readonly host: DisplayHost;
}

export interface InputOptions {
  /** Hides what is typed. */
  readonly password?: boolean;
}

declare global {
  /** Shows a value, or content of a given kind, in the output of the running cell. */
  const display: Display;
  /** Asks the user for a line of text and waits for it; timers and promises go on meanwhile. */
  function input(message?: string, options?: InputOptions): Promise<string>;
  /** Asks the user for a line of text; nothing else runs until the answer is there. */
  function prompt(message?: string, defaultValue?: string): string;
}
