/**
 * A linear map as the list of kernel calls that computes it, replayed at will.
 *
 * A replay runs the list with other seeds on the bare kernels: no tape, no tensors, no forward pass
 * repeated. Kernels are deterministic functions of their inputs, so it gives exactly what a new
 * evaluation would.
 */
import * as tf from "@tensorflow/tfjs";
import { Float64Backend } from "../float64/index.js";
import { batched } from "./batch.js";

/** A value under some shape: what a slot holds at the time, or a constant. */
export interface Operand {
  readonly slot: number | undefined;
  readonly info: tf.TensorInfo;
}

export interface Step {
  readonly name: string;
  readonly run: tf.KernelFunc;
  readonly operands: readonly (readonly [name: string, operand: Operand])[];
  /** Whether the kernel takes its inputs as a list, as concat does. */
  readonly listed: boolean;
  readonly attrs: tf.NamedAttrMap;
  /** The slots that the outputs go to. */
  readonly results: readonly number[];
}

export interface Recording {
  readonly backend: tf.KernelBackend;
  readonly steps: readonly Step[];
  /** Slots 0, 1, … are the seeds. */
  readonly seeds: readonly tf.TensorInfo[];
  readonly outputs: readonly Operand[];
}

/**
 * Vectors that go together, and the largest tensor for which that pays: measured 2–10 times as fast
 * up to some hundred numbers, 1.4–1.8 at a thousand, no faster beyond.
 */
const BLOCK = 32;
const MOST_NUMBERS = 1024;

export class Program {
  readonly #recording: Recording;
  /** For each step, the slots that no later step reads. */
  readonly #dead: readonly (readonly number[])[];
  /** The forms for several vectors, by their number. */
  readonly #blocks = new Map<number, Recording | undefined>();
  #disposed = false;

  /** Takes over the recording, whose constants hold one reference each. */
  constructor(recording: Recording) {
    this.#recording = recording;
    this.#dead = lastReads(recording, 0);
  }

  get inputSize(): number {
    return total(this.#recording.seeds);
  }

  get outputSize(): number {
    return total(this.#recording.outputs.map(({ info }) => info));
  }

  /** The kernels that a replay runs, in order. */
  get kernels(): readonly string[] {
    return this.#recording.steps.map((step) => step.name);
  }

  /** The bytes that the constants hold. */
  get bytes(): number {
    const size = this.#recording.backend instanceof Float64Backend ? 8 : 4;
    return size * total([...constantsOf(this.#recording).values()]);
  }

  run(vector: Float64Array): Float64Array {
    return this.#replay(this.#recording, vector);
  }

  /** A run for each vector, several at once where the program has a form for that. */
  runBlock(vectors: readonly Float64Array[]): Float64Array[] {
    const k = Math.min(BLOCK, vectors.length);
    const wide = k > 1 && this.#isSmall ? this.#wide(k) : undefined;
    if (wide === undefined) return vectors.map((vector) => this.run(vector));
    const { seeds, outputs } = this.#recording;
    const results: Float64Array[] = [];
    for (let start = 0; start + k <= vectors.length; start += k) {
      const packed = interleaved(vectors.slice(start, start + k), seeds.map(sizeOf));
      const found = this.#replay(wide, packed);
      results.push(
        ...separated(
          found,
          k,
          outputs.map(({ info }) => sizeOf(info)),
        ),
      );
    }
    const rest = vectors.slice(results.length);
    return rest.length === 0 ? results : [...results, ...this.runBlock(rest)];
  }

  get #isSmall(): boolean {
    return this.#recording.steps.every(({ operands }) =>
      operands.every(([, { info }]) => sizeOf(info) <= MOST_NUMBERS),
    );
  }

  #wide(k: number): Recording | undefined {
    if (!this.#blocks.has(k)) this.#blocks.set(k, batched(this.#recording, k));
    return this.#blocks.get(k);
  }

  #replay({ backend, seeds, steps, outputs }: Recording, vector: Float64Array): Float64Array {
    if (this.#disposed) throw new Error("this operator has been disposed; make it again");
    const slots: (tf.TensorInfo | undefined)[] = [];
    let at = 0;
    for (const seed of seeds) {
      const size = sizeOf(seed);
      slots.push(write(backend, vector.subarray(at, at + size), seed.shape));
      at += size;
    }
    replayAll(steps, this.#dead, slots, backend);
    const result = read(backend, outputs, slots, total(outputs.map(({ info }) => info)));
    for (const left of slots) if (left !== undefined) backend.disposeData(left.dataId);
    return result;
  }

  /** Frees the constants; the program cannot run any more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const dataId of constantsOf(this.#recording).keys()) {
      release(this.#recording.backend, dataId);
    }
  }
}

/** How many references to stored data are held here, beside those of tensors. */
const holds = new WeakMap<object, number>();

/** Takes a reference to stored data, so that it outlives its tensors. */
export function hold(backend: tf.KernelBackend, dataId: object): void {
  backend.incRef(dataId);
  holds.set(dataId, (holds.get(dataId) ?? 0) + 1);
}

/** Gives it up again. */
export function release(backend: tf.KernelBackend, dataId: object): void {
  holds.set(dataId, (holds.get(dataId) ?? 0) - 1);
  if (backend.disposeData(dataId)) tf.engine().removeDataId(dataId, backend);
}

/** How many tensors share the stored data. */
export function tensorsSharing(backend: tf.KernelBackend, dataId: object): number {
  return backend.refCount(dataId) - (holds.get(dataId) ?? 0);
}

/** The stored data that a program reads besides its seeds. */
export function constantsOf({ steps, outputs }: Pick<Recording, "steps" | "outputs">) {
  const constants = new Map<object, tf.TensorInfo>();
  const operands = [...steps.flatMap((step) => step.operands.map(([, o]) => o)), ...outputs];
  for (const { slot, info } of operands) if (slot === undefined) constants.set(info.dataId, info);
  return constants;
}

/** Runs the steps on what the slots hold; `dead[i]` lists the slots to free after step i. */
export function replayAll(
  steps: readonly Step[],
  dead: readonly (readonly number[])[],
  slots: (tf.TensorInfo | undefined)[],
  backend: tf.KernelBackend,
): void {
  for (let i = 0; i < steps.length; i++) {
    replay(steps[i]!, slots, backend);
    for (const slot of dead[i] ?? []) {
      backend.disposeData(slots[slot]!.dataId);
      slots[slot] = undefined;
    }
  }
}

function replay(step: Step, slots: (tf.TensorInfo | undefined)[], backend: tf.KernelBackend): void {
  const inputs: Record<string, tf.TensorInfo> = {};
  for (const [name, { slot, info }] of step.operands) {
    inputs[name] =
      slot === undefined
        ? info
        : { dataId: slots[slot]!.dataId, shape: info.shape, dtype: info.dtype };
  }
  // A list of inputs is an array to the kernel and a map of indices to tfjs's types.
  const given: unknown = step.listed ? Object.values(inputs) : inputs;
  const found = step.run({ inputs: given as tf.NamedTensorInfoMap, attrs: step.attrs, backend });
  if (!Array.isArray(found)) slots[step.results[0]!] = found;
  else for (let i = 0; i < found.length; i++) slots[step.results[i]!] = found[i];
}

/** For each step, the slots from `first` on that neither a later step nor an output reads. */
export function lastReads(
  { steps, outputs }: Pick<Recording, "steps" | "outputs">,
  first: number,
): number[][] {
  const dead: number[][] = steps.map(() => []);
  const needed = new Set(outputs.map(({ slot }) => slot));
  for (let i = steps.length - 1; i >= 0; i--) {
    const { operands, results } = steps[i]!;
    for (const slot of [...operands.map(([, operand]) => operand.slot), ...results]) {
      if (slot === undefined || slot < first || needed.has(slot)) continue;
      needed.add(slot);
      dead[i]!.push(slot);
    }
  }
  return dead;
}

/** The numbers of stored data, to read only. */
export function numbersOf(backend: tf.KernelBackend, info: tf.TensorInfo): tf.TypedArray {
  // What is differentiated holds numbers, never strings.
  const found: unknown =
    backend instanceof Float64Backend ? backend.values(info) : backend.readSync(info.dataId);
  return found as tf.TypedArray;
}

/** A vector's entries as a float tensor of the backend. */
export function write(
  backend: tf.KernelBackend,
  values: Float64Array,
  shape: readonly number[],
): tf.TensorInfo {
  if (backend instanceof Float64Backend) {
    const copy = backend.room(values.length);
    copy.set(values);
    return backend.make(shape, copy);
  }
  const dataId = backend.write(Float32Array.from(values), [...shape], "float32");
  return { dataId, shape: [...shape], dtype: "float32" };
}

/** The outputs' entries, one after the other. */
export function read(
  backend: tf.KernelBackend,
  outputs: readonly Operand[],
  slots: readonly (tf.TensorInfo | undefined)[],
  size: number,
): Float64Array {
  const vector = new Float64Array(size);
  let at = 0;
  for (const { slot, info } of outputs) {
    const { dataId } = slot === undefined ? info : slots[slot]!;
    vector.set(numbersOf(backend, { ...info, dataId }), at);
    at += tf.util.sizeFromShape(info.shape);
  }
  return vector;
}

/** Of k vectors, all first parts, then all second parts, and so on; parts of these sizes. */
function interleaved(vectors: readonly Float64Array[], sizes: readonly number[]): Float64Array {
  const packed = new Float64Array(vectors.length * (vectors[0]?.length ?? 0));
  let [at, from] = [0, 0];
  for (const size of sizes) {
    for (const vector of vectors) {
      packed.set(vector.subarray(from, from + size), at);
      at += size;
    }
    from += size;
  }
  return packed;
}

/** The inverse of `interleaved`. */
function separated(packed: Float64Array, k: number, sizes: readonly number[]): Float64Array[] {
  const vectors = Array.from({ length: k }, () => new Float64Array(packed.length / k));
  let [at, to] = [0, 0];
  for (const size of sizes) {
    for (const vector of vectors) {
      vector.set(packed.subarray(at, at + size), to);
      at += size;
    }
    to += size;
  }
  return vectors;
}

function sizeOf({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}

function total(infos: readonly tf.TensorInfo[]): number {
  return infos.reduce((sum, info) => sum + tf.util.sizeFromShape(info.shape), 0);
}
