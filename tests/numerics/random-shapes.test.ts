/**
 * The float64 backend against tfjs's cpu backend on shapes drawn at random: the same values to
 * float32's precision, whatever the sizes, strides, paddings, axes and broadcasts.
 */
import { describe, expect, it } from "vitest";
import { use } from "../../src/tensor/index.js";
import { Random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { tf } from "../../src/tensor/tf.js";

const DRAWS = 12;

/** Draws what an op needs: sizes, choices, tensors of float32 numbers. */
class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  size(low: number, high: number): number {
    return low + Math.floor(this.#random.uniform() * (high - low + 1));
  }

  one<T>(...choices: readonly T[]): T {
    return choices[this.size(0, choices.length - 1)]!;
  }

  shape(rank: number, high = 5): number[] {
    return Array.from({ length: rank }, () => this.size(1, high));
  }

  tensor(shape: readonly number[], low = -2, high = 2): tf.Tensor {
    const n = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: n }, () =>
      Math.fround(low + (high - low) * this.#random.uniform()),
    );
    return tensor(values, shape);
  }

  subset(rank: number): number[] {
    const axes = Array.from({ length: rank }, (_, i) => i).filter(
      () => this.#random.uniform() < 0.5,
    );
    return axes.length > 0 ? axes : [this.size(0, rank - 1)];
  }
}

type Case = (draw: Draw) => tf.Tensor;
type T4 = tf.Tensor4D;

/** A shape that broadcasts with another: some sizes 1, some leading ones gone. */
const broadcastable = (draw: Draw, shape: readonly number[]) =>
  shape.slice(draw.size(0, shape.length)).map((n) => draw.one(n, 1));

function imageAndFilter(draw: Draw, depthwise = false): [T4, T4] {
  const [height, width] = [draw.size(1, 4), draw.size(1, 4)];
  const channels = draw.size(1, 6);
  const x = draw.tensor([draw.size(1, 3), draw.size(height, 9), draw.size(width, 9), channels]);
  const filter = draw.tensor([
    height,
    width,
    channels,
    depthwise ? draw.size(1, 2) : draw.size(1, 6),
  ]);
  return [x as T4, filter as T4];
}

const cases: Record<string, Case> = {
  "broadcast arithmetic": (draw) => {
    const shape = draw.shape(draw.size(1, 5));
    const a = draw.tensor(shape);
    const b = draw.tensor(broadcastable(draw, shape), 0.5, 2);
    const f = draw.one(tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.squaredDifference);
    return draw.one(true, false) ? f(a, b) : f(b, a.abs().add(0.5));
  },
  reductions: (draw) => {
    const rank = draw.size(1, 5);
    const f = draw.one(tf.sum, tf.mean, tf.max, tf.min, tf.prod);
    return f(draw.tensor(draw.shape(rank)), draw.subset(rank), draw.one(true, false));
  },
  transpose: (draw) => {
    const rank = draw.size(1, 5);
    const order = Array.from({ length: rank }, (_, i) => i).sort(() => draw.one(-1, 1));
    return tf.transpose(draw.tensor(draw.shape(rank)), order);
  },
  "slice, reverse, pad, tile": (draw) => {
    const shape = draw.shape(draw.size(1, 4));
    const begin = shape.map((n) => draw.size(0, n - 1));
    const part = tf.slice(
      draw.tensor(shape),
      begin,
      shape.map((n, i) => draw.size(1, n - begin[i]!)),
    );
    const padded = tf.pad(
      tf.reverse(part, draw.subset(shape.length)),
      shape.map((): [number, number] => [draw.size(0, 2), draw.size(0, 2)]),
      0.5,
    );
    return tf.tile(
      padded,
      shape.map(() => draw.size(1, 2)),
    );
  },
  "concat, stack, gather": (draw) => {
    const shape = draw.shape(3);
    const axis = draw.size(0, 2);
    const joined = tf.concat([draw.tensor(shape), draw.tensor(shape)], axis);
    const picks = Array.from({ length: 4 }, () => draw.size(0, 2 * shape[axis]! - 1));
    return tf.stack([tf.gather(joined, tf.tensor1d(picks, "int32"), axis)], draw.size(0, 3));
  },
  matMul: (draw) => {
    const [m, k, n] = [draw.size(1, 40), draw.size(1, 40), draw.size(1, 40)];
    const batch = draw.shape(draw.size(0, 2), 3);
    const [left, right] = [draw.one(true, false), draw.one(true, false)];
    const a = draw.tensor([...batch, ...(left ? [k, m] : [m, k])]);
    const b = draw.tensor([...batch, ...(right ? [n, k] : [k, n])]);
    return tf.matMul(a, b, left, right);
  },
  "conv2d and its gradients": (draw) => {
    const [x, filter] = imageAndFilter(draw);
    const strides: [number, number] = [draw.size(1, 3), draw.size(1, 3)];
    const pad = draw.one("same" as const, "valid" as const);
    const f = (a: tf.Tensor, b: tf.Tensor) =>
      tf
        .conv2d(a as T4, b as T4, strides, pad)
        .sin()
        .sum();
    const [dx, df] = tf.grads(f)([x, filter]) as [tf.Tensor, tf.Tensor];
    return tf.concat([dx.flatten(), df.flatten(), f(x, filter).reshape([1])]);
  },
  "dilated conv2d": (draw) => {
    const [x, filter] = imageAndFilter(draw);
    const dilations: [number, number] = [draw.size(1, 3), draw.size(1, 3)];
    return tf.conv2d(x, filter, 1, "same", "NHWC", dilations);
  },
  depthwiseConv2d: (draw) => {
    const [x, filter] = imageAndFilter(draw, true);
    return tf.depthwiseConv2d(x, filter, draw.size(1, 2), draw.one("same", "valid"));
  },
  "pooling and its gradient": (draw) => {
    const x = draw.tensor([draw.size(1, 2), draw.size(4, 9), draw.size(4, 9), draw.size(1, 3)]);
    const window: [number, number] = [draw.size(1, 3), draw.size(1, 3)];
    const strides: [number, number] = [draw.size(1, 3), draw.size(1, 3)];
    const [pool, pad] = [
      draw.one(tf.maxPool, tf.avgPool),
      draw.one("same" as const, "valid" as const),
    ];
    return tf.grad((a: tf.Tensor) =>
      pool(a as T4, window, strides, pad)
        .square()
        .sum(),
    )(x);
  },
  "softmax, cumulative sums, arg max": (draw) => {
    const x = draw.tensor(draw.shape(3));
    const axis = draw.size(0, 2);
    const best = tf.argMax(x, axis).toFloat();
    return tf.add(tf.mul(tf.softmax(x), tf.cumsum(x, axis)), best.sum());
  },
};

async function onBackend(name: "float64" | "cpu", make: Case): Promise<number[][]> {
  await use(name);
  return Array.from({ length: DRAWS }, (_, seed) => {
    const found = tf.tidy(() => make(new Draw(seed)));
    const numbers = [...found.shape, ...found.dataSync()];
    found.dispose();
    return numbers;
  });
}

describe("float64 and cpu agree on random shapes", () => {
  it.each(Object.keys(cases))("%s", async (name) => {
    const exact = await onBackend("float64", cases[name]!);
    const single = await onBackend("cpu", cases[name]!);
    exact.forEach((values, draw) => {
      const scale = Math.max(1, ...values.map(Math.abs));
      expect(single[draw]!.length).toBe(values.length);
      values.forEach((value, i) => {
        expect(Math.abs(value - single[draw]![i]!) / scale).toBeLessThan(2e-5);
      });
    });
  });
});
