/**
 * The `display` object that every cell has: shows a value, or content of a given kind, at once.
 *
 * With an id the output can be replaced later, from this cell or another.
 */
import { randomUUID } from "node:crypto";
import type { DisplayHost, DisplayOptions, MimeBundle } from "../../src/figures/display.js";
import { asJson, toBundle, toMime } from "./bundle.js";
import type { Display, DisplayHandle } from "./cell-globals.js";
import { currentCell } from "./context.js";
import type { Bundle, CellId, FromRunner } from "./protocol.js";

/** What `display` returns. As a cell's last value it shows nothing more. */
export class ShownOutput implements DisplayHandle {
  readonly displayId: string;
  readonly #update: (displayId: string, value: unknown) => void;

  constructor(displayId: string, update: (displayId: string, value: unknown) => void) {
    this.displayId = displayId;
    this.#update = update;
  }

  update(value: unknown): void {
    this.#update(this.displayId, value);
  }
}

type Post = (message: FromRunner) => void;

/** The host that libraries find on `globalThis`, and that `display` is made of. */
export function createDisplayHost(post: Post): DisplayHost {
  return {
    display: (bundle, options = {}) =>
      post({
        type: "display",
        cell: currentCell(),
        bundle: { ...toMime(bundle), metadata: asJson(options.metadata ?? {}, "metadata") },
        update: false,
        ...(options.displayId !== undefined && { displayId: options.displayId }),
      }),
    update: (displayId, bundle) =>
      post({
        type: "display",
        cell: currentCell(),
        bundle: toMime(bundle),
        displayId,
        update: true,
      }),
    clear: (wait = false) => post({ type: "clear", cell: currentCell(), wait }),
  };
}

/** @param pending is told of bundles still being made, so that a cell can wait for them. */
export function createDisplay(
  host: DisplayHost,
  post: Post,
  pending: (work: Promise<void>) => void,
): Display {
  const send = (value: unknown, displayId: string, options: DisplayOptions, update: boolean) => {
    const cell: CellId = currentCell();
    const work = bundleOf(value).then((bundle) => {
      const metadata = asJson({ ...bundle.metadata, ...options.metadata }, "metadata");
      post({ type: "display", cell, bundle: { ...bundle, metadata }, displayId, update });
    });
    pending(work);
  };
  const update = (displayId: string, value: unknown): void => send(value, displayId, {}, true);
  const show = (bundle: MimeBundle, options: DisplayOptions = {}): DisplayHandle => {
    const displayId = options.displayId ?? randomUUID();
    host.display(bundle, { ...options, displayId });
    return new ShownOutput(displayId, update);
  };
  const any = (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
    const displayId = options.displayId ?? randomUUID();
    send(value, displayId, options, false);
    return new ShownOutput(displayId, update);
  };
  const clear = (wait?: boolean) => host.clear(wait);
  return Object.assign(any, { ...helpers(show), mime: show, update, clear, host });
}

/** One function a kind of content. */
function helpers(show: (bundle: MimeBundle, options?: DisplayOptions) => DisplayHandle) {
  const of =
    <T>(type: string, alternative?: (content: T) => string) =>
    (content: T, options?: DisplayOptions): DisplayHandle =>
      show(
        { [type]: content, ...(alternative && { "text/plain": alternative(content) }) },
        options,
      );
  return {
    html: of<string>("text/html"),
    markdown: of<string>("text/markdown", (text) => text),
    latex: of<string>("text/latex", (formula) => formula),
    svg: of<string>("image/svg+xml"),
    png: of<Uint8Array | string>("image/png"),
    jpeg: of<Uint8Array | string>("image/jpeg"),
    javascript: of<string>("application/javascript"),
    json: of<unknown>("application/json", (value) => JSON.stringify(value)),
    text: of<string>("text/plain"),
  };
}

/** `display(null)` shows the word, where a cell's last value shows nothing. */
async function bundleOf(value: unknown): Promise<Bundle> {
  const bundle = await toBundle(value);
  return bundle ?? { data: { "text/plain": String(value) }, metadata: {} };
}
