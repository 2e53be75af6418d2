/**
 * A linear program for several vectors at once: every value that depends on the vector gets a leading
 * axis of length k, and the same kernels run on the larger shapes.
 *
 * Elementwise steps broadcast against their constants; a matrix product with a constant on the right
 * becomes one with k times the rows. So k vectors cost the overhead of one, which is most of the cost
 * where tensors are small. A step that has no such form, as those of convolutions, leaves the whole
 * program as it is: undefined.
 */
import * as tf from "@tensorflow/tfjs";
import type { Operand, Recording, Step } from "./program.js";

/** A step in its form for k vectors; `operands` still have the shapes for one. */
type Rule = (step: Step, k: number) => Step | undefined;

export function batched(recording: Recording, k: number): Recording | undefined {
  const steps: Step[] = [];
  for (const step of recording.steps) {
    const wide = RULES[step.name]?.(step, k);
    if (wide === undefined) return undefined;
    steps.push(wide);
  }
  // An output that no seed reaches has no leading axis.
  if (recording.outputs.some(({ slot }) => slot === undefined)) return undefined;
  return {
    ...recording,
    steps,
    seeds: recording.seeds.map((info) => ({ ...info, shape: [k, ...info.shape] })),
    outputs: recording.outputs.map((output) => widened(output, [k, ...output.info.shape])),
  };
}

const elementwise: Rule = (step, k) => {
  const rank = Math.max(...step.operands.map(([, { info }]) => info.shape.length));
  return withOperands(step, (operand) => {
    const { shape } = operand.info;
    return [k, ...new Array<number>(rank - shape.length).fill(1), ...shape];
  });
};

const plain: Rule = (step, k) => withOperands(step, ({ info }) => [k, ...info.shape]);

const reduction: Rule = (step, k) => {
  const { shape } = step.operands[0]![1].info;
  const { axis } = step.attrs as { axis?: number | number[] | null };
  const axes = tf.util.parseAxisParam(axis ?? shape.map((_, i) => i), [...shape]);
  return { ...plain(step, k)!, attrs: { ...step.attrs, axis: axes.map((i) => i + 1) } };
};

const transposition: Rule = (step, k) => {
  const { perm } = step.attrs as { perm: number[] };
  return { ...plain(step, k)!, attrs: { ...step.attrs, perm: [0, ...perm.map((i) => i + 1)] } };
};

const product: Rule = (step, k) => {
  const [a, b] = step.operands.map(([, operand]) => operand);
  if (a === undefined || b === undefined) return undefined;
  if (a.info.shape.length !== 2 || b.info.shape.length !== 2) return undefined;
  const { transposeA } = step.attrs as { transposeA: boolean };
  if (b.slot === undefined && !transposeA) {
    const [rows, columns] = a.info.shape as [number, number];
    return withOperands(step, () => [k * rows, columns]);
  }
  const shapeOf = ({ slot, info }: Operand) => [slot === undefined ? 1 : k, ...info.shape];
  const operands = step.operands.map(
    ([key, operand]) => [key, widened(operand, shapeOf(operand))] as const,
  );
  return { ...step, operands };
};

const RULES: Readonly<Record<string, Rule>> = {
  [tf.Add]: elementwise,
  [tf.Sub]: elementwise,
  [tf.Multiply]: elementwise,
  [tf.RealDiv]: elementwise,
  [tf.AddN]: plain,
  [tf.Neg]: plain,
  [tf.Sum]: reduction,
  [tf.Mean]: reduction,
  [tf.Transpose]: transposition,
  [tf.BatchMatMul]: product,
};

/** The step with other shapes for what depends on the vector; constants keep theirs. */
function withOperands(step: Step, shapeOf: (operand: Operand) => number[]): Step {
  const operands = step.operands.map(([key, operand]) => {
    if (operand.slot === undefined) return [key, operand] as const;
    return [key, widened(operand, shapeOf(operand))] as const;
  });
  return { ...step, operands };
}

function widened({ slot, info }: Operand, shape: number[]): Operand {
  return { slot, info: { ...info, shape } };
}
