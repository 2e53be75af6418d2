/**
 * Recording the part of an evaluation that depends on some seed tensors.
 *
 * While the evaluation runs, calls whose inputs descend from a seed are noted; every other value is
 * a constant, computed once and held. Afterwards only the steps that the outputs need are kept. An
 * op that only renames data (reshape, identity) shares its input's data and needs no step.
 */
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, observing, watchAll } from "./observe.js";
import {
  constantsOf,
  hold,
  numbersOf,
  type Operand,
  Program,
  type Recording,
  release,
  type Step,
} from "./program.js";
import { type Facts, simplify } from "./simplify.js";

export interface Recorded {
  readonly program: Program;
  /** What f returned for the seeds themselves. */
  readonly outputs: readonly tf.Tensor[];
}

/** The program of f's outputs as a function of the seeds. */
export function record(seeds: readonly tf.Tensor[], f: () => readonly tf.Tensor[]): Recorded {
  watchAll();
  const recorder = new Recorder(seeds.map(infoOf));
  try {
    const outputs = observing((call, results) => recorder.see(call, results), f);
    return { program: new Program(recorder.finish(outputs)), outputs };
  } catch (error) {
    recorder.abandon();
    throw error;
  }
}

export class Recorder {
  readonly #backend = tf.backend();
  readonly #slots = new Map<object, number>();
  readonly #steps: Step[] = [];
  readonly #held = new Set<object>();
  readonly #uniforms = new Map<object, number | undefined>();
  #count = 0;

  constructor(readonly seeds: readonly tf.TensorInfo[]) {
    for (const { dataId } of seeds) this.#slots.set(dataId, this.#count++);
  }

  see({ name, run, inputs, attrs }: KernelCall, outputs: readonly tf.TensorInfo[]): void {
    const given = Object.entries(inputs).flatMap(([key, info]) =>
      info === undefined || info === null ? [] : [[key, info] as const],
    );
    if (!given.some(([, { dataId }]) => this.#slots.has(dataId))) return;
    if (outputs.every(({ dataId }) => this.#slots.has(dataId))) return;
    const operands = given.map(([key, info]) => [key, this.#operand(info)] as const);
    const results = outputs.map(({ dataId }) => {
      this.#slots.set(dataId, this.#count);
      return this.#count++;
    });
    this.#steps.push({ name, run, operands, listed: Array.isArray(inputs), attrs, results });
  }

  #operand(tensor: tf.TensorInfo): Operand {
    const info = infoOf(tensor);
    const slot = this.#slots.get(info.dataId);
    if (slot === undefined && !this.#held.has(info.dataId)) {
      hold(this.#backend, info.dataId);
      this.#held.add(info.dataId);
    }
    return { slot, info };
  }

  /**
   * What the tensors depend on; its constants stay held, each by one reference. The results of
   * `earlier` calls are in the seeds.
   */
  finish(tensors: readonly tf.Tensor[], earlier: Facts["earlier"] = []): Recording {
    const outputs = tensors.map((tensor) => this.#operand(tensor));
    const plan = simplify(
      { steps: this.#steps, outputs },
      { earlier, uniform: (info) => this.#uniform(info), zeros: (like) => this.#zeros(like) },
    );
    const kept = constantsOf(plan);
    for (const dataId of this.#held) if (!kept.has(dataId)) release(this.#backend, dataId);
    return { backend: this.#backend, seeds: this.seeds, ...plan };
  }

  #uniform({ dataId, dtype, shape }: tf.TensorInfo): number | undefined {
    if (this.#uniforms.has(dataId)) return this.#uniforms.get(dataId);
    const values = numbersOf(this.#backend, { dataId, dtype, shape });
    const first = values[0];
    const found = values.every((value) => value === first) ? first : undefined;
    this.#uniforms.set(dataId, found);
    return found;
  }

  #zeros({ shape, dtype }: tf.TensorInfo): Operand {
    const zeros = new Float32Array(tf.util.sizeFromShape(shape));
    const dataId = this.#backend.write(zeros, [...shape], dtype);
    hold(this.#backend, dataId);
    this.#backend.disposeData(dataId);
    this.#held.add(dataId);
    return { slot: undefined, info: { dataId, shape, dtype } };
  }

  abandon(): void {
    for (const dataId of this.#held) release(this.#backend, dataId);
  }
}

export function infoOf({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return { dataId, shape: [...shape], dtype };
}
