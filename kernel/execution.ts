/**
 * Execute requests, one after the other: compile, run, publish, answer.
 *
 * A request waits in the queue until the one before has been answered. When one fails, those that
 * wait behind it are answered `aborted`, unless it said `stop_on_error: false`; what arrives later
 * runs. Output finds its request by the cell's id, however late it comes.
 */
import type { CompilerThread } from "./compiler-thread.js";
import type { History } from "./protocol/history.js";
import type {
  ContentOf,
  ErrorContent,
  ExecuteReply,
  ExecuteRequest,
  Header,
  MessageType,
  UserExpressionResult,
} from "./protocol/messages.js";
import type { Publisher } from "./protocol/publisher.js";
import type { CellResult } from "./runner/protocol.js";
import type { RunnerThread } from "./runner-thread.js";
import { slowImports } from "./slow-imports.js";

export interface Execution {
  readonly header: Header;
  readonly identities: readonly Uint8Array[];
  readonly content: ExecuteRequest;
  /** Runs `body` between busy and idle and sends its reply. */
  readonly answer: (body: () => Promise<ExecuteReply>) => Promise<void>;
}

/** A cell on its way through the compiler and the runner. */
interface Begun {
  /** Whether it has a number of its own, and a place in the history. */
  readonly counts: boolean;
  readonly execution_count: number;
  readonly result: Promise<CellResult>;
}

export interface ExecutionContext {
  readonly compiler: CompilerThread;
  readonly runner: () => RunnerThread;
  readonly publisher: Publisher;
  readonly history: History;
}

const NO_CODE: ExecuteRequest = {
  code: "",
  silent: false,
  store_history: false,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: false,
};

const INTERRUPTED: ErrorContent = {
  ename: "KeyboardInterrupt",
  evalue: "the cell was interrupted before it ran",
  traceback: ["KeyboardInterrupt: the cell was interrupted before it ran"],
};

/** Requests of the latest cells, for output that comes after their end. */
const MAX_REMEMBERED = 1000;

export class ExecutionQueue {
  readonly #context: ExecutionContext;
  readonly #queue: Execution[] = [];
  readonly #executions = new Map<number, Execution>();
  #count = 0;
  #nextCell = 1;
  #working = false;
  /** Tells the compiler how the latest cell has ended; before it compiles anything else. */
  #commit: () => void = () => {};
  /** Ends the cell whose compilation is waited for; the compiler goes on, and nobody listens. */
  #stopWaiting: () => void = () => {};

  constructor(context: ExecutionContext) {
    this.#context = context;
  }

  /** The request whose cell this is, or the latest one. */
  find(cell: number): Execution | undefined {
    return this.#executions.get(cell) ?? [...this.#executions.values()].at(-1);
  }

  /** A cell id for output that answers another message than an execute request. */
  adopt(header: Header, identities: readonly Uint8Array[]): number {
    const cell = this.#nextCell++;
    this.#remember(cell, { header, identities, content: NO_CODE, answer: async () => undefined });
    return cell;
  }

  add(execution: Execution): void {
    this.#queue.push(execution);
    if (!this.#working) void this.#work();
  }

  /** Keeps the cell that is being compiled from running. The runner stops one that runs. */
  interrupt(): void {
    this.#context.runner().cancel(this.#nextCell - 1);
    this.#stopWaiting();
  }

  /** The runner has lost its variables. */
  reset(): void {
    this.#context.compiler.calls.tell("reset");
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const execution = next;
      let aborted: readonly Execution[] = [];
      // First, because the compiler is at work while we note and publish.
      const begun = this.#begin(execution);
      await execution.answer(async () => {
        const reply = await this.#execute(execution, begun);
        if (reply.status === "error" && execution.content.stop_on_error) {
          aborted = await this.#takeWaiting();
        }
        return reply;
      });
      setImmediate(() => this.#settle());
      for (const waiting of aborted) await waiting.answer(async () => this.#abort());
    }
    this.#working = false;
  }

  /** What nobody waits for, when the answer is on its way. */
  #settle(): void {
    this.#commit();
    this.#context.history.flush();
  }

  /** What was sent before the failure was known; the sockets may hold some of it still. */
  async #takeWaiting(): Promise<readonly Execution[]> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    return this.#queue.splice(0);
  }

  #abort(): ExecuteReply {
    return {
      status: "aborted",
      execution_count: this.#count,
      ename: "Aborted",
      evalue: "an earlier cell failed",
      traceback: [],
    };
  }

  #begin(execution: Execution): Begun {
    const { code, silent, store_history } = execution.content;
    const counts = !silent && store_history;
    if (counts) this.#count++;
    const name = counts ? `In[${this.#count}]` : `In[silent ${this.#nextCell}]`;
    return { counts, execution_count: this.#count, result: this.#run(code, name, execution) };
  }

  async #execute(execution: Execution, begun: Begun): Promise<ExecuteReply> {
    const { code, silent } = execution.content;
    const { history, publisher } = this.#context;
    const { counts, execution_count } = begun;
    const publish = <T extends MessageType>(type: T, content: ContentOf[T]) => {
      if (!silent) publisher.publish(type, content, execution.header);
    };
    if (counts) history.add(execution_count, code);
    publish("execute_input", { code, execution_count });
    const result = await begun.result;
    if (!result.ok) {
      publish("error", result.error);
      return { status: "error", execution_count, ...result.error };
    }
    if (result.result) {
      publish("execute_result", { execution_count, ...result.result });
      const text = result.result.data["text/plain"];
      if (counts && typeof text === "string") history.setOutput(text);
    }
    const user_expressions = await this.#evaluateExpressions(execution);
    return { status: "ok", execution_count, payload: [], user_expressions };
  }

  async #run(
    source: string,
    name: string,
    execution: Execution,
    isExpression = false,
  ): Promise<CellResult> {
    const { compiler, runner } = this.#context;
    const cell = this.#nextCell++;
    this.#remember(cell, execution);
    if (source.trim() === "" && !isExpression) return { ok: true };
    this.#commit();
    const { allow_stdin: allowStdin, silent } = execution.content;
    const compiling = compiler.calls.call("compile", { source, name, isExpression });
    runner().expect(slowImports(source));
    const compiled = await Promise.race([compiling, this.#interruption()]);
    if (!compiled) return { ok: false, error: INTERRUPTED, defined: [] };
    if (!compiled.ok) {
      return { ok: false, error: compileError(compiled.diagnostics), defined: [] };
    }
    const program = compiled.cell;
    const result = await runner().run({ cell, name, source, program, allowStdin, silent });
    this.#commit = () => {
      this.#commit = () => {};
      // In order with the next compile, so there is no need to wait for it.
      compiler.calls.tell("commit", result.ok ? undefined : result.defined);
    };
    return result;
  }

  /** Resolves when the cell at hand is interrupted. */
  #interruption(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#stopWaiting = () => resolve(undefined);
    });
  }

  async #evaluateExpressions(execution: Execution) {
    const results: Record<string, UserExpressionResult> = {};
    for (const [key, expression] of Object.entries(execution.content.user_expressions ?? {})) {
      const visible = { ...execution, content: { ...execution.content, silent: false } };
      const result = await this.#run(expression, `In[${key}]`, visible, true);
      results[key] = result.ok
        ? { status: "ok", data: {}, metadata: {}, ...result.result }
        : { status: "error", ...result.error };
    }
    return results;
  }

  #remember(cell: number, execution: Execution): void {
    this.#executions.set(cell, execution);
    if (this.#executions.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#executions.keys();
    if (oldest !== undefined) this.#executions.delete(oldest);
  }
}

function compileError(
  diagnostics: readonly {
    readonly code: number;
    readonly message: string;
    readonly text: string;
  }[],
): ErrorContent {
  const [first] = diagnostics;
  return {
    ename: "CompileError",
    evalue: first ? `TS${first.code}: ${first.message}` : "the cell does not compile",
    traceback: diagnostics.map(({ text }) => `${text}\n`),
  };
}
