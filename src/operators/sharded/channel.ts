/**
 * The memory through which a sharded Hessian's threads talk.
 *
 * A product is synchronous, so the thread that asks cannot await messages: it sets a command, raises
 * the generation and waits on each worker's cell until that shows the generation too (minus it, if
 * the worker failed). Commands, vectors and results lie in shared memory; nothing is copied twice.
 */
export const RECORD = 1;
export const APPLY = 2;

export interface ChannelShape {
  readonly workers: number;
  readonly shards: number;
  /** The number of all parameters, and of those that the operator is of. */
  readonly parameters: number;
  readonly size: number;
}

const DOUBLE = 8;
const TEXT_BYTES = 4096;
const [GENERATION, COMMAND, ENDED, TEXT_LENGTH, CELLS] = [0, 1, 2, 3, 4];
/** How long to wait before looking around again, in milliseconds. */
const GLANCE = 100;

export class Channel {
  readonly #control: Int32Array;
  readonly #text: Uint8Array;
  readonly parameters: Float64Array;
  readonly vector: Float64Array;
  /** A row for each shard. */
  readonly rows: Float64Array;
  /** What each worker's operators hold. */
  readonly bytes: Float64Array;

  constructor(
    readonly shape: ChannelShape,
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(bytesOf(shape)),
  ) {
    const { workers, shards, parameters, size } = shape;
    let at = 0;
    const doubles = (length: number) => {
      const view = new Float64Array(memory, at, length);
      at += DOUBLE * length;
      return view;
    };
    this.parameters = doubles(parameters);
    this.vector = doubles(size);
    this.rows = doubles(shards * size);
    this.bytes = doubles(workers);
    this.#control = new Int32Array(memory, at, CELLS + workers);
    this.#text = new Uint8Array(memory, at + 4 * (CELLS + workers), TEXT_BYTES);
  }

  /** Gives the workers a command. */
  send(command: number): void {
    Atomics.store(this.#control, COMMAND, command);
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }

  /** Waits until every worker has done it; throws what the first failure said. */
  wait(): void {
    const generation = Atomics.load(this.#control, GENERATION);
    for (let worker = 0; worker < this.shape.workers; worker++) {
      for (;;) {
        const seen = Atomics.load(this.#control, CELLS + worker);
        if (seen === generation) break;
        if (seen === -generation) throw new Error(this.#message());
        if (Atomics.load(this.#control, ENDED) !== 0) {
          const reason = this.#message();
          throw new Error(
            `a worker thread has ended; make the operator again${reason && ` (${reason})`}`,
          );
        }
        Atomics.wait(this.#control, CELLS + worker, seen, GLANCE);
      }
    }
  }

  /** A worker's side: the next command after `generation`. */
  next(generation: number): { generation: number; command: number } {
    while (Atomics.load(this.#control, GENERATION) === generation) {
      Atomics.wait(this.#control, GENERATION, generation);
    }
    return {
      generation: Atomics.load(this.#control, GENERATION),
      command: Atomics.load(this.#control, COMMAND),
    };
  }

  finish(worker: number, generation: number): void {
    this.#answer(worker, generation);
  }

  fail(worker: number, generation: number, message: string): void {
    this.#write(message);
    this.#answer(worker, -generation);
  }

  /** Tells whoever waits that a worker is no more, and why if that is known. */
  end(reason = ""): void {
    this.#write(reason);
    Atomics.store(this.#control, ENDED, 1);
    for (let w = 0; w < this.shape.workers; w++) Atomics.notify(this.#control, CELLS + w);
  }

  #answer(worker: number, value: number): void {
    Atomics.store(this.#control, CELLS + worker, value);
    Atomics.notify(this.#control, CELLS + worker);
  }

  #write(message: string): void {
    // encodeInto writes to no shared memory, and never half a character.
    const text = new Uint8Array(TEXT_BYTES);
    const { written } = new TextEncoder().encodeInto(message, text);
    this.#text.set(text);
    Atomics.store(this.#control, TEXT_LENGTH, written);
  }

  #message(): string {
    const length = Atomics.load(this.#control, TEXT_LENGTH);
    return new TextDecoder().decode(this.#text.slice(0, length));
  }
}

export function bytesOf({ workers, shards, parameters, size }: ChannelShape): number {
  const doubles = parameters + size + shards * size + workers;
  return DOUBLE * doubles + 4 * (CELLS + workers) + TEXT_BYTES;
}
