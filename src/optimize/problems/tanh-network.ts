/**
 * A small tanh network with one hidden layer on a fixed data set, in plain float64.
 *
 * f = (1/N) Σ ½(vᵀtanh(Wx + b) + c − y)². It needs no tensors: the gradient is backpropagation by hand,
 * and the product Hv its derivative along v (Pearlmutter, Neural Computation 6:1, 1994), so that the
 * second-order methods can be tried on a network at the speed of arithmetic.
 */
import { Random } from "../../tensor/random.js";
import type { TestProblem } from "./test-problem.js";

export interface TanhNetworkOptions {
  readonly inputs?: number;
  readonly hidden?: number;
  readonly samples?: number;
  /** Draws the data, labelled by a teacher network of the same shape, and the start. */
  readonly seed?: number;
}

/** A dense layer h ↦ hW + b, W with a row an input. */
interface Layer {
  readonly weights: Float64Array[];
  readonly bias: Float64Array;
}

interface LayerLike {
  readonly weights: readonly ArrayLike<number>[];
  readonly bias: ArrayLike<number>;
}

export interface TanhNetwork extends TestProblem {
  /** x as the hidden and the output layer, on which the weight-space symmetries act. */
  layers(x: Float64Array): [hidden: Layer, output: Layer];
  /** The inverse of `layers`. */
  vector(layers: readonly LayerLike[]): Float64Array;
}

/**
 * x holds W by rows (h × d), then b (h), v (h) and c: h(d + 2) + 1 numbers.
 *
 * @example problems.tanhNetwork({ inputs: 2, hidden: 4 }).start.length // 17
 */
export function tanhNetwork(options: TanhNetworkOptions = {}): TanhNetwork {
  const { inputs: d = 2, hidden: h = 4, samples = 32, seed = 0 } = options;
  const size = h * (d + 2) + 1;
  const random = new Random(seed);
  const data = Array.from({ length: samples }, () => random.normals(d));
  const teacher = random.normals(size);
  const labels = data.map((x) => forward(h, d, teacher, x).output);
  const hvp = (x: Float64Array, v: Float64Array) => {
    const product = new Float64Array(size);
    data.forEach((input, i) => {
      addProduct(h, d, x, v, input, labels[i]!, 1 / samples, product);
    });
    return product;
  };
  return {
    name: `tanh network ${d}-${h}-1`,
    start: random.normals(size).map((entry) => 0.5 * entry),
    minima: [{ fun: 0, x: [...teacher] }],
    value: (x) =>
      data.reduce((sum, input, i) => sum + (forward(h, d, x, input).output - labels[i]!) ** 2, 0) /
      (2 * samples),
    gradient: (x) => {
      const gradient = new Float64Array(size);
      data.forEach((input, i) => {
        addGradient(h, d, x, input, labels[i]!, 1 / samples, gradient);
      });
      return gradient;
    },
    hvp,
    hessian: (x) =>
      Array.from({ length: size }, (_, i) => {
        const unit = new Float64Array(size);
        unit[i] = 1;
        return hvp(x, unit);
      }),
    layers: (x) => layersOf(h, d, x),
    vector: (layers) => vectorFrom(h, d, layers),
  };
}

function layersOf(h: number, d: number, x: Float64Array): [hidden: Layer, output: Layer] {
  const [b, v] = [h * d, h * d + h];
  const column = (j: number) => Float64Array.from({ length: h }, (_, i) => x[i * d + j]!);
  const outgoing = Array.from(x.subarray(v, v + h), (w) => Float64Array.of(w));
  return [
    { weights: Array.from({ length: d }, (_, j) => column(j)), bias: x.slice(b, v) },
    { weights: outgoing, bias: x.slice(v + h) },
  ];
}

function vectorFrom(h: number, d: number, [hidden, output]: readonly LayerLike[]): Float64Array {
  if (hidden?.bias.length !== h || output?.weights.length !== h || hidden.weights.length !== d) {
    throw new RangeError(`tanhNetwork: these are not the layers of a network ${d}-${h}-1`);
  }
  const rows = Array.from({ length: h }, (_, i) => hidden.weights.map((row) => row[i]!));
  const outgoing = output.weights.map((row) => row[0]!);
  return Float64Array.of(...rows.flat(), ...Array.from(hidden.bias), ...outgoing, output.bias[0]!);
}

function forward(h: number, d: number, x: Float64Array, input: Float64Array) {
  const [b, v] = [h * d, h * d + h];
  const activations = new Float64Array(h);
  let output = x[v + h]!;
  for (let i = 0; i < h; i++) {
    let z = x[b + i]!;
    for (let j = 0; j < d; j++) z += x[i * d + j]! * input[j]!;
    activations[i] = Math.tanh(z);
    output += x[v + i]! * activations[i]!;
  }
  return { activations, output };
}

function addGradient(
  h: number,
  d: number,
  x: Float64Array,
  input: Float64Array,
  label: number,
  weight: number,
  gradient: Float64Array,
): void {
  const [b, v] = [h * d, h * d + h];
  const { activations, output } = forward(h, d, x, input);
  const error = weight * (output - label);
  gradient[v + h]! += error;
  for (let i = 0; i < h; i++) {
    const a = activations[i]!;
    const delta = error * x[v + i]! * (1 - a * a);
    gradient[v + i]! += error * a;
    gradient[b + i]! += delta;
    for (let j = 0; j < d; j++) gradient[i * d + j]! += delta * input[j]!;
  }
}

/** The derivative of `addGradient` at x along t: every quantity q has a tangent dq. */
function addProduct(
  h: number,
  d: number,
  x: Float64Array,
  t: Float64Array,
  input: Float64Array,
  label: number,
  weight: number,
  product: Float64Array,
): void {
  const [b, v] = [h * d, h * d + h];
  const { activations, output } = forward(h, d, x, input);
  const tangents = new Float64Array(h);
  let dOutput = t[v + h]!;
  for (let i = 0; i < h; i++) {
    let dz = t[b + i]!;
    for (let j = 0; j < d; j++) dz += t[i * d + j]! * input[j]!;
    tangents[i] = (1 - activations[i]! ** 2) * dz;
    dOutput += t[v + i]! * activations[i]! + x[v + i]! * tangents[i]!;
  }
  const error = weight * (output - label);
  const dError = weight * dOutput;
  product[v + h]! += dError;
  for (let i = 0; i < h; i++) {
    const [a, da] = [activations[i]!, tangents[i]!];
    const slope = 1 - a * a;
    const dDelta =
      dError * x[v + i]! * slope + error * t[v + i]! * slope - 2 * error * x[v + i]! * a * da;
    product[v + i]! += dError * a + error * da;
    product[b + i]! += dDelta;
    for (let j = 0; j < d; j++) product[i * d + j]! += dDelta * input[j]!;
  }
}
