/**
 * Linearisation: one evaluation, many products.
 *
 * A product with a curvature matrix is a linear function of the vector. It is written once as tfjs
 * code, evaluated once with a vector that does not matter, and the kernels that depend on the
 * vector are kept as a program; each product replays those. The parameters are fixed from then on:
 * the operator is the one at the point where it was made.
 */

import type { tf } from "../tensor/tf.js";
import { type Program, record } from "../tensor/trace/index.js";
import { balanced } from "./derivatives.js";
import { checkVector, flatten, type Parameters, unflatten } from "./parameters.js";

export interface LinearMap {
  readonly inputSize: number;
  readonly outputSize: number;
  apply(v: Float64Array): Float64Array;
  applyBlock(vs: readonly Float64Array[]): Float64Array[];
  /** Frees the constants that it holds; done by the garbage collector too, but later. */
  dispose(): void;
  /** The bytes of those constants. */
  readonly bytes: number;
}

/**
 * The linear map that `f` computes from tensors shaped like `inputs`.
 *
 * Cost: one evaluation and one replay to make, one replay a product.
 */
export function linearize(
  who: string,
  inputs: Parameters,
  f: (seeds: Parameters) => readonly tf.Tensor[],
): LinearMap {
  const program = balanced(() => {
    const size = Object.values(inputs).reduce((sum, t) => sum + t.size, 0);
    const probe = Float64Array.from({ length: size }, (_, i) => (i % 3) - 0.75);
    const seeds = unflatten(probe, inputs);
    const { program, outputs } = record(Object.values(seeds), () => f(seeds));
    const values = flatten(Object.fromEntries(outputs.entries()));
    checkLinear(who, program, probe, values);
    return program;
  });
  const shapes = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, size }]) => [name, { shape, size }]),
  );
  const map: LinearMap = {
    inputSize: program.inputSize,
    outputSize: program.outputSize,
    bytes: program.bytes,
    apply(v) {
      checkVector(who, v, shapes);
      return program.run(v);
    },
    applyBlock(vs) {
      for (const v of vs) checkVector(who, v, shapes);
      return program.runBlock(vs);
    },
    dispose: () => program.dispose(),
  };
  collected.register(map, program);
  return map;
}

const collected = new FinalizationRegistry<Program>((program) => program.dispose());

/** A kernel that escaped the recording would leave a part that does not scale with the vector. */
function checkLinear(who: string, program: Program, probe: Float64Array, once: Float64Array): void {
  const twice = program.run(probe.map((x) => 2 * x));
  let scale = 0;
  let error = 0;
  once.forEach((x, i) => {
    scale = Math.max(scale, Math.abs(x));
    error = Math.max(error, Math.abs(2 * x - twice[i]!));
  });
  if (error > 1e-5 * scale) {
    program.dispose();
    throw new Error(
      `${who}: the product is not linear in the vector: twice the vector gave an error of ${error} ` +
        `on entries up to ${scale}; is a gradient computed outside tfjs, with dataSync?`,
    );
  }
}
