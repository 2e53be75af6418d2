/** Functions of one variable, element by element. */
import { define, room } from "../kernel.js";
import { sizeOf, unaryLoop } from "../loops.js";
import { elementary } from "../simd/elementary.js";

type ResultType = "same" | "float32" | "bool";

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/** The expressions in x; a result type other than float32 where tfjs keeps integers or makes truth values. */
const TABLE: Record<string, string | [string, ResultType]> = {
  Abs: ["Math.abs(x)", "same"],
  Acos: "Math.acos(x)",
  Acosh: "Math.acosh(x)",
  Asin: "Math.asin(x)",
  Asinh: "Math.asinh(x)",
  Atan: "Math.atan(x)",
  Atanh: "Math.atanh(x)",
  Ceil: ["Math.ceil(x)", "same"],
  Cos: "Math.cos(x)",
  Cosh: "Math.cosh(x)",
  Elu: "x >= 0 ? x : Math.expm1(x)",
  Erf: "erf(x)",
  Exp: "Math.exp(x)",
  Expm1: "Math.expm1(x)",
  Floor: ["Math.floor(x)", "same"],
  IsFinite: ["Number.isFinite(x) ? 1 : 0", "bool"],
  IsInf: ["Math.abs(x) === Infinity ? 1 : 0", "bool"],
  IsNan: ["x !== x ? 1 : 0", "bool"],
  Log: "Math.log(x)",
  Log1p: "Math.log1p(x)",
  LogicalNot: ["x ? 0 : 1", "bool"],
  Neg: ["-x", "same"],
  Reciprocal: "1 / x",
  Relu: ["x > 0 || x !== x ? x : 0", "same"],
  Relu6: ["x > 6 ? 6 : x > 0 || x !== x ? x : 0", "same"],
  Round: ["roundHalfEven(x)", "same"],
  Rsqrt: "1 / Math.sqrt(x)",
  Selu: `x >= 0 ? ${SELU_SCALE} * x : ${SELU_SCALE_ALPHA} * Math.expm1(x)`,
  Sign: ["x > 0 ? 1 : x < 0 ? -1 : 0", "same"],
  Sin: "Math.sin(x)",
  Sinh: "Math.sinh(x)",
  Softplus: "Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))",
  Sqrt: "Math.sqrt(x)",
  Square: ["x * x", "same"],
  Tan: "Math.tan(x)",
};

const IN_SIMD = { Sigmoid: "logistic", Tanh: "tanh" } as const;

export function registerUnary(): void {
  for (const [name, entry] of Object.entries(TABLE)) {
    const [expression, result] = typeof entry === "string" ? [entry, "float32" as const] : entry;
    const loop = unaryLoop(expression);
    define<"x">(name, ({ inputs: { x }, backend }) => {
      const out = room(backend, result === "same" ? x.dtype : result, sizeOf(x.shape));
      loop(backend.values(x), out);
      return backend.make(x.shape, out);
    });
  }
  for (const [name, f] of Object.entries(IN_SIMD)) {
    define<"x">(name, ({ inputs: { x }, backend }) => {
      const out = backend.room(sizeOf(x.shape));
      elementary(f, backend.values(x), out);
      return backend.make(x.shape, out);
    });
  }
  withParameter("LeakyRelu", "x > 0 || x !== x ? x : alpha * x", ["alpha"]);
  withParameter("Step", "x > 0 ? 1 : x !== x ? x : alpha", ["alpha"]);
  withParameter("ClipByValue", "x > high ? high : x < low ? low : x", ["low", "high"], {
    low: "clipValueMin",
    high: "clipValueMax",
  });
}

/** An expression with parameters from the attributes of the same names, or of those given. */
function withParameter(
  name: string,
  expression: string,
  parameters: readonly string[],
  attributes: Record<string, string> = {},
): void {
  const loop = unaryLoop<readonly number[]>(expression, parameters);
  define<"x", Record<string, number>>(name, ({ inputs: { x }, attrs, backend }) => {
    const whole = x.dtype === "int32" && name !== "LeakyRelu";
    const out = room(backend, whole ? "int32" : "float32", sizeOf(x.shape));
    const values = parameters.map((parameter) => attrs[attributes[parameter] ?? parameter] ?? 0);
    loop(backend.values(x), out, ...values);
    return backend.make(x.shape, out);
  });
}
