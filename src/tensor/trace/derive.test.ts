/**
 * Replayed derivatives against the tape: for every op of the table, and where something that the loss
 * closes over has changed between calls.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { lossOf, parametersAt } from "../../../tests/numerics/derivatives.js";
import { opCases, pointOf } from "../../../tests/numerics/ops/index.js";
import { balanced } from "../../operators/derivatives.js";
import {
  gradient,
  hvp,
  type Loss,
  NotANumberError,
  type Parameters,
  valueAndGradient,
} from "../../operators/index.js";
import { tensor, tf, use } from "../index.js";
import { observing } from "./index.js";

/** An observed derivative goes by the tape. */
const byTape = <T>(f: () => T): T => observing(() => undefined, f);

const product = (loss: Loss, params: Parameters) => {
  const size = Object.values(params).reduce((sum, t) => sum + t.size, 0);
  return hvp(
    loss,
    params,
    Float64Array.from({ length: size }, (_, i) => Math.cos(3 * i + 1)),
  );
};
const derivatives = [gradient, product] as const;
const both = (loss: Loss, params: Parameters) => derivatives.map((f) => f(loss, params));

/** The same loss under code of its own, as recordings are remembered by code. */
const renamed = (loss: Loss, name: string): Loss =>
  new Function("loss", `return (params) => loss(params, ${JSON.stringify(name)});`)(loss);

describe.each(["float64", "wasm"] as const)("on %s, a replay of", (backend) => {
  beforeAll(() => use(backend));
  afterAll(() => use("float64"));

  it.each(opCases)("$family: $op is what the tape gives, elsewhere too", (op) => {
    const stored = tf.backend().numDataIds();
    const loss = renamed(lossOf(op), op.op);
    const point = pointOf(op);
    for (const shift of [0, 0, 0, 1e-3]) {
      balanced(() => {
        const params = parametersAt(
          op,
          point.map((x) => x * (1 + shift)),
        );
        const expected = outcome(() => byTape(() => both(loss, params)));
        expect(outcome(() => both(loss, params))).toEqual(expected);
      });
    }
    expect(tf.backend().numDataIds()).toBe(stored);
  });
});

/** What f gives, or how it fails. */
function outcome(f: () => Float64Array[]): number[][] | string {
  try {
    return f().map((entries) => [...entries]);
  } catch (error) {
    return String(error);
  }
}

/** A loss with something that changes between calls. */
interface Changing {
  readonly loss: Loss;
  readonly changes: readonly (() => void)[];
  readonly params?: Parameters;
}

const cases: Record<string, () => Changing> = {
  "a number": () => {
    let factor = 2;
    return {
      loss: ({ w }) => tf.sum(tf.mul(tf.pow(w!, 3), factor)),
      changes: [() => (factor = 3), () => (factor = 0), () => (factor = 5)],
    };
  },
  "a tensor of data": () => {
    let x = tensor([1, 2]);
    return {
      loss: ({ w }) => tf.sum(tf.tanh(tf.mul(w!, x))),
      changes: [() => (x = tensor([3, 4])), () => (x = tensor([0, 0])), () => (x = tensor([5, 6]))],
    };
  },
  "a variable": () => {
    const x = tf.variable(tensor([1, 2]));
    return {
      loss: ({ w }) => tf.sum(tf.exp(tf.mul(w!, x))),
      changes: [() => x.assign(tensor([0.5, 4])), () => x.assign(tensor([0, -1]))],
    };
  },
  "the activation": () => {
    let activation = tf.tanh;
    return {
      loss: ({ w }) => tf.sum(activation(tf.square(w!))),
      changes: [() => (activation = tf.sigmoid), () => (activation = tf.tanh)],
    };
  },
  "an attribute": () => {
    let [low, alpha] = [-1, 0.1];
    return {
      loss: ({ w }) => tf.sum(tf.square(tf.leakyRelu(tf.clipByValue(tf.neg(w!), low, 3), alpha))),
      changes: [() => (alpha = 0.3), () => (low = -9)],
    };
  },
  "a list of axes that is written over": () => {
    const axes = [0];
    return {
      loss: ({ w }) => {
        const square = tf.outerProduct(w as tf.Tensor1D, tensor([1, 2]) as tf.Tensor1D);
        return tf.sum(tf.pow(tf.sum(square, axes), 3));
      },
      changes: [() => (axes[0] = 1), () => (axes[0] = 0)],
    };
  },
  "a branch on the values": () => {
    let x = tensor([1, 2]);
    return {
      loss: ({ w }) => {
        const z = tf.mul(w!, x);
        return z.dataSync()[0]! > 1 ? tf.sum(tf.square(z)) : tf.sum(tf.exp(z));
      },
      changes: [() => (x = tensor([3, 4])), () => (x = tensor([0.1, 4]))],
    };
  },
  "a number inside a customGrad": () => {
    let factor = 2;
    const op = () =>
      tf.customGrad((x) => {
        const slope = factor;
        return {
          value: tf.clone(x as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => tf.mul(dy, slope),
        };
      });
    return {
      loss: ({ w }) => tf.sum(tf.square(op()(w!))),
      changes: [() => (factor = 3), () => (factor = 0)],
    };
  },
  "a number inside a gradient that the loss takes": () => {
    let factor = 2;
    return {
      loss: ({ w }) => {
        const slope = tf.grad((x) => tf.sum(tf.mul(tf.pow(x, 3), factor)))(w!);
        return tf.sum(tf.square(slope));
      },
      changes: [() => (factor = 3), () => (factor = 1)],
    };
  },
  "whether a twin of the parameter stands in its place": () => {
    let frozen = false;
    const w = tensor([0.5, -2]);
    const twin = tf.clone(w);
    return {
      params: { w },
      loss: (params) => tf.sum(tf.mul(params.w!, frozen ? twin : params.w!)),
      changes: [() => (frozen = true), () => (frozen = false)],
    };
  },
  "how often it loops": () => {
    let times = 1;
    return {
      loss: ({ w }) => {
        let z: tf.Tensor = w!;
        for (let i = 0; i < times; i++) z = tf.sin(z);
        return tf.sum(z);
      },
      changes: [2, 3, 4, 5, 6, 7, 2, 3].map((n) => () => (times = n)),
    };
  },
  "the size of its data": () => {
    let x = tensor([1, 2]);
    return {
      loss: ({ w }) => tf.mean(tf.exp(tf.mul(tf.sum(w!), x))),
      changes: [() => (x = tensor([1, 2, 3])), () => (x = tensor([1, 2]))],
    };
  },
};

describe.each(Object.entries(cases))("a loss that closes over %s", (_, make) => {
  beforeAll(() => use("float64"));

  it("has the derivatives of what it is now", () => {
    const { loss, changes, params = { w: tensor([0.5, -2]), unused: tensor([[1], [2]]) } } = make();
    for (const change of [() => undefined, () => undefined, () => undefined, ...changes]) {
      change();
      const expected = derivatives.map((f) => outcome(() => byTape(() => [f(loss, params)])));
      for (const _again of [1, 2]) {
        expect(derivatives.map((f) => outcome(() => [f(loss, params)]))).toEqual(expected);
      }
    }
  });
});

describe("a replay", () => {
  beforeAll(() => use("float64"));
  const loss = ({ w }: Parameters) => tf.sum(tf.log(w!));
  const twice = (params: Parameters) => [gradient(loss, params), gradient(loss, params)];

  it("says where a loss is NaN, and leaves nothing behind", () => {
    const good = { w: tensor([1, 2]) };
    const bad = { w: tensor([1, Number.NaN]) };
    twice(good);
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    expect(() => gradient(loss, bad)).toThrow(NotANumberError);
    expect(() => gradient(loss, bad)).toThrow('parameter "w" is NaN at entry 1');
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    expect([...gradient(loss, good)]).toEqual([1, 0.5]);
  });

  it("follows a gradient that is registered anew", () => {
    const params = { w: tensor([1, 2]) };
    twice(params);
    const shipped = tf.getGradient("Log");
    tf.unregisterGradient("Log");
    tf.registerGradient({
      ...shipped,
      gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 7) }),
    });
    try {
      expect(twice(params).map((g) => [...g])).toEqual([
        [7, 7],
        [7, 7],
      ]);
    } finally {
      tf.unregisterGradient("Log");
      tf.registerGradient(shipped);
    }
    expect([...gradient(loss, params)]).toEqual([1, 0.5]);
  });

  it("runs the loss once", () => {
    let calls = 0;
    const counted = ({ w }: Parameters) => {
      calls++;
      return tf.sum(tf.square(w!));
    };
    const params = { w: tensor([1, 2]) };
    for (let i = 0; i < 5; i++) valueAndGradient(counted, params);
    // The second call records while the tape evaluates; no call runs the loss twice.
    expect(calls).toBe(5);
  });

  it("does without tfjs's tape from the third call on", () => {
    const squares = ({ w }: Parameters) => tf.sum(tf.square(tf.sigmoid(w!)));
    const params = { w: tensor([1, 2]) };
    const tape = vi.spyOn(tf.engine(), "gradients");
    const runs = [1, 2, 3].map(() => {
      both(squares, params);
      return tape.mock.calls.length;
    });
    tape.mockRestore();
    // One for the gradient, two nested ones for the product.
    expect(runs).toEqual([3, 6, 6]);
  });

  it("keeps apart parameters of one loss in another order", () => {
    const mixed = ({ a, b }: Parameters) => tf.sum(tf.mul(tf.square(a!), b!));
    const [a, b] = [tensor([1, 2]), tensor([3, 5])];
    for (let i = 0; i < 3; i++) {
      expect([...gradient(mixed, { a, b })]).toEqual([6, 20, 1, 4]);
      expect([...gradient(mixed, { b, a })]).toEqual([1, 4, 6, 20]);
    }
  });
});
