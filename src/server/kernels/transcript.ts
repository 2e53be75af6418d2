/**
 * What running cells have put out so far, for a page that was reloaded.
 *
 * A reloaded page is a new client: it knows neither the requests of the old one nor what they print.
 * So the iopub messages of each execution are kept while it runs, and after its end until someone
 * has been told, if the one that asked had left. An execution without its asker is an orphan: its
 * `execute_input` then names the cell in `metadata.curvlab`, and the lab fills that cell again.
 */
import { glance, type PackedMessage, readObject, sizeOf, toPart } from "./packed.js";

interface Execution {
  readonly cellId: string;
  readonly session: string;
  readonly messages: PackedMessage[];
  bytes: number;
  done: boolean;
}

export type IsConnected = (session: string) => boolean;

const BYTES_PER_EXECUTION = 64 * 1024 * 1024;
const EXECUTIONS_KEPT = 500;

export class Transcript {
  /** The request's id → its execution, oldest first. */
  readonly #executions = new Map<string, Execution>();

  constructor(private readonly isConnected: IsConnected) {}

  /** A request on its way to the kernel; only those of notebook cells are kept. */
  asked(session: string, request: PackedMessage): void {
    const { msgId, msgType } = glance(request.header);
    const { cellId } = readObject(request.metadata);
    if (msgType !== "execute_request" || typeof cellId !== "string") return;
    // Running a cell again replaces what an earlier run has left untold.
    for (const [id, old] of this.#executions) {
      if (old.done && old.cellId === cellId) this.#executions.delete(id);
    }
    this.#executions.set(msgId, { cellId, session, messages: [], bytes: 0, done: false });
    const [oldest] = this.#executions.keys();
    if (this.#executions.size > EXECUTIONS_KEPT && oldest !== undefined) {
      this.#executions.delete(oldest);
    }
  }

  /** Takes note of an iopub message. @returns it as the clients should get it. */
  heard(message: PackedMessage, msgType: string): PackedMessage {
    const parent = glance(message.parentHeader).msgId;
    const execution = this.#executions.get(parent);
    if (execution === undefined || execution.done) return message;
    execution.messages.push(message);
    execution.bytes += sizeOf(message);
    // The first messages (busy, execute_input) tell which cell it is: the output after them goes.
    while (execution.bytes > BYTES_PER_EXECUTION && execution.messages.length > 3) {
      const [dropped] = execution.messages.splice(2, 1);
      execution.bytes -= dropped === undefined ? 0 : sizeOf(dropped);
    }
    if (msgType === "status" && readObject(message.content).execution_state === "idle") {
      execution.done = true;
      if (this.isConnected(execution.session)) this.#executions.delete(parent);
    }
    return this.isConnected(execution.session) ? message : addressed(message, execution.cellId);
  }

  /** What a new client must be told; executions that have ended are told once. */
  replay(): PackedMessage[] {
    const orphans = [...this.#executions].filter(([, { session }]) => !this.isConnected(session));
    for (const [id, { done }] of orphans) if (done) this.#executions.delete(id);
    return orphans.flatMap(([, { messages, cellId }]) =>
      messages.map((message) => addressed(message, cellId)),
    );
  }

  /** After a restart nothing of the old process is of use. */
  clear(): void {
    this.#executions.clear();
  }
}

/** Names the cell on the message that opens an execution; the others follow by their parent. */
function addressed(message: PackedMessage, cellId: string): PackedMessage {
  if (glance(message.header).msgType !== "execute_input") return message;
  const metadata = { ...readObject(message.metadata), curvlab: { cellId } };
  return { ...message, metadata: toPart(metadata) };
}
