/**
 * A program without the steps that do nothing.
 *
 * Differentiating a gradient by a tape leaves much behind: zeros that flow back from values nobody
 * used, products with ones, and the same function of the same input taken twice, once forwards and
 * once for its slope. Known zeros are carried through the kernels that keep them zero, neutral
 * operands are dropped, and repeated calls take the first result. Every number that remains is
 * computed as before.
 */
import * as tf from "@tensorflow/tfjs";
import { MaxPoolTake } from "../windows/pooling.js";
import type { Operand, Step } from "./program.js";

/** Zero as soon as one operand is. */
const BILINEAR = new Set<string>([
  tf.Multiply,
  tf.BatchMatMul,
  tf.Conv2D,
  tf.Conv2DBackpropFilter,
  tf.Conv2DBackpropInput,
  tf.DepthwiseConv2dNative,
  tf.DepthwiseConv2dNativeBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropInput,
]);

/** Zero if the operand of this name is. */
const LINEAR: Readonly<Record<string, string>> = {
  [tf.RealDiv]: "a",
  [tf.Neg]: "x",
  [tf.Sum]: "x",
  [tf.Mean]: "x",
  [tf.Reshape]: "x",
  [tf.Identity]: "x",
  [tf.Cast]: "x",
  [tf.Transpose]: "x",
  [tf.Slice]: "x",
  [tf.Tile]: "x",
  [tf.Reverse]: "x",
  [tf.Square]: "x",
  [tf.AvgPool]: "x",
  [tf.AvgPoolGrad]: "dy",
  [tf.MaxPoolGrad]: "dy",
  [MaxPoolTake]: "x",
};

/** Zero if every operand is. */
const ADDITIVE = new Set<string>([tf.Add, tf.AddN, tf.Sub, tf.Concat]);

export interface Plan {
  readonly steps: readonly Step[];
  readonly outputs: readonly Operand[];
}

export interface Facts {
  /** The number that a constant holds everywhere, if it is one. */
  uniform(constant: tf.TensorInfo): number | undefined;
  /** A constant of zeros of this shape. */
  zeros(like: tf.TensorInfo): Operand;
  /** Calls whose results are there before the program starts. */
  readonly earlier: readonly Pick<Step, "name" | "operands" | "attrs" | "results">[];
}

export function simplify(plan: Plan, facts: Facts): Plan {
  const simplifier = new Simplifier(facts);
  const steps = plan.steps.flatMap((step) => simplifier.visit(step) ?? []);
  const outputs = plan.outputs.map((output) => simplifier.materialized(output));
  return { steps: withoutUnused(steps, outputs), outputs };
}

class Simplifier {
  readonly #zeros = new Set<number>();
  /** What stands for a slot that is not computed any more. */
  readonly #standIns = new Map<number, Operand>();
  /** The results of each call, by what it computes. */
  readonly #results = new Map<string, readonly number[]>();
  readonly #names = new Map<object, string>();

  constructor(private readonly facts: Facts) {
    for (const call of facts.earlier) this.#results.set(this.#key(call), call.results);
  }

  /** The step as it must run, or undefined where its results are known otherwise. */
  visit(step: Step): Step | undefined {
    const operands = step.operands.map(([key, operand]) => [key, this.#standIn(operand)] as const);
    if (this.#isZero({ ...step, operands })) {
      for (const slot of step.results) this.#zeros.add(slot);
      return undefined;
    }
    const same = this.#unchanged(step.name, operands);
    const key = this.#key({ ...step, operands });
    const known = this.#results.get(key);
    if (same !== undefined) {
      this.#standIns.set(step.results[0]!, same);
      return undefined;
    }
    if (known !== undefined && !RANDOM.test(step.name)) {
      step.results.forEach((slot, i) => {
        this.#standIns.set(slot, { slot: known[i], info: operands[0]![1].info });
      });
      return undefined;
    }
    this.#results.set(key, step.results);
    return {
      ...step,
      operands: operands.map(([name, operand]) => [name, this.materialized(operand)] as const),
    };
  }

  /** The operand with what stands for it, zeros written out. */
  materialized(operand: Operand): Operand {
    const found = this.#standIn(operand);
    return found.slot !== undefined && this.#zeros.has(found.slot)
      ? this.facts.zeros(found.info)
      : found;
  }

  #standIn(operand: Operand): Operand {
    const found = operand.slot === undefined ? undefined : this.#standIns.get(operand.slot);
    if (found === undefined) return operand;
    // The same data under the shape that is asked for here.
    return { slot: found.slot, info: { ...operand.info, dataId: found.info.dataId } };
  }

  #value({ slot, info }: Operand): number | undefined {
    if (slot === undefined) return this.facts.uniform(info);
    return this.#zeros.has(slot) ? 0 : undefined;
  }

  #isZero({ name, operands }: Step): boolean {
    const isZero = ([, operand]: readonly [string, Operand]) => this.#value(operand) === 0;
    if (BILINEAR.has(name)) return operands.some(isZero);
    if (ADDITIVE.has(name)) return operands.every(isZero);
    const key = LINEAR[name];
    return operands.some((entry) => entry[0] === key && isZero(entry));
  }

  /** The operand that x + 0, x − 0, 1·x, x·1 or x/1 equals. */
  #unchanged(name: string, operands: Step["operands"]): Operand | undefined {
    const [a, b] = [operands[0]?.[1], operands[1]?.[1]];
    if (operands.length !== 2 || a === undefined || b === undefined) return undefined;
    if (a.info.dtype !== b.info.dtype) return undefined;
    const neutral = NEUTRAL[name];
    if (neutral === undefined) return undefined;
    if (this.#value(b) === neutral && fills(a, b)) return a;
    const isCommutative = name === tf.Add || name === tf.Multiply;
    return isCommutative && this.#value(a) === neutral && fills(b, a) ? b : undefined;
  }

  #key({ name, operands, attrs }: Pick<Step, "name" | "operands" | "attrs">): string {
    const inputs = operands.map(([key, { slot, info }]) => {
      const what = slot === undefined ? this.#constantName(info) : `#${slot}`;
      return `${key}=${what}[${info.shape.join(",")}]${info.dtype}`;
    });
    return `${name}(${inputs.join(" ")})${JSON.stringify(attrs)}`;
  }

  #constantName(info: tf.TensorInfo): string {
    const uniform = this.facts.uniform(info);
    if (uniform !== undefined) return String(uniform);
    const known = this.#names.get(info.dataId) ?? `constant ${this.#names.size}`;
    this.#names.set(info.dataId, known);
    return known;
  }
}

const NEUTRAL: Readonly<Record<string, number>> = {
  [tf.Add]: 0,
  [tf.Sub]: 0,
  [tf.Multiply]: 1,
  [tf.RealDiv]: 1,
};

/** Kernels whose results differ from call to call. */
const RANDOM = /^(Multinomial|Random)/;

/** Whether a and b together have the shape of a. */
function fills(a: Operand, b: Operand): boolean {
  const together = tf.backend_util.assertAndGetBroadcastShape([...a.info.shape], [...b.info.shape]);
  return tf.util.arraysEqual(together, [...a.info.shape]);
}

/** The steps that the outputs depend on. */
export function withoutUnused(steps: readonly Step[], outputs: readonly Operand[]): Step[] {
  const wanted = new Set(outputs.map(({ slot }) => slot));
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!step.results.some((slot) => wanted.has(slot))) continue;
    kept.push(step);
    for (const [, { slot }] of step.operands) wanted.add(slot);
  }
  return kept.reverse();
}
