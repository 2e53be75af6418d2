/**
 * A derivative as the calls of a forward pass and a program from there.
 *
 * `recordDerivative` evaluates a derivative by tfjs's tape and notes the kernels of its forward pass
 * and those after it. Another time the loss runs without the tape; if it makes the same calls, the
 * noted kernels give the derivative from the values of *that* pass. So nothing that the loss reads
 * can be out of date: its numbers are used afresh, and any change of course is seen.
 *
 * What would escape is not recorded: a `tf.customGrad`, whose gradient may close over numbers; a
 * derivative that reads data back into JavaScript; a gradient taken inside the loss.
 */
import * as tf from "@tensorflow/tfjs";
import { Float64Backend } from "../float64/index.js";
import { untaped, watchingLoss, watchingReads } from "./escapes.js";
import { Forward, type ForwardCall, sameCalls, sameList } from "./forward.js";
import { observing } from "./observe.js";
import {
  constantsOf,
  lastReads,
  numbersOf,
  type Operand,
  type Recording,
  read,
  release,
  replayAll,
  type Step,
} from "./program.js";
import { infoOf, Recorder } from "./record.js";
import type { Facts } from "./simplify.js";

export interface Derivation {
  /** What is differentiated by. */
  readonly roots: readonly tf.Tensor[];
  /** Further tensors that the derivative depends on: a direction. */
  readonly seeds: readonly tf.Tensor[];
  /** The value of the loss. */
  loss(): tf.Tensor;
  /** The derivative by tfjs's tape, which runs `loss` once. */
  byTape(loss: () => tf.Tensor): readonly tf.Tensor[];
}

/** The most numbers that the constants of a recorded derivative may hold. */
const MAX_CONSTANTS = 2 ** 16;

/** Numbers that are written anew for each run: between runs no data is held. */
interface Constant {
  readonly slot: number;
  /** One number where it is everywhere the same. */
  readonly values: tf.TypedArray | number;
  readonly info: tf.TensorInfo;
}

/** Which slots of a forward pass are the roots and the value, and what shapes the roots have. */
interface Ends {
  readonly roots: readonly (number | undefined)[];
  readonly shapes: readonly (readonly number[])[];
  readonly value: number;
}

export interface Pass {
  readonly forward: Forward;
  readonly ends: Ends;
}

/** The derivative's entries, and what was recorded of it unless something escaped. */
export interface RecordedDerivative {
  readonly entries: Float64Array;
  readonly derivative: Derivative | undefined;
}

export function recordDerivative(derivation: Derivation): RecordedDerivative {
  const forward = new Forward();
  let recorder: Recorder | undefined;
  let ends: Ends | undefined;
  let escaped = false;
  const loss = () => {
    const value = watchingLoss(() => {
      escaped = true;
    }, derivation.loss);
    ends = endsOf(forward, derivation, value);
    recorder = new Recorder([...forward.values, ...derivation.seeds.map(infoOf)]);
    return value;
  };
  // A loss may read what it likes: it runs again each time.
  const reading = () => {
    escaped ||= recorder !== undefined;
  };
  try {
    const outputs = observing(
      (call, results) => (recorder ?? forward).see(call, results),
      () => watchingReads(reading, () => derivation.byTape(loss)),
    );
    if (recorder === undefined || ends === undefined) throw new Error("the loss was not run");
    const recording = recorder.finish(outputs, earlier(forward.calls));
    recorder = undefined;
    const derivative = escaped ? undefined : Derivative.from({ forward, ends }, recording);
    for (const { dataId } of constantsOf(recording).values()) release(recording.backend, dataId);
    return { entries: entriesOf(outputs), derivative };
  } finally {
    recorder?.abandon();
    forward.release();
  }
}

class Escape extends Error {}

/** Runs the loss alone; undefined where it does what no recording allows. The caller releases. */
export function runForward(derivation: Derivation): Pass | undefined {
  const forward = new Forward();
  let escaped = false;
  const refuse = () => {
    escaped = true;
    throw new Escape("a gradient inside a loss");
  };
  try {
    const value = untaped(() =>
      observing(
        (call, results) => forward.see(call, results),
        () => watchingLoss(refuse, derivation.loss),
      ),
    );
    if (!escaped) return { forward, ends: endsOf(forward, derivation, value) };
  } catch (error) {
    forward.release();
    if (!(error instanceof Escape)) throw error;
    return undefined;
  }
  forward.release();
  return undefined;
}

export class Derivative {
  readonly #dead: readonly (readonly number[])[];
  readonly #size: number;

  private constructor(
    private readonly calls: readonly ForwardCall[],
    private readonly ends: Ends,
    private readonly rules: readonly (readonly [name: string, rule: tf.GradConfig | undefined])[],
    private readonly constants: readonly Constant[],
    private readonly steps: readonly Step[],
    private readonly outputs: readonly Operand[],
    /** The slots of the forward pass and the seeds come first. */
    private readonly given: number,
  ) {
    this.#dead = lastReads({ steps, outputs }, given);
    this.#size = outputs.reduce((sum, { info }) => sum + tf.util.sizeFromShape(info.shape), 0);
  }

  /** Undefined where the constants are too large to keep. */
  static from({ forward, ends }: Pass, recording: Recording): Derivative | undefined {
    const { steps, seeds } = recording;
    const found = [...constantsOf(recording).values()];
    const numbers = found.map((info) => compressed(numbersOf(recording.backend, info)));
    const size = numbers.reduce<number>(
      (n, part) => n + (typeof part === "number" ? 1 : part.length),
      0,
    );
    if (size > MAX_CONSTANTS) return undefined;
    const first = Math.max(seeds.length, ...steps.flatMap(({ results }) => results)) + 1;
    const constants = found.map((info, i) => ({
      slot: first + i,
      values: numbers[i]!,
      info: infoOf(info),
    }));
    const slots = new Map(found.map(({ dataId }, i) => [dataId, first + i]));
    const placed = ({ slot, info }: Operand) => ({
      slot: slot ?? slots.get(info.dataId),
      info: { ...info, dataId: {} },
    });
    return new Derivative(
      forward.calls.map((call) => ({ ...call, attrs: structuredClone(call.attrs) })),
      ends,
      rulesOf([...forward.calls, ...steps]),
      constants,
      steps.map((step) => ({
        ...step,
        operands: step.operands.map(([key, operand]) => [key, placed(operand)] as const),
      })),
      recording.outputs.map(placed),
      seeds.length,
    );
  }

  /** Whether the pass made the same calls, and tfjs would differentiate them by the same rules. */
  fits({ forward, ends }: Pass): boolean {
    return (
      ends.value === this.ends.value &&
      sameList(ends.roots, this.ends.roots) &&
      ends.shapes.every((shape, i) => sameList(shape, this.ends.shapes[i]!)) &&
      sameCalls(forward.calls, this.calls) &&
      this.rules.every(([name, rule]) => ruleOf(name) === rule)
    );
  }

  /** The derivative's entries, from a pass that fits. */
  run({ forward }: Pass, seeds: readonly tf.Tensor[]): Float64Array {
    const backend = tf.backend();
    const slots: (tf.TensorInfo | undefined)[] = [...forward.values, ...seeds];
    for (const { slot, values, info } of this.constants) {
      slots[slot] = write(backend, values, info);
    }
    try {
      replayAll(this.steps, this.#dead, slots, backend);
      return read(backend, this.outputs, slots, this.#size);
    } finally {
      for (let slot = this.given; slot < slots.length; slot++) {
        const left = slots[slot];
        if (left !== undefined) backend.disposeData(left.dataId);
      }
    }
  }
}

function endsOf(forward: Forward, { roots }: Derivation, value: tf.Tensor): Ends {
  return {
    value: forward.slot(value),
    roots: roots.map((root) => forward.known(root)),
    shapes: roots.map(({ shape }) => shape),
  };
}

/** The registered gradients, which a notebook may replace. */
function rulesOf(calls: readonly { readonly name: string }[]) {
  const names = [...new Set(calls.map(({ name }) => name))];
  return names.map((name) => [name, ruleOf(name)] as const);
}

function ruleOf(name: string): tf.GradConfig | undefined {
  return tf.getGradient(name);
}

export function entriesOf(tensors: readonly tf.Tensor[]): Float64Array {
  const entries = new Float64Array(tensors.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const tensor of tensors) {
    entries.set(tensor.dataSync(), at);
    at += tensor.size;
  }
  return entries;
}

/** A copy of the numbers, or the one that they all are. */
function compressed(values: tf.TypedArray): tf.TypedArray | number {
  const first = values[0] ?? 0;
  return values.every((value) => value === first) ? first : values.slice();
}

function write(
  backend: tf.KernelBackend,
  values: tf.TypedArray | number,
  { shape, dtype }: tf.TensorInfo,
): tf.TensorInfo {
  const size = tf.util.sizeFromShape(shape);
  if (backend instanceof Float64Backend) {
    const room = backend.array(size, dtype);
    if (typeof values === "number") room.fill(values);
    else room.set(values);
    return backend.make(shape, room, dtype);
  }
  const copy =
    typeof values === "number"
      ? tf.util.getTypedArrayFromDType(numeric(dtype), size).fill(values)
      : values.slice();
  return { dataId: backend.write(copy, [...shape], dtype), shape: [...shape], dtype };
}

function numeric(dtype: tf.DataType): tf.NumericDataType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new TypeError(`a constant of dtype ${dtype} is no number`);
}

/** The forward pass's calls, as the program sees them. */
function earlier(calls: readonly ForwardCall[]): Facts["earlier"] {
  return calls.map(({ name, attrs, operands, results }) => ({
    name,
    attrs,
    results,
    operands: operands.map(({ key, slot, shape, dtype }): [string, Operand] => [
      key,
      { slot, info: { dataId: {}, shape: [...shape], dtype } },
    ]),
  }));
}
