/**
 * Runs cells: one at a time, each to exactly one result, whatever happens to it.
 *
 * A cell ends when its code returns, throws, or is interrupted. The interrupt comes in two steps.
 * First a flag in shared memory: loop guards and waiting calls see it and throw, so that `finally`
 * blocks run. Code that sees no flag is terminated by V8 from the protocol thread; nothing of that
 * code's stack runs on, not even ours, so the cell is settled from a message of its own.
 */
import { join } from "node:path";
import { RUNTIME } from "../compiler/commonjs-runtime.js";
import { toBundle } from "./bundle.js";
import {
  cancelTimers,
  currentCell,
  exactCell,
  resetContext,
  runInCell,
  startCell,
} from "./context.js";
import { ShownOutput } from "./display.js";
import { registerSource, toCellError } from "./errors.js";
import { Loads } from "./loads.js";
import { compileFunction, Modules } from "./modules.js";
import { type Importer, Packages } from "./packages.js";
import {
  type CellId,
  type CellResult,
  type RunnerData,
  type RunRequest,
  SHARED,
} from "./protocol.js";
import { repairTensorFlow } from "./tensorflow.js";

/** What an interrupted cell throws. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";
  constructor(message = "the cell was interrupted") {
    super(message);
  }
}

/** Values of the interrupt flag. The protocol thread raises it to the first. */
const STOP_ALL = 1;
const STOP_ZOMBIES = 2;

interface Running {
  readonly request: RunRequest;
  readonly finish: (result: CellResult) => void;
}

export class Cells {
  /** The names of all cells: what compiled code calls `exports`. */
  readonly scope: Record<string, unknown> = {};
  readonly #data: RunnerData;
  readonly #shared: Int32Array;
  readonly #globals: Readonly<Record<string, unknown>>;
  readonly #loads: Loads;
  readonly #modules: Modules;
  readonly #import: Importer;
  readonly #pending = new Map<Promise<void>, CellId>();
  /** Interrupted cells whose code is still waiting for something, and must not go on then. */
  readonly #zombies = new Set<CellId>();
  #running: Running | undefined;

  constructor(
    data: RunnerData,
    shared: Int32Array,
    globals: Readonly<Record<string, unknown>>,
    builtin: ReadonlyMap<string, unknown>,
  ) {
    this.#data = data;
    this.#shared = shared;
    this.#globals = globals;
    // Each cell marks its exports; a mark that is already there may be made again in any way.
    Object.defineProperty(this.scope, "__esModule", { value: true, configurable: true });
    const runtime = (importer: Importer) => this.#runtime(importer);
    this.#loads = new Loads(shared);
    const packages = new Packages(data.packageRoot, builtin, this.#loads);
    this.#modules = new Modules(data.cwd, runtime, packages);
    this.#import = this.#modules.importerFrom(data.cwd);
  }

  /** The cell that runs, if one does. */
  get running(): CellId | undefined {
    return this.#running?.request.cell;
  }

  get allowsStdin(): boolean {
    return this.#running?.request.allowStdin ?? false;
  }

  /** Work that must end before the running cell does: displays still being made. */
  addPending(work: Promise<void>): void {
    const guarded = work.catch((error: unknown) => console.error(error));
    this.#pending.set(guarded, currentCell());
    void guarded.then(() => this.#pending.delete(guarded));
  }

  /** Only what the cell itself has begun: another's display may never be made. */
  async #settlePending(cell: CellId): Promise<void> {
    for (;;) {
      const own = [...this.#pending].flatMap(([work, of]) => (of === cell ? [work] : []));
      if (own.length === 0) return;
      await Promise.all(own);
    }
  }

  /** `done` is called once; a callback, because terminated code loses what waits on its promises. */
  run(request: RunRequest, done: (result: CellResult) => void): void {
    startCell(request.cell);
    const finish = (result: CellResult) => {
      if (this.#running?.request !== request) return; // settled by an interrupt before
      this.#running = undefined;
      done(result);
    };
    this.#running = { request, finish };
    if (this.isCancelled(request.cell)) {
      finish(this.#failed(new KeyboardInterrupt("the cell was interrupted before it ran")));
      return;
    }
    runInCell(request.cell, () => this.#evaluate(request))
      .then(finish, (error: unknown) => finish(this.#failed(error)))
      .then(() => this.#bury(request.cell));
  }

  /** Begins to load what the next cell imports. */
  expect(specifiers: readonly string[]): void {
    for (const specifier of specifiers) this.#modules.expect(specifier);
  }

  /** Whether a cell must not run: it was interrupted, or one after it. */
  isCancelled(cell: CellId): boolean {
    return cell <= Atomics.load(this.#shared, SHARED.CANCELLED);
  }

  /** The protocol thread says: the code has been told to stop, or has been stopped. */
  settleInterrupt(): void {
    resetContext();
    this.#loads.settle();
    repairTensorFlow();
    const running = this.#running;
    cancelTimers(running?.request.cell);
    if (running) this.#zombies.add(running.request.cell);
    Atomics.store(this.#shared, SHARED.INTERRUPT, running ? STOP_ZOMBIES : 0);
    running?.finish(this.#failed(new KeyboardInterrupt()));
  }

  /** What loop guards call while the flag is up: throws if the running code is to stop. */
  readonly stop = (): void => {
    const flag = Atomics.load(this.#shared, SHARED.INTERRUPT);
    if (flag === STOP_ALL || (flag === STOP_ZOMBIES && this.#zombies.has(exactCell()))) {
      throw new KeyboardInterrupt();
    }
  };

  #bury(cell: CellId): void {
    if (!this.#zombies.delete(cell) || this.#zombies.size > 0) return;
    Atomics.compareExchange(this.#shared, SHARED.INTERRUPT, STOP_ZOMBIES, 0);
  }

  async #evaluate(request: RunRequest): Promise<CellResult> {
    const { program, name, source } = request;
    registerSource(name, source, program.map, program.linesBefore);
    if (program.imports.length > 0) {
      await this.#modules.prepare(program.imports, program.modules);
      this.stop(); // an interrupt waits for packages
    }
    const scope = {
      ...this.#globals,
      ...this.#runtime(this.#import),
      exports: this.scope,
      ...this.#modules.scopeFor(join(this.#data.cwd, name), program),
    };
    const cell = compileFunction(program.js, name, Object.keys(scope), program.isAsync);
    try {
      const returned = cell(...Object.values(scope));
      if (program.isAsync) await returned;
    } finally {
      settleBindings(this.scope);
    }
    const value = this.#takeLast(program.lastExpression);
    await this.#settlePending(request.cell);
    if (request.silent || value instanceof ShownOutput) return { ok: true };
    const result = await toBundle(value);
    return result ? { ok: true, result } : { ok: true };
  }

  #takeLast(name: string | undefined): unknown {
    if (name === undefined) return undefined;
    const value = this.scope[name];
    delete this.scope[name];
    // A function without a name has been given that of the variable.
    if (typeof value === "function" && value.name === name) {
      Object.defineProperty(value, "name", { value: "" });
    }
    return value;
  }

  #failed(thrown: unknown): CellResult {
    // What an interrupt makes others throw, such as execSync whose child has ended, is not the news.
    const interrupted = Atomics.load(this.#shared, SHARED.INTERRUPT) === STOP_ALL;
    const error =
      interrupted && !(thrown instanceof KeyboardInterrupt) ? new KeyboardInterrupt() : thrown;
    settleBindings(this.scope); // terminated code has not come so far
    const defined = Object.keys(this.scope).filter((name) => this.scope[name] !== undefined);
    return { ok: false, error: toCellError(error), defined };
  }

  #runtime(importer: Importer): Readonly<Record<string, unknown>> {
    return {
      [RUNTIME.guard]: this.#shared,
      [RUNTIME.stop]: this.stop,
      [RUNTIME.import]: importer,
    };
  }
}

/** Imported names come as accessors; as plain values, later cells can assign and redeclare them. */
function settleBindings(scope: Record<string, unknown>): void {
  for (const name of Object.keys(scope)) {
    const { get } = Object.getOwnPropertyDescriptor(scope, name) ?? {};
    if (!get) continue;
    const value: unknown = scope[name];
    Object.defineProperty(scope, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}
