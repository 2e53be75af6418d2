import { tf } from "../../../src/tensor/tf.js";
import type { Domain, OpCase } from "./op-case.js";

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const unary = (family: string, op: string, f: Unary, domain: Domain = "any"): OpCase => ({
  family,
  op,
  args: [{ shape: [3, 4], domain }],
  f,
});

/** Operands that broadcast in both directions. */
const binary = (op: string, f: Binary, a: Domain = "any", b: Domain = a): OpCase => ({
  family: "arithmetic",
  op,
  args: [
    { shape: [3, 1, 4], domain: a },
    { shape: [2, 1], domain: b },
  ],
  f,
});

const activation = (op: string, f: Unary) => unary("activations", op, f);
const math = (op: string, f: Unary, domain: Domain = "any") => unary("elementwise", op, f, domain);

const GELU_CURVE = Math.sqrt(2 / Math.PI);

export const elementwise: readonly OpCase[] = [
  activation("relu", tf.relu),
  activation("relu6", (x) => tf.relu6(tf.mul(x, 4))),
  activation("leakyRelu", (x) => tf.leakyRelu(x, 0.1)),
  activation("elu", tf.elu),
  activation("selu", tf.selu),
  activation("softplus", tf.softplus),
  activation("tanh", tf.tanh),
  activation("sigmoid", tf.sigmoid),
  activation("swish", (x) => tf.mul(x, tf.sigmoid(x))),
  activation("gelu (erf)", (x) =>
    tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  ),
  activation("gelu (tanh)", (x) =>
    tf.mul(
      tf.mul(x, 0.5),
      tf.add(tf.tanh(tf.mul(GELU_CURVE, tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))), 1),
    ),
  ),
  activation("mish", (x) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  activation("softsign", (x) => tf.div(x, tf.add(tf.abs(x), 1))),
  activation("softmax", (x) => tf.softmax(x)),
  activation("logSoftmax", (x) => tf.logSoftmax(x)),
  activation("logSigmoid", tf.logSigmoid),
  activation("logSigmoid (of an intermediate)", (x) => tf.logSigmoid(tf.mul(x, 1.5))),
  {
    family: "activations",
    op: "prelu",
    args: [{ shape: [3, 4] }, { shape: [4], domain: "positive" }],
    f: (x, alpha) => tf.prelu(x, alpha!),
  },
  math("abs", tf.abs),
  math("acos", tf.acos, "unit"),
  math("acosh", tf.acosh, "above one"),
  math("asin", tf.asin, "unit"),
  math("asinh", tf.asinh),
  math("atan", tf.atan),
  math("atanh", tf.atanh, "unit"),
  math("cast", (x) => tf.mul(x, tf.cast(tf.cast(tf.mul(x, 10), "int32"), "float32"))),
  math("ceil", (x) => tf.mul(x, tf.ceil(tf.mul(x, 1.7)))),
  math("clipByValue", (x) => tf.clipByValue(x, -1.05, 0.75)),
  math("clone", (x) => tf.clone(x)),
  math("cos", tf.cos),
  math("cosh", tf.cosh),
  math("dropout (seeded)", (x) => tf.dropout(x, 0.4, undefined, 5)),
  math("erf", tf.erf),
  math("exp", tf.exp),
  math("expm1", tf.expm1),
  math("floor", (x) => tf.mul(x, tf.floor(tf.mul(x, 1.7)))),
  math("log", tf.log, "positive"),
  math("log1p", tf.log1p, "positive"),
  math("neg", tf.neg),
  math("onesLike, zerosLike", (x) => tf.add(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x))),
  math("pow (constant exponent)", (x) => tf.pow(x, 3)),
  math("reciprocal", tf.reciprocal, "positive"),
  math("round", (x) => tf.mul(x, tf.round(tf.mul(x, 1.6)))),
  math("rsqrt", tf.rsqrt, "positive"),
  math("sign", (x) => tf.mul(x, tf.sign(x))),
  math("sin", tf.sin),
  math("sinh", tf.sinh),
  math("sqrt", tf.sqrt, "positive"),
  math("square", tf.square),
  math("step", (x) => tf.mul(x, tf.step(x, 0.3))),
  math("tan", tf.tan, "unit"),
  math("any and all", (x) => {
    const mask = tf.logicalXor(tf.any(tf.greater(x, 5)), tf.all(tf.less(x, 5)));
    return tf.mul(tf.cast(mask, "float32"), tf.square(x));
  }),
  math("where", (x) => tf.where(tf.greater(x, 0.5), tf.square(x), tf.sin(x))),
  math("comparisons and logic", (x) => {
    const inside = tf.logicalAnd(tf.less(x, 1), tf.logicalNot(tf.lessEqual(x, -1)));
    const either = tf.logicalXor(inside, tf.logicalOr(tf.equal(x, 3), tf.notEqual(x, x)));
    return tf.where(tf.logicalAnd(either, tf.greaterEqual(x, -3)), tf.square(x), x);
  }),
  math("isFinite, isNaN, isInf", (x) =>
    tf.where(tf.logicalOr(tf.isNaN(x), tf.isInf(x)), x, tf.where(tf.isFinite(x), tf.square(x), x)),
  ),
  binary("add", tf.add),
  binary("sub", tf.sub),
  binary("mul", tf.mul),
  binary("div", tf.div, "any", "positive"),
  binary("divNoNan", tf.divNoNan, "any", "positive"),
  binary("pow", tf.pow, "positive", "any"),
  binary("maximum", tf.maximum),
  binary("minimum", tf.minimum),
  binary("squaredDifference", tf.squaredDifference),
  binary("atan2", tf.atan2),
  binary("mod", (a, b) => tf.mod(a, tf.add(b, 3)), "any"),
  binary("floorDiv", (a, b) => tf.mul(a, tf.floorDiv(a, tf.add(b, 3)))),
  {
    family: "arithmetic",
    op: "addN",
    args: [{ shape: [2, 3] }, { shape: [2, 3] }],
    f: (a, b) => tf.addN([a, b, tf.square(a)]),
  },
];
