/**
 * A forward pass as the list of its kernel calls, to tell whether another one did the same.
 *
 * Two passes of one structure run the same kernels with the same attributes, wired in the same way,
 * on shapes and types that agree; only the numbers may differ. Every value has a slot, numbered as it
 * first appears: tensors from outside and results alike. The values are held until `release`, since
 * the loss may tidy away what its gradient reads. An op that only renames data needs no call.
 */
import * as tf from "@tensorflow/tfjs";
import type { KernelCall } from "./observe.js";
import { hold, release } from "./program.js";
import { infoOf } from "./record.js";

export interface ForwardCall {
  readonly name: string;
  readonly attrs: tf.NamedAttrMap;
  readonly operands: readonly ForwardOperand[];
  readonly results: readonly number[];
}

interface ForwardOperand {
  readonly key: string;
  readonly slot: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

export class Forward {
  readonly calls: ForwardCall[] = [];
  /** What each slot holds, under the shape that it first had. */
  readonly values: tf.TensorInfo[] = [];
  readonly #backend = tf.backend();
  readonly #slots = new Map<object, number>();

  see({ name, inputs, attrs }: KernelCall, outputs: readonly tf.TensorInfo[]): void {
    const operands: ForwardOperand[] = [];
    const ids: object[] = [];
    for (const key in inputs) {
      const info = inputs[key];
      if (info === undefined || info === null) continue;
      ids.push(info.dataId);
      const slot = this.slot(info);
      operands.push({ key, slot, shape: info.shape, dtype: info.dtype });
    }
    if (ids.length > 0 && outputs.every(({ dataId }) => ids.includes(dataId))) return;
    const results = outputs.map((info) => this.slot(info));
    this.calls.push({ name, attrs, operands, results });
  }

  /** The tensor's slot, a new one if it has not been seen. */
  slot(tensor: tf.TensorInfo): number {
    const known = this.known(tensor);
    if (known !== undefined) return known;
    hold(this.#backend, tensor.dataId);
    this.#slots.set(tensor.dataId, this.values.length);
    return this.values.push(infoOf(tensor)) - 1;
  }

  known({ dataId }: tf.TensorInfo): number | undefined {
    return this.#slots.get(dataId);
  }

  release(): void {
    for (const { dataId } of this.values) release(this.#backend, dataId);
  }
}

/** Whether the calls are the same up to the numbers that they work on. */
export function sameCalls(a: readonly ForwardCall[], b: readonly ForwardCall[]): boolean {
  return a.length === b.length && a.every((call, i) => sameCall(call, b[i]!));
}

function sameCall(a: ForwardCall, b: ForwardCall): boolean {
  return (
    a.name === b.name &&
    sameList(a.results, b.results) &&
    a.operands.length === b.operands.length &&
    a.operands.every((operand, i) => sameOperand(operand, b.operands[i]!)) &&
    sameAttribute(a.attrs, b.attrs)
  );
}

function sameOperand(a: ForwardOperand, b: ForwardOperand): boolean {
  return a.slot === b.slot && a.key === b.key && a.dtype === b.dtype && sameList(a.shape, b.shape);
}

/** Deep equality of what kernels take for attributes: numbers, strings, lists and records. */
function sameAttribute(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const entries = Object.entries(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => sameAttribute(value, (b as Record<string, unknown>)[key]))
  );
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
