/**
 * A synthetic object-detection task: one shape in each image; say which kind it is, and where.
 *
 * Place, size, angle and contrast vary, lines clutter the background and noise covers all of it.
 * Images are drawn afresh for every epoch, so that a network cannot learn them by heart: its
 * training loss estimates the expected loss, and what Figure 8.1 of *Deep Learning* shows is not
 * hidden by memorising.
 *
 * The target of an example is its kind, one-hot, then its box: centre and size as fractions of the
 * image, measured from an anchor box in the middle, as detectors do. The loss is the cross entropy
 * of the kind plus `boxWeight` times the squared error of the box, summed over its four numbers.
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../tensor/random.js";
import { type Box, shapes as distances, render, type ShapeKind } from "./render.js";
import type { Examples, Task } from "./task.js";

export interface ShapesOptions {
  /** Which kinds of shape there are, or how many of the eight: 6 unless given. */
  readonly kinds?: number | readonly ShapeKind[];
  /** Side of an image in pixels; 24 unless given. */
  readonly size?: number;
  /** Standard deviation of the noise; a shape's contrast lies between 0.4 and 1. 0.15 unless given. */
  readonly noise?: number;
  /** How many lines clutter an image; 3 unless given. */
  readonly clutter?: number;
  /** How much the box counts in the loss; 1 unless given. */
  readonly boxWeight?: number;
  readonly seed?: number;
}

export interface ShapesTask extends Task {
  readonly kinds: readonly ShapeKind[];
  readonly size: number;
  /** The first `count` images of a draw, with what and where their shapes are. */
  look(count: number, index?: number): ShapesSample;
}

export interface ShapesSample {
  readonly pixels: Float32Array;
  readonly size: number;
  readonly titles: readonly ShapeKind[];
  readonly boxes: readonly Box[];
}

/** The box that boxes are measured from: centred, of middling size. */
const anchor: Box = [0.5, 0.5, 0.4, 0.4];

const allKinds = Object.keys(distances) as ShapeKind[];

/**
 * The task of finding shapes.
 *
 * @example
 * const task = data.shapes({ kinds: 6, size: 24, seed: 1 });
 * task.draw(32, 0).inputs.length; // 18432, 32 · 24 · 24
 */
export function shapes(options: ShapesOptions = {}): ShapesTask {
  const { size = 24, noise = 0.15, clutter = 3, boxWeight = 1, seed = 0 } = options;
  const kinds = chosenKinds(options.kinds ?? 6);
  if (!Number.isInteger(size) || size < 8 || size > 256) {
    throw new RangeError(`shapes: size is ${size}; it must be an integer from 8 to 256`);
  }
  if (!(noise >= 0) || !Number.isInteger(clutter) || clutter < 0 || !(boxWeight >= 0)) {
    throw new RangeError(
      `shapes: noise ${noise}, clutter ${clutter}, boxWeight ${boxWeight}; none may be negative, ` +
        "and clutter is a whole number",
    );
  }
  const random = new Random(seed);
  const take = (count: number, index: number): Examples =>
    draw(count, { size, noise, clutter, kinds }, random.fork(index));
  return {
    name: "shapes",
    kinds,
    size,
    inputShape: [size, size, 1],
    targetShape: [kinds.length + 4],
    outputs: kinds.length + 4,
    draw: take,
    look: (count, index = 0) => sample(take(count, index), size, kinds),
    loss: (outputs, targets) => detectionLoss(outputs, targets, kinds.length, boxWeight),
    mistakes: (outputs, targets) => wrongKinds(outputs, targets, kinds.length),
  };
}

function chosenKinds(kinds: number | readonly ShapeKind[]): readonly ShapeKind[] {
  const chosen = typeof kinds === "number" ? allKinds.slice(0, kinds) : kinds;
  const known = chosen.every((kind) => allKinds.includes(kind));
  const asked = typeof kinds === "number" ? kinds : kinds.length;
  if (chosen.length !== asked || chosen.length < 2 || !known) {
    throw new RangeError(
      `shapes: kinds is ${JSON.stringify(kinds)}; it must be two or more of ${allKinds.join(", ")}, ` +
        `or a number from 2 to ${allKinds.length}`,
    );
  }
  return chosen;
}

interface Drawing {
  readonly size: number;
  readonly noise: number;
  readonly clutter: number;
  readonly kinds: readonly ShapeKind[];
}

function draw(count: number, { kinds, ...scene }: Drawing, random: Random): Examples {
  const area = scene.size * scene.size;
  const width = kinds.length + 4;
  const inputs = new Float32Array(count * area);
  const targets = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const label = random.integer(kinds.length);
    const pixels = inputs.subarray(i * area, (i + 1) * area);
    const box = render(pixels, { ...scene, kind: kinds[label]! }, random);
    targets[i * width + label] = 1;
    for (let k = 0; k < 4; k++) {
      targets[i * width + kinds.length + k] = box[k]! - anchor[k]!;
    }
  }
  return { count, inputs, targets };
}

function sample(examples: Examples, size: number, kinds: readonly ShapeKind[]): ShapesSample {
  const width = kinds.length + 4;
  const rows = Array.from({ length: examples.count }, (_, i) =>
    examples.targets.subarray(i * width, (i + 1) * width),
  );
  return {
    pixels: examples.inputs,
    size,
    titles: rows.map((row) => kinds[row.indexOf(1)]!),
    boxes: rows.map((row) => {
      const [x, y, w, h] = anchor.map((value, k) => value + row[kinds.length + k]!);
      return [x!, y!, w!, h!] as const;
    }),
  };
}

function detectionLoss(
  outputs: tf.Tensor2D,
  targets: tf.Tensor,
  kinds: number,
  boxWeight: number,
): tf.Scalar {
  return tf.tidy(() => {
    const goal = targets as tf.Tensor2D;
    const logits = outputs.slice([0, 0], [-1, kinds]);
    const label = goal.slice([0, 0], [-1, kinds]);
    const kindLoss = tf.logSoftmax(logits).mul(label).sum(1).neg();
    if (boxWeight === 0) return kindLoss.mean() as tf.Scalar;
    const miss = outputs.slice([0, kinds], [-1, 4]).sub(goal.slice([0, kinds], [-1, 4]));
    return kindLoss.add(miss.mul(miss).sum(1).mul(boxWeight)).mean() as tf.Scalar;
  });
}

function wrongKinds(outputs: tf.Tensor2D, targets: tf.Tensor, kinds: number): number {
  return tf.tidy(() => {
    const guess = outputs.slice([0, 0], [-1, kinds]).argMax(1);
    const label = (targets as tf.Tensor2D).slice([0, 0], [-1, kinds]).argMax(1);
    return tf.notEqual(guess, label).sum().dataSync()[0]!;
  });
}
