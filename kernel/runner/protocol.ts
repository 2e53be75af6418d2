/**
 * What the protocol thread and the runner thread say to each other.
 *
 * Each way one queue, in order: what a cell printed always arrives before the cell's end. `CellId`
 * is the number of one evaluation; output carries it, so that a timer's late print still finds its
 * cell.
 */
import type { CompiledCell } from "../compiler/compiler.js";
import type { JsonObject, MimeData } from "../protocol/messages.js";

/** Identifies one execution, and with it the request that its output answers. */
export type CellId = number;

export interface RunRequest {
  readonly cell: CellId;
  /** As stack traces name the cell. */
  readonly name: string;
  readonly source: string;
  readonly program: CompiledCell;
  readonly allowStdin: boolean;
  readonly silent: boolean;
}

export type ToRunner =
  | { readonly type: "run"; readonly request: RunRequest }
  | { readonly type: "settle-interrupt" }
  | { readonly type: "expect"; readonly specifiers: readonly string[] }
  | {
      readonly type: "comm";
      readonly event: "open" | "msg" | "close";
      readonly commId: string;
      readonly target: string;
      readonly data: JsonObject;
      readonly buffers: readonly Uint8Array[];
      readonly cell: CellId;
    };

export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
export interface Bundle {
  readonly data: MimeData;
  readonly metadata: JsonObject;
}
export type CellResult =
  | { readonly ok: true; readonly result?: Bundle }
  | { readonly ok: false; readonly error: CellError; readonly defined: readonly string[] };

export type FromRunner =
  | { readonly type: "ready" }
  | { readonly type: "done"; readonly cell: CellId; readonly result: CellResult }
  | {
      readonly type: "stream";
      readonly cell: CellId;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly type: "display";
      readonly cell: CellId;
      readonly bundle: Bundle;
      readonly displayId?: string;
      readonly update: boolean;
    }
  | { readonly type: "clear"; readonly cell: CellId; readonly wait: boolean }
  | { readonly type: "interrupt-settled"; readonly round: number }
  | {
      readonly type: "input-request";
      readonly cell: CellId;
      readonly prompt: string;
      readonly password: boolean;
    }
  | {
      readonly type: "comm";
      readonly event: "open" | "msg" | "close";
      readonly commId: string;
      readonly target: string;
      readonly data: JsonObject;
      readonly metadata: JsonObject;
      readonly buffers: readonly Uint8Array[];
      readonly cell: CellId;
    };

/**
 * Shared memory, Int32 each. INTERRUPT is set while the user's code should stop; POSTED and TAKEN
 * count characters of output, so that a flood waits for its reader instead of filling the memory;
 * INPUT wakes a `prompt()` that blocks; an interrupt is for CANCELLED and the cells before it,
 * and ROUND counts interrupts, so that an answer to one is not taken for an answer to the next.
 * LOADING says since when a package is being loaded (`uptimeMs`), 0 when none is.
 */
export const SHARED = {
  INTERRUPT: 0,
  POSTED: 1,
  TAKEN: 2,
  INPUT: 3,
  CANCELLED: 4,
  ROUND: 5,
  LOADING: 6,
  LENGTH: 7,
} as const;

/** In LOADING: the code that loaded has been terminated. */
export const LOAD_TERMINATED = -1;

/** The process's age, the same in all threads, as a positive Int32: after 25 days it begins anew. */
export const uptimeMs = (): number => (Math.floor(process.uptime() * 1000) % (2 ** 31 - 1)) + 1;

export interface RunnerData {
  readonly shared: SharedArrayBuffer;
  readonly cwd: string;
  readonly packageRoot: string;
}
