/**
 * The two things that all models here share: how a weight starts, and what bends a layer.
 *
 * Weights start Gaussian with variance gain²/fanIn, so that a layer neither blows its input up nor
 * shrinks it (LeCun and others, 1998, "Efficient BackProp", section 4.6; gain √2 for relu: He and
 * others, 2015). Biases start at zero.
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../tensor/random.js";
import type { Network, Parameters } from "./network.js";

export type Activation = "tanh" | "relu" | "sigmoid" | "softplus" | "linear";

export const activations: { readonly [name in Activation]: (x: tf.Tensor) => tf.Tensor } = {
  tanh: (x) => x.tanh(),
  relu: (x) => x.relu(),
  sigmoid: (x) => x.sigmoid(),
  softplus: (x) => x.softplus(),
  linear: (x) => x,
};

export function gainOf(activation: Activation): number {
  return activation === "relu" ? Math.SQRT2 : 1;
}

export function checkActivation(who: string, activation: string): asserts activation is Activation {
  if (!Object.hasOwn(activations, activation)) {
    const known = Object.keys(activations).join(", ");
    throw new RangeError(`${who}: activation is ${activation}; it must be one of ${known}`);
  }
}

/** Throws unless the options are an object that holds lists under these names. */
export function checkLists(who: string, options: object, names: readonly string[]): void {
  const found: unknown = options;
  const needed = `; an object is needed, with a list of sizes for ${names.join(" and ")}`;
  if (typeof found !== "object" || found === null) {
    throw new TypeError(`${who}: the options are ${String(found)}${needed}`);
  }
  for (const [name, list] of names.map((name) => [name, Reflect.get(found, name)] as const)) {
    if (Array.isArray(list)) continue;
    throw new TypeError(
      `${who}: ${name} is ${String(list)}; a list of sizes is needed, such as [16]`,
    );
  }
}

export function checkSizes(who: string, sizes: { readonly [name: string]: number }): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`${who}: ${name} is ${size}; it must be a positive integer`);
    }
  }
}

/**
 * Gaussian weights and zero biases for `shapes`; a parameter of rank 1 is a bias. Each parameter
 * has its own random stream, so that widening one layer leaves the others' draws alone.
 */
export function initialParameters(
  shapes: Network["shapes"],
  gains: { readonly [parameter: string]: number },
  seed: number,
): Parameters {
  const random = new Random(seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], index) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const values = new Float32Array(size);
      if (shape.length > 1) {
        const fanIn = size / shape.at(-1)!;
        const deviation = (gains[name] ?? 1) / Math.sqrt(fanIn);
        values.set(
          random
            .fork(index)
            .normals(size)
            .map((x) => x * deviation),
        );
      }
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}
