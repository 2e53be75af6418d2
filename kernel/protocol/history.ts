/**
 * The inputs of this and earlier sessions, kept across restarts.
 *
 * One file of JSON lines, appended to, readable by its owner alone. It is read when it is first
 * needed; lines that are no history (a half-written last one) are skipped, and a file that has
 * grown too long is rewritten with its newer half.
 */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { makeFolder } from "../make-folder.js";
import type { HistoryEntry, HistoryRequest } from "./messages.js";

const lineSchema = v.object({
  session: v.number(),
  line: v.number(),
  input: v.string(),
  output: v.optional(v.string()),
});
type Line = v.InferOutput<typeof lineSchema>;

const MAX_LINES = 20_000;

/** Beside Jupyter's own state; CURVLAB_HISTORY names another file. */
export function historyFile(): string {
  const { CURVLAB_HISTORY, XDG_STATE_HOME } = process.env;
  if (CURVLAB_HISTORY) return CURVLAB_HISTORY;
  return join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "curvlab", "history.jsonl");
}

export class History {
  readonly #path: string;
  readonly #log: (text: string) => void;
  #lines: Line[] | undefined;
  #session = 0;
  #last: Line | undefined;
  #broken = false;

  constructor(path: string, log: (text: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Notes an input. Its output, if it has one, follows before the next input. */
  add(line: number, input: string): void {
    const entry = { session: this.#load().session, line, input };
    this.#flush();
    this.#last = entry;
  }

  setOutput(output: string): void {
    if (this.#last) this.#last = { ...this.#last, output };
    this.#flush();
  }

  query(request: HistoryRequest): HistoryEntry[] {
    const { lines, session } = this.#load();
    const all = this.#last ? [...lines, this.#last] : lines;
    return select(all, request, session).map((line): HistoryEntry => {
      const value = request.output ? ([line.input, line.output ?? null] as const) : line.input;
      return [line.session, line.line, value];
    });
  }

  /** Writes what is still in memory. */
  #flush(): void {
    const last = this.#last;
    if (!last) return;
    this.#last = undefined;
    this.#load().lines.push(last);
    if (this.#broken) return;
    try {
      makeFolder(dirname(this.#path));
      appendFileSync(this.#path, `${JSON.stringify(last)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#broken = true;
      this.#log(`history is not kept: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.#flush();
  }

  #load(): { readonly lines: Line[]; readonly session: number } {
    if (this.#lines) return { lines: this.#lines, session: this.#session };
    let lines: Line[] = [];
    try {
      lines = parse(readFileSync(this.#path, "utf8"));
      if (lines.length > MAX_LINES) lines = this.#shorten(lines);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#log(String(error));
    }
    this.#lines = lines;
    this.#session = lines.reduce((latest, line) => Math.max(latest, line.session), 0) + 1;
    return { lines, session: this.#session };
  }

  #shorten(lines: readonly Line[]): Line[] {
    const kept = lines.slice(-MAX_LINES / 2);
    const text = kept.map((line) => `${JSON.stringify(line)}\n`).join("");
    const temporary = `${this.#path}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, this.#path);
    return kept;
  }
}

function parse(text: string): Line[] {
  return text.split("\n").flatMap((json) => {
    if (json === "") return [];
    try {
      return [v.parse(lineSchema, JSON.parse(json))];
    } catch {
      return [];
    }
  });
}

function select(lines: readonly Line[], request: HistoryRequest, session: number): Line[] {
  switch (request.hist_access_type) {
    case "tail":
      return last(lines, request.n);
    case "range": {
      // 0 is this session; a negative number counts back from it.
      const asked = request.session ?? 0;
      const wanted = asked <= 0 ? session + asked : asked;
      const { start, stop } = request;
      return lines.filter(
        (line) =>
          line.session === wanted &&
          line.line >= (start ?? 0) &&
          (stop === undefined || stop === null || line.line < stop),
      );
    }
    case "search": {
      const pattern = globToRegExp(request.pattern ?? "*");
      let found = lines.filter((line) => pattern.test(line.input));
      if (request.unique) {
        found = [...new Map(found.map((line) => [line.input, line])).values()];
      }
      return last(found, request.n);
    }
  }
}

/** All, where no number is asked for. */
const last = (lines: readonly Line[], n: number | null | undefined): Line[] =>
  lines.slice(Math.max(0, lines.length - Math.max(0, n ?? lines.length)));

/** `*` is any text, `?` any character, as in IPython's history. */
function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[\\s\\S]*")
    .replaceAll("?", "[\\s\\S]");
  return new RegExp(`^${body}$`);
}
