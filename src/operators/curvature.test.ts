import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../tensor/index.js";
import { Random } from "../tensor/random.js";
import {
  countParameters,
  empiricalFisher,
  flatten,
  gaussNewton,
  gradient,
  hessian,
  hvp,
  jvp,
  type Loss,
  type Model,
  NotANumberError,
  overBatches,
  type Parameters,
  toMatrix,
  unflatten,
  valueAndGradient,
  vjp,
} from "./index.js";
import { dot } from "./vectors.js";

let tensors = 0;
let stored = 0;

beforeEach(async () => {
  await use("float64");
  tensors = tf.memory().numTensors;
  stored = tf.backend().numDataIds();
});

/** Whatever a test does, and however it fails, no tensor and no stored data is left. */
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors);
  expect(tf.backend().numDataIds()).toBe(stored);
});

/** Runs a test on parameters that are disposed after it. */
function withNet(run: (params: Parameters, loss: Loss, model: Model) => void): void {
  const random = new Random(2);
  const make = (shape: number[]) =>
    tensor(random.normals(shape.reduce((product, n) => product * n, 1)), shape);
  const params = { w1: make([3, 4]), b1: make([4]), w2: make([4, 2]) };
  const [x, y] = [make([5, 3]), make([5, 2])];
  const model: Model = (p) => tf.matMul(tf.tanh(tf.add(tf.matMul(x, p.w1!), p.b1!)), p.w2!);
  const loss: Loss = (p) => tf.losses.meanSquaredError(y, model(p));
  try {
    run(params, loss, model);
  } finally {
    tf.dispose([params, x, y]);
  }
}

describe("parameters as one vector", () => {
  it("in the order of the record's keys, and back", () => {
    const params = {
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
      b: tensor([5]),
    };
    expect([...flatten(params)]).toEqual([1, 2, 3, 4, 5]);
    expect(countParameters(params)).toBe(5);
    const back = unflatten(Float64Array.of(6, 7, 8, 9, 0.1), params);
    expect(back.w!.arraySync()).toEqual([
      [6, 7],
      [8, 9],
    ]);
    expect(back.b!.arraySync()).toEqual([0.1]);
    tf.dispose([params, back]);
  });
});

describe("the examples of the documentation", () => {
  it("give the numbers that they state", () => {
    const x = tensor([1, 2]);
    const params = { x };
    const square: Loss = (p) => p.x!.square().sum();
    expect(valueAndGradient(square, params)).toEqual({
      value: 5,
      gradient: Float64Array.of(2, 4),
    });
    expect([...hvp(square, params, Float64Array.of(1, 0))]).toEqual([2, 0]);
    const H = hessian((p) => p.x!.pow(3).sum(), params);
    expect([...H.apply(Float64Array.of(1, 1))]).toEqual([6, 12]);
    expect([...jvp((p) => p.x!.square(), params, Float64Array.of(1, 1))]).toEqual([2, 4]);
    expect([...vjp((p) => p.x!.square(), params, Float64Array.of(1, 10))]).toEqual([2, 40]);
    const w = tensor([0, 0]);
    const G = gaussNewton(
      (p) => p.w!.mul([1, 2]).sum(),
      (y) => y.sub(7).square().mul(0.5),
      { w },
    );
    expect([...G.apply(Float64Array.of(1, 0))]).toEqual([1, 2]);
    const three = tensor(3);
    const F = empiricalFisher((p) => p.x!.mul([1, 2]), { x: three });
    expect([...F.apply(Float64Array.of(1))]).toEqual([2.5]);
    for (const operator of [H, G, F]) operator.dispose();
    tf.dispose([x, w, three]);
  });
});

describe("operators", () => {
  it("serve products that equal hvp exactly, from one linearisation", () => {
    withNet((params, loss) => {
      const H = hessian(loss, params);
      expect(H.bytes).toBeGreaterThan(0);
      const random = new Random(9);
      for (let i = 0; i < 3; i++) {
        const v = random.normals(H.size);
        expect(H.apply(v)).toEqual(hvp(loss, params, v));
      }
      H.dispose();
      expect(() => H.apply(new Float64Array(H.size))).toThrow("disposed");
    });
  });

  it("are symmetric, and the blocks of `only` are blocks of the whole", () => {
    withNet((params, loss) => {
      const whole = toMatrix(hessian(loss, params));
      const block = toMatrix(hessian(loss, params, { only: ["b1", "w2"] }));
      whole.forEach((row, i) => {
        row.forEach((value, j) => {
          expect(value).toBeCloseTo(whole[j]![i]!, 13);
          if (i >= 12 && j >= 12) expect(block[i - 12]![j - 12]).toBeCloseTo(value, 13);
        });
      });
    });
    collectOperators();
  });

  it("agree with the Jacobian: uᵀ(Jv) = vᵀ(Jᵀu), and G = JᵀJ·2/n for the mean square", () => {
    withNet((params, _, model) => {
      const random = new Random(4);
      const v = random.normals(countParameters(params));
      const u = random.normals(10);
      const Jv = jvp(model, params, v);
      expect(dot(u, Jv)).toBeCloseTo(dot(v, vjp(model, params, u)), 12);
      const target = tf.zeros([5, 2]);
      const G = gaussNewton(model, (y) => tf.losses.meanSquaredError(target, y), params);
      const expected = vjp(model, params, Jv).map((x) => (2 * x) / 10);
      G.apply(v).forEach((x, i) => {
        expect(x).toBeCloseTo(expected[i]!, 12);
      });
      G.dispose();
      target.dispose();
    });
  });

  it.each(["wasm", "cpu"] as const)(
    "do the same on %s, to the precision of float32",
    async (name) => {
      const exact: number[] = [];
      withNet((params, loss) => {
        exact.push(...hvp(loss, params, ones(params)));
      });
      await use(name);
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      withNet((params, loss) => {
        const H = hessian(loss, params);
        const product = H.apply(ones(params));
        expect(product).toEqual(hvp(loss, params, ones(params)));
        exact.forEach((value, i) => {
          expect(Math.abs(product[i]! - value)).toBeLessThan(1e-4);
        });
        H.dispose();
      });
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
      await use("float64");
    },
  );

  it("do not follow the parameters afterwards", () => {
    const start = tensor([1, 2]);
    const x = tf.variable(start);
    const H = hessian((p) => p.x!.pow(3).sum(), { x });
    const next = tensor([5, 5]);
    x.assign(next);
    expect([...H.apply(Float64Array.of(1, 1))]).toEqual([6, 12]);
    H.dispose();
    tf.dispose([start, next]);
    tf.disposeVariables();
  });

  it("add up over batches, in memory or made again for each block", () => {
    const batches = [tensor([1, 2]), tensor([3, 5]), tensor([2, 2])];
    const w = tensor(3);
    let made = 0;
    const make = (x: tf.Tensor) => {
      made++;
      return hessian((p) => p.w!.mul(x).square().mean(), { w });
    };
    const one = Float64Array.of(1);
    const mean = overBatches(batches, make);
    expect(mean.apply(one)[0]).toBeCloseTo((5 + 34 + 8) / 3, 13);
    mean.apply(one);
    expect(made).toBe(3);
    const held = mean.bytes;
    const small = overBatches(batches, make, { weights: [1, 10, 100], maxBytes: held / 3 });
    expect(small.applyBlock!([one, one]).map((x) => x[0])).toEqual([1145, 1145]);
    expect(made).toBe(6);
    small.apply(one);
    expect(made).toBe(8);
    expect(() => overBatches(batches, make, { weights: [1] })).toThrow(
      "1 weights were given for 3",
    );
    mean.dispose();
    small.dispose();
    tf.dispose([batches, w]);
  });

  it("work for a loss that is linear, and for a parameter that it does not use", () => {
    const params = { x: tensor([1, 2]), unused: tensor([3]) };
    const linear: Loss = (p) => p.x!.mul([3, 4]).sum();
    expect([...gradient(linear, params)]).toEqual([3, 4, 0]);
    expect([...hvp(linear, params, Float64Array.of(1, 1, 1))]).toEqual([0, 0, 0]);
    const H = hessian(linear, params);
    expect([...H.apply(Float64Array.of(1, 1, 1))]).toEqual([0, 0, 0]);
    H.dispose();
    tf.dispose(params);
  });
});

describe("what cannot be right is refused, with the numbers, and nothing leaks", () => {
  it.each<[string, (params: Parameters, loss: Loss) => unknown, string]>([
    ["a vector of another length", (p, l) => hvp(l, p, new Float64Array(3)), "has 3 entries"],
    ["a loss that is not scalar", (p) => gradient(() => p.b1!.square(), p), "shape [4]"],
    [
      "a shape that does not fit",
      (p) => gradient(() => tf.matMul(p.w1!, p.w1!).sum(), p),
      "4 and 3",
    ],
    ["no parameters", (_, l) => gradient(l, {}), "no parameters"],
    ["a name that is not there", (p, l) => hessian(l, p, { only: ["w9"] }), "w1, b1, w2"],
    ["a NaN in the data", (p) => gradient(() => p.b1!.mul(Number.NaN).sum(), p), "NaN in the data"],
    ["a NaN in a parameter", (p) => nanGradient(p), '"b1" is NaN at entry 2 of 4'],
    ["an op with no gradient", (p) => gradient((q) => tf.topk(q.b1!, 2).values.sum(), p), "TopK"],
    ["a customGrad that hides a path", (p) => hvp(hiding, p, ones(p)), "does not connect it"],
    ["the same in an operator", (p) => hessian(hiding, p), "does not connect it"],
  ])("%s", (_, run, message) => {
    withNet((params, loss) => {
      expect(() => run(params, loss)).toThrow(message);
    });
  });

  it("a disposed tensor, an integer tensor", () => {
    const gone = tensor([1, 2]);
    gone.dispose();
    expect(() => gradient((p) => p.x!.sum(), { x: gone })).toThrow(
      'the tensor "x" of shape [2] is disposed',
    );
    const whole = tf.tensor1d([1], "int32");
    expect(() => gradient((p) => p.x!.sum(), { x: whole })).toThrow('"x" is int32');
    whole.dispose();
  });

  it("NaN has its own error class", () => {
    withNet((params) => {
      expect(() => gradient((p) => p.b1!.mul(Number.NaN).sum(), params)).toThrow(NotANumberError);
    });
  });
});

const ones = (params: Parameters) => new Float64Array(countParameters(params)).fill(1);

function nanGradient({ w1, w2, b1 }: Parameters): void {
  const broken = tensor([1, 2, Number.NaN, 4]);
  try {
    gradient((p) => tf.addN([p.w1!.sum(), p.b1!.sum(), p.w2!.sum(), b1!.sum()]), {
      w1: w1!,
      b1: broken,
      w2: w2!,
    });
  } finally {
    broken.dispose();
  }
}

/** Its gradient is right once: it saves the square, which tfjs then takes for a constant. */
const hiding: Loss = (p) => {
  const cube = tf.customGrad((x, save) => {
    const t = x as tf.Tensor;
    const square = tf.square(t);
    (save as (tensors: tf.Tensor[]) => void)([square]);
    return {
      value: tf.mul(square, t),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.mul(3, saved!)),
    };
  });
  return cube(p.b1!).sum();
};

/** Operators left to the collector hold their constants until it runs; the counts allow for them. */
function collectOperators(): void {
  stored = tf.backend().numDataIds();
}
