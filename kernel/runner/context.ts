/**
 * Which cell is running: the attribution of output to the cell that caused it.
 *
 * A cell's promises, timers and ticks carry its id into their callbacks. This is what
 * AsyncLocalStorage does, but that keeps a stack in Node which an interrupt (V8 terminates the
 * running code, no `finally` runs) leaves corrupt, and Node then aborts the process. V8's promise
 * hooks and wrapped timers have no such stack.
 */

import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import { promiseHooks } from "node:v8";
import type { CellId } from "./protocol.js";

/** Code of no cell: the kernel's own. */
export const NO_CELL: CellId = 0;

let current: CellId = NO_CELL;
let latest: CellId = NO_CELL;
const ofPromise = new WeakMap<object, CellId>();

/** The cell that caused the running code; for callbacks of unknown origin, the latest one. */
export const currentCell = (): CellId => (current === NO_CELL ? latest : current);

/** The cell that caused the running code, if it is known. */
export const exactCell = (): CellId => current;

export function runInCell<T>(cell: CellId, body: () => T): T {
  const before = current;
  current = cell;
  try {
    return body();
  } finally {
    current = before;
  }
}

export function startCell(cell: CellId): void {
  latest = cell;
}

/** After V8 terminated the running code: no `finally` has put it back. */
export function resetContext(): void {
  current = NO_CELL;
}

interface Timer {
  readonly cell: CellId;
  readonly cancel: () => void;
}
const liveTimers = new Map<object, Timer>();

/** Ends the timers that cells have set: those of one, or of all. */
export function cancelTimers(cell?: CellId): number {
  let count = 0;
  for (const [handle, timer] of liveTimers) {
    if (cell !== undefined && timer.cell !== cell) continue;
    timer.cancel();
    liveTimers.delete(handle);
    count++;
  }
  return count;
}

type Callback = (...args: unknown[]) => unknown;
type SetTimer = (callback: Callback, ...rest: unknown[]) => object;

/** Wraps every way of the global object to call a function later. */
export function trackContext(): void {
  promiseHooks.createHook({
    init: (promise) => {
      if (current !== NO_CELL) ofPromise.set(promise, current);
    },
    before: (promise) => {
      current = ofPromise.get(promise) ?? NO_CELL;
    },
    after: () => {
      current = NO_CELL;
    },
  });
  const table = timers as unknown as Record<string, unknown>;
  const wrap = (name: string, clear: (handle: never) => void, repeats: boolean) => {
    const original = table[name] as SetTimer;
    const wrapped = (callback: Callback, ...rest: unknown[]): object => {
      const cell = current;
      if (cell === NO_CELL || typeof callback !== "function") return original(callback, ...rest);
      const call: Callback = (...args) => {
        if (!repeats) liveTimers.delete(handle);
        return runInCell(cell, () => callback(...args));
      };
      const handle = original(call, ...rest);
      liveTimers.set(handle, { cell, cancel: () => clear(handle as never) });
      return handle;
    };
    // `util.promisify(setTimeout)` and `setTimeout.length` keep working.
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
    table[name] = wrapped;
    Object.assign(globalThis, { [name]: wrapped });
  };
  wrap("setTimeout", clearTimeout, false);
  wrap("setInterval", clearInterval, true);
  wrap("setImmediate", clearImmediate, false);
  wrapClear("clearTimeout");
  wrapClear("clearInterval");
  wrapClear("clearImmediate");
  syncBuiltinESMExports();
  wrapCallbackTakers();
}

function wrapClear(name: "clearTimeout" | "clearInterval" | "clearImmediate"): void {
  const table = timers as unknown as Record<string, (handle: unknown) => void>;
  const original = table[name] as (handle: unknown) => void;
  const wrapped = (handle: unknown): void => {
    if (typeof handle === "object" && handle !== null) liveTimers.delete(handle);
    original(handle);
  };
  table[name] = wrapped;
  Object.assign(globalThis, { [name]: wrapped });
}

function wrapCallbackTakers(): void {
  const nextTick = process.nextTick.bind(process);
  process.nextTick = (callback: (...args: never[]) => void, ...args: never[]) => {
    const cell = current;
    if (cell === NO_CELL) nextTick(callback, ...args);
    else nextTick(() => runInCell(cell, () => callback(...args)));
  };
  const enqueue = globalThis.queueMicrotask;
  globalThis.queueMicrotask = (callback) => {
    const cell = current;
    enqueue(cell === NO_CELL ? callback : () => runInCell(cell, callback));
  };
}
