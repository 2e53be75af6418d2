/**
 * The display protocol: how a value shows itself, and how code shows a value midway.
 *
 * A value with a method under `Symbol.for("Jupyter.display")` returns a MIME bundle; Deno's
 * kernel and others share this convention. A host (the curvlab kernel) that can show output while
 * a cell runs puts a `DisplayHost` on `globalThis[displayHostKey]`; without one, callers print text.
 * The kernel imports these types, and nothing else of src.
 */

/** MIME type → data, as Jupyter's `display_data` carries it: text, or JSON for `+json` types. */
export type MimeBundle = { readonly [mimeType: string]: unknown };

export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;
export const displayHostKey: unique symbol = Symbol.for("curvlab.displayHost") as never;

export interface Displayable {
  [displaySymbol](): MimeBundle | Promise<MimeBundle>;
}

export interface DisplayOptions {
  /** Names this output, so that a later `update` can replace it. */
  readonly displayId?: string;
  readonly metadata?: { readonly [key: string]: unknown };
}

export interface DisplayHost {
  /** Shows a bundle in the output of the cell that is running. */
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  /** Replaces every output shown under `displayId`. */
  update(displayId: string, bundle: MimeBundle): void;
  /** Empties the cell's output; with `wait`, only once the next output arrives. */
  clear(wait?: boolean): void;
}

/**
 * The host of the running kernel, or undefined in a plain Node process.
 *
 * @example
 * displayHost(); // undefined, outside a notebook
 */
export function displayHost(): DisplayHost | undefined {
  return (globalThis as { [displayHostKey]?: DisplayHost })[displayHostKey];
}
