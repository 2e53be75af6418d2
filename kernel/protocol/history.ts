/**
 * The inputs of this and earlier sessions, kept across restarts.
 *
 * One file of JSON lines, appended to, readable by its owner alone. It is read when it is first
 * needed; lines that are no history (half-written ones) are skipped, and a file that has grown too
 * long is rewritten with its newer half.
 *
 * Kernels share the file without a lock. Each takes its session's number by a line that claims it,
 * and appends are in one order for all: who has claimed a number first has it.
 */
import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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

const claimSchema = v.object({ session: v.number(), claim: v.string() });
type Claim = v.InferOutput<typeof claimSchema>;

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
  #session: number | undefined;
  /** The latest number in the file. */
  #latest = 0;
  #last: Line | undefined;
  #broken = false;

  constructor(path: string, log: (text: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /** Notes an input. Its output, if it has one, follows before the next input, or `flush`. */
  add(line: number, input: string): void {
    const entry = { session: this.#claimSession(), line, input };
    this.flush();
    this.#last = entry;
  }

  setOutput(output: string): void {
    if (this.#last) this.#last = { ...this.#last, output };
  }

  query(request: HistoryRequest): HistoryEntry[] {
    const lines = this.#load();
    const session = this.#session ?? this.#latest + 1;
    const all = this.#last ? [...lines, this.#last] : lines;
    return select(all, request, session).map((line): HistoryEntry => {
      const value = request.output ? ([line.input, line.output ?? null] as const) : line.input;
      return [line.session, line.line, value];
    });
  }

  /** Writes what is still in memory. */
  flush(): void {
    const last = this.#last;
    if (!last) return;
    this.#last = undefined;
    this.#load().push(last);
    this.#append(last);
  }

  /** On a line of its own, also where another kernel's last one was cut short. */
  #append(line: Line | Claim): void {
    if (this.#broken) return;
    try {
      makeFolder(dirname(this.#path));
      const file = openSync(this.#path, "a+", 0o600);
      try {
        appendFileSync(file, `${endsOpen(file) ? "\n" : ""}${JSON.stringify(line)}\n`);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      this.#broken = true;
      this.#log(`history is not kept: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.flush();
  }

  #claimSession(): number {
    if (this.#session !== undefined) return this.#session;
    this.#load();
    const claim = randomUUID();
    let session = this.#latest + 1;
    for (;;) {
      this.#append({ session, claim });
      const claims = this.#broken ? [] : parse(this.#read(), claimSchema);
      const holder = claims.find((other) => other.session === session);
      if (holder === undefined || holder.claim === claim) break;
      session = latestOf(claims) + 1;
    }
    this.#session = session;
    return session;
  }

  #load(): Line[] {
    if (this.#lines) return this.#lines;
    const text = this.#read();
    let lines = parse(text, lineSchema);
    this.#latest = Math.max(latestOf(lines), latestOf(parse(text, claimSchema)));
    if (lines.length > MAX_LINES) lines = this.#shorten(lines);
    this.#lines = lines;
    return lines;
  }

  #read(): string {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#log(String(error));
      return "";
    }
  }

  /** The claim of the latest number stays, lest it be taken again. */
  #shorten(lines: readonly Line[]): Line[] {
    const kept = lines.slice(-MAX_LINES / 2 + 1);
    const claim: Claim = { session: this.#latest, claim: "shortened" };
    const text = [claim, ...kept].map((line) => `${JSON.stringify(line)}\n`).join("");
    const temporary = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      rmSync(temporary, { force: true });
      this.#log(`history is not shortened: ${(error as Error).message}`);
    }
    return kept;
  }
}

/** Whether a file's last line has no end. */
function endsOpen(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
}

const latestOf = (entries: readonly { readonly session: number }[]): number =>
  entries.reduce((latest, { session }) => Math.max(latest, session), 0);

/** The lines that fit the schema; a key tells the kinds apart before anything is parsed. */
function parse<T>(text: string, schema: v.GenericSchema<unknown, T>): T[] {
  const isClaim = (json: string) => /^\{"session":\d+,"claim":/.test(json);
  const wantsClaims = (schema as unknown) === claimSchema;
  return text.split("\n").flatMap((json) => {
    if (json === "" || isClaim(json) !== wantsClaims) return [];
    try {
      return [v.parse(schema, JSON.parse(json))];
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
