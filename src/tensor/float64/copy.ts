/**
 * One strided copy serves every op that only moves numbers: slices, transposes, reversals, tiles,
 * padding and concatenation differ in where they start and how they step.
 */
import type { Values } from "./backend.js";
import { collapse, starts } from "./loops.js";

/** Where a copy reads or writes: from `start`, `steps[i]` elements further along dimension i. */
export interface Walk {
  readonly values: Values;
  readonly start: number;
  readonly steps: readonly number[];
}

/** Copies `shape` elements from one walk to another. */
export function copy(shape: readonly number[], from: Walk, to: Walk): void {
  if (shape.includes(0)) return;
  const dims = collapse(shape, [from.steps, to.steps]);
  const { size, steps } = dims.pop() ?? { size: 1, steps: [1, 1] };
  const [fromStep = 1, toStep = 1] = steps;
  const outer = dims.reduce((product, dim) => product * dim.size, 1);
  const fromStarts = starts(dims, 0, outer);
  const toStarts = starts(dims, 1, outer);
  const source = from.values;
  const target = to.values;
  for (let i = 0; i < outer; i++) {
    let p = from.start + fromStarts[i]!;
    let q = to.start + toStarts[i]!;
    if (fromStep === 1 && toStep === 1 && size > 32) {
      target.set(source.subarray(p, p + size), q);
      continue;
    }
    for (let j = 0; j < size; j++, p += fromStep, q += toStep) target[q] = source[p]!;
  }
}
