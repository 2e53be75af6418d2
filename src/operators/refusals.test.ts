/** What the derivatives are given by mistake, and what they then say; no tensor may stay behind. */
import { beforeAll, describe, expect, it } from "vitest";
import { tensor, tf, use } from "../tensor/index.js";
import {
  empiricalFisher,
  flatten,
  gaussNewton,
  gradient,
  hessian,
  hvp,
  jvp,
  type Loss,
  type Parameters,
  shift,
  sum,
  toMatrix,
  unflatten,
  vjp,
  zero,
} from "./index.js";

beforeAll(() => use("float64"));

/** A caller without types. */
type Anything = never;
const square: Loss = ({ w }) => tf.sum(tf.square(w!));
const w = () => ({ w: tensor([1, 2]) });
const gone = () => {
  const t = tensor([1]);
  t.dispose();
  return t;
};

const refusals: Record<string, readonly [f: () => unknown, message: string]> = {
  "strings for a vector": [
    () => hvp(square, w(), ["1", "2"] as Anything),
    'hvp: the vector has the string "1" at entry 0; a finite number is needed',
  ],
  "no vector": [
    () => hvp(square, w(), undefined as Anything),
    "hvp: the vector is undefined; an array of numbers is needed",
  ],
  "a vector of another length": [
    () => hvp(square, w(), new Float64Array(3)),
    "hvp: the vector has 3 entries, the parameters 2: w [2]",
  ],
  "a tensor for unflatten": [
    () => unflatten(tensor([1, 2]) as Anything, w()),
    "unflatten: the vector is a Tensor; an array of numbers is needed",
  ],
  "no parameters": [
    () => gradient(square, null as Anything),
    "gradient: the parameters are null; a record of named tensors is needed",
  ],
  "an empty record": [() => hessian(square, {}), "hessian: there are no parameters"],
  "a tensor for the record": [
    () => gradient(square, tensor([1, 2]) as Anything),
    "gradient: the parameters are a tensor; a record",
  ],
  "an array for a parameter": [
    () => gradient(square, { w: [1, 2] } as Anything),
    'gradient: the parameter "w" is an array; a tensor is needed',
  ],
  "integers for a parameter": [
    () => gradient(square, { w: tf.tensor([1], [1], "int32") }),
    'gradient: the tensor "w" is int32; parameters must be float32',
  ],
  "a disposed parameter": [
    () => gradient(square, { w: gone() }),
    'gradient: the tensor "w" of shape [1] is disposed',
  ],
  "a disposed tensor inside the loss": [
    () => hvp(({ w: p }: Parameters) => tf.sum(tf.mul(p!, gone())), w(), new Float64Array(2)),
    "hvp: the loss reads a tensor that has been disposed",
  ],
  "one tensor under two names": [
    () => {
      const t = tensor([2, 3]);
      return gradient(({ a, b }: Parameters) => tf.sum(tf.mul(a!, b!)), { a: t, b: t });
    },
    'gradient: "a" and "b" are one tensor',
  ],
  "a loss of several numbers": [
    () => gradient(({ w: p }: Parameters) => p!, w()),
    "gradient: the loss must return one number, a scalar float tensor; found float32 of shape [2]",
  ],
  "a loss of integers": [
    () => gradient((p: Parameters) => square(p).toInt(), w()),
    "found int32 of shape []",
  ],
  "a loss that is a number": [() => gradient(() => 3 as Anything, w()), "found number"],
  "an async loss": [
    () => hessian((async () => tf.scalar(1)) as Anything, w()),
    "hessian: the loss must return one number, a scalar float tensor; found a promise: a loss " +
      "cannot be async",
  ],
  "a NaN loss": [
    () => gradient(({ w: p }: Parameters) => tf.sum(tf.log(tf.neg(p!))), w()),
    "the loss is NaN although every parameter is a number",
  ],
  "an infinite loss": [
    () => gradient(({ w: p }: Parameters) => tf.sum(tf.log(tf.sub(p!, p!))), w()),
    "the loss is -Infinity: look for a division by zero, the logarithm of zero",
  ],
  "an infinite loss for hvp": [
    () => hvp(({ w: p }: Parameters) => tf.sum(tf.exp(tf.mul(p!, 1e3))), w(), [1, 1]),
    "the loss is Infinity",
  ],
  "NaN in a Float64Array, by hvp": [
    () => hvp(square, w(), Float64Array.of(1, Number.NaN)),
    "hvp: the vector has NaN at entry 1; a finite number is needed",
  ],
  "NaN in a Float64Array, by jvp": [
    () => jvp(({ w: p }: Parameters) => p!, w(), Float64Array.of(Number.NaN, 1)),
    "jvp: the vector has NaN at entry 0; a finite number is needed",
  ],
  "an infinity in a Float64Array, by vjp": [
    () => vjp(({ w: p }: Parameters) => p!, w(), Float64Array.of(1, Infinity)),
    "vjp: the vector has Infinity at entry 1; a finite number is needed",
  ],
  "a misspelt only": [
    () => hessian(square, w(), { onyl: ["w"] } as Anything),
    'hessian: there is no option "onyl"; it takes only',
  ],
  "a list for the options": [
    () => hessian(square, w(), ["w"] as Anything),
    "hessian: the options are an array of 1 entries; an object is needed, such as { only: … }",
  ],
  "only a string": [
    () => hessian(square, w(), { only: "w" as Anything }),
    'hessian: only is string; a list of names is needed: ["w"]',
  ],
  "only names of nothing": [
    () => hessian(square, w(), { only: ["v"] }),
    'hessian: there is no parameter "v"; there are w',
  ],
  "only one name twice": [
    () => hessian(square, w(), { only: ["w", "w"] }),
    'hessian: only names "w" twice',
  ],
  "text for a tensor": [() => tensor("abc" as Anything), "tensor: string abc found"],
  "a truth value in a tensor": [
    () => tensor([true] as Anything),
    "tensor: boolean true found at depth 1; numbers are needed",
  ],
  "nothing for a tensor": [() => tensor(undefined as Anything), "the values are undefined"],
  "a tensor for a tensor": [() => tensor(tf.scalar(1) as Anything), "tensor: a Tensor found"],
  "null in a list": [() => tensor([1, null] as Anything), "tensor: null found at depth 1"],
  "a set for a tensor": [() => tensor(new Set([1]) as Anything), "tensor: a Set found at depth 0"],
  "a number for a shape": [
    () => tensor([1, 2], 2 as Anything),
    "tensor: the shape is 2; a list of whole numbers is needed",
  ],
  "half a row": [
    () => tensor([1, 2, 3], [1.5, 2]),
    "tensor: the shape is [1.5,2]; a list of whole",
  ],
  "no loss": [
    () => hvp(undefined as Anything, w(), [1, 2]),
    "hvp: the loss is undefined; a function of the parameters is needed",
  ],
  "a tensor to flatten": [
    () => flatten(tensor([1]) as Anything),
    "flatten: the parameters are a tensor; a record",
  ],
  "nothing for the record of unflatten": [
    () => unflatten([1], undefined as Anything),
    "unflatten: the parameters are undefined; a record",
  ],
  "no output loss": [
    () => gaussNewton(square, undefined as Anything, w()),
    "gaussNewton: the output loss is undefined; a function",
  ],
  "a model that gives NaN": [
    () => gaussNewton(({ w: p }: Parameters) => tf.log(tf.neg(p!)), tf.sum, w()),
    "the output is NaN although every parameter is a number",
  ],
  "per-example losses that are NaN": [
    () => empiricalFisher(({ w: p }: Parameters) => tf.log(tf.neg(p!)), w()),
    "the output is NaN although every parameter is a number",
  ],
  "rows for toMatrix": [
    () => toMatrix([[1]] as Anything),
    "toMatrix: an array is no operator; give one of hessian(…) or fromMatrix(rows)",
  ],
  "a list of operators for sum": [() => sum([zero(2)] as Anything), "sum: an array is no operator"],
  "shift's arguments the wrong way round": [
    () => shift(1 as Anything, zero(2) as Anything),
    "shift: number is no operator",
  ],
  "lists of different lengths": [() => tensor([[1, 2], [3]]), "the nesting is ragged"],
};

describe("refused:", () => {
  it.each(Object.entries(refusals))("%s", (_, [f, message]) => {
    tf.engine().startScope();
    const stored = tf.backend().numDataIds();
    // Twice, as the second call of a loss goes another way.
    for (let i = 0; i < 3; i++) expect(f).toThrow(message);
    tf.engine().endScope();
    expect(tf.backend().numDataIds()).toBe(stored);
  });
});

describe("allowed:", () => {
  it("a Float32Array for a vector, a scalar parameter, a loss of shape [1, 1]", () => {
    const cube = ({ s }: Parameters) => tf.reshape(tf.pow(s!, 3), [1, 1]);
    const params = { s: tensor(3) };
    expect([...hvp(cube, params, Float32Array.of(1) as Anything)]).toEqual([18]);
    expect([...gradient(cube, params)]).toEqual([27]);
  });

  it("variables, a filter of four dimensions, integers and truth values in a closure", () => {
    const [pick, mask] = [tf.tensor1d([1, 0], "int32"), tf.tensor1d([true, false], "bool")];
    const v = tf.variable(tensor([2, 3]));
    const f = tf.ones([2, 2, 1, 1]);
    const loss = ({ v: p, f: filter }: Parameters) => {
      const chosen = tf.where(mask, tf.square(p!), tf.pow(p!, 3));
      const kept = tf.sum(tf.mul(tf.gather(chosen, pick), pick));
      const image = tf.ones([1, 3, 3, 1]) as tf.Tensor4D;
      return tf.add(kept, tf.sum(tf.conv2d(image, filter as tf.Tensor4D, 1, "valid")));
    };
    for (let i = 0; i < 3; i++) {
      expect([...gradient(loss, { v, f })]).toEqual([0, 27, 4, 4, 4, 4]);
      expect([...gradient(loss, { f, v })]).toEqual([4, 4, 4, 4, 0, 27]);
      const along = Float64Array.of(1, 1, 0, 0, 0, 0);
      expect([...hvp(loss, { v, f }, along)]).toEqual([0, 18, 0, 0, 0, 0]);
    }
    tf.dispose([pick, mask, v, f]);
  });

  it("many at once", async () => {
    const params = w();
    const one = async (k: number) => {
      await null;
      return [...gradient(({ w: p }: Parameters) => tf.sum(tf.mul(tf.pow(p!, 3), k)), params)];
    };
    expect(await Promise.all([1, 2, 3, 4].map(one))).toEqual(
      [1, 2, 3, 4].map((k) => [3 * k, 12 * k]),
    );
  });
});

describe("a vector", () => {
  it("may be any array of numbers", () => {
    for (const v of [[1, 2], Float32Array.of(1, 2), Int32Array.of(1, 2)]) {
      expect(hvp(square, w(), v)).toEqual(Float64Array.of(2, 4));
      expect(unflatten(v, w()).w.dataSync()).toEqual(Float64Array.of(1, 2));
    }
  });
});
