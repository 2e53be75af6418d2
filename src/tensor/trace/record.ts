/**
 * Recording the part of an evaluation that depends on some seed tensors.
 *
 * While the evaluation runs, calls whose inputs descend from a seed are noted; every other value is
 * a constant, computed once and held. Afterwards only the steps that the outputs need are kept. An
 * op that only renames data (reshape, identity) shares its input's data and needs no step.
 */
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, observing, watchAll } from "./observe.js";
import { constantsOf, type Operand, Program, release, type Step } from "./program.js";

export interface Recorded {
  readonly program: Program;
  /** What f returned for the seeds themselves. */
  readonly outputs: readonly tf.Tensor[];
}

/** The program of f's outputs as a function of the seeds. */
export function record(seeds: readonly tf.Tensor[], f: () => readonly tf.Tensor[]): Recorded {
  watchAll();
  const recorder = new Recorder(seeds);
  try {
    const outputs = observing((call, results) => recorder.see(call, results), f);
    return { program: recorder.finish(outputs), outputs };
  } catch (error) {
    recorder.abandon();
    throw error;
  }
}

class Recorder {
  readonly #backend = tf.backend();
  readonly #seeds: readonly tf.TensorInfo[];
  readonly #slots = new Map<object, number>();
  readonly #steps: Step[] = [];
  readonly #held = new Set<object>();
  #count = 0;

  constructor(seeds: readonly tf.Tensor[]) {
    this.#seeds = seeds.map(infoOf);
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
      this.#backend.incRef(info.dataId);
      this.#held.add(info.dataId);
    }
    return { slot, info };
  }

  finish(tensors: readonly tf.Tensor[]): Program {
    const outputs = tensors.map((tensor) => this.#operand(tensor));
    const steps = needed(this.#steps, outputs);
    const kept = constantsOf({ steps, outputs });
    for (const dataId of this.#held) if (!kept.has(dataId)) release(this.#backend, dataId);
    return new Program({ backend: this.#backend, steps, seeds: this.#seeds, outputs });
  }

  abandon(): void {
    for (const dataId of this.#held) release(this.#backend, dataId);
  }
}

function infoOf({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return { dataId, shape: [...shape], dtype };
}

/** The steps that the outputs depend on. */
function needed(steps: readonly Step[], outputs: readonly Operand[]): Step[] {
  const wanted = new Set(outputs.map(({ slot }) => slot));
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!step.results.some((slot) => wanted.has(slot))) continue;
    kept.push(step);
    for (const [, { slot }] of step.operands) wanted.add(slot);
  }
  return kept.reverse();
}
