/**
 * tr A from products alone, by one of three estimators.
 *
 * Hutchinson averages vᵀAv; its error falls as 1/√m. Hutch++ spends a third of its products on a
 * subspace that catches the large eigenvalues, takes their trace exactly and averages only over the
 * rest: error 1/m. XTrace builds such a subspace from all test vectors but one, for each one in turn,
 * so that every product serves twice. What is left of a test vector outside the subspace is brought to
 * the length that it has on average, which makes both exact on multiples of I. Hutchinson 1990; Meyer, Musco, Musco and Woodruff 2021; Epperly,
 * Tropp and Webber, SIAM J. Matrix Anal. Appl. 45:1, 2024.
 */
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { checkOptionNames } from "../operators/option-names.js";
import { orthogonalize } from "../operators/orthogonalize.js";
import { Pace } from "../operators/pace.js";
import { addScaled, dot, norm } from "../operators/vectors.js";
import { Random } from "../tensor/random.js";
import { checkedOperator } from "./checked-operator.js";
import {
  checkBudget,
  checkProbe,
  drawProbe,
  type Estimate,
  meanOf,
  type ProbeOptions,
  probeOptionNames,
} from "./probes.js";

const traceMethods = ["hutchinson", "hutch++", "xtrace"] as const;

export type TraceMethod = (typeof traceMethods)[number];

export interface TraceOptions extends ProbeOptions {
  readonly method?: TraceMethod;
}

/** One symmetric product, counted and paced. */
type Multiply = (v: Float64Array) => Promise<Float64Array>;

/**
 * tr A of a symmetric A, with a standard error; 100 products unless said otherwise. When the budget
 * covers all n unit vectors the diagonal is summed instead, and the error is 0.
 *
 * @example (await trace([[2, 1], [1, 3]])).value // 5
 */
export async function trace(
  matrix: LinearOperator | Rows,
  options: TraceOptions = {},
): Promise<Estimate> {
  const op = checkedOperator("trace", matrix);
  checkOptionNames("trace", options, ["method", ...probeOptionNames]);
  const { method = "xtrace", products = 100, probe = "rademacher", seed = 0 } = options;
  if (!traceMethods.includes(method)) {
    throw new RangeError(`trace: method = "${method}"; there are ${traceMethods.join(", ")}`);
  }
  checkBudget("trace", "products", products, 6);
  checkProbe("trace", probe);
  const pace = new Pace(options.signal);
  let spent = 0;
  const multiply: Multiply = async (v) => {
    await pace.step();
    spent += 1;
    const image = op.apply(v);
    options.onProgress?.({ done: spent, products: spent, of: Math.min(products, op.size) });
    return image;
  };
  const random = new Random(seed);
  const draw = () => drawProbe(random, probe, op.size);
  const estimate = async () => {
    if (products >= op.size)
      return { value: await exactTrace(op.size, multiply), standardError: 0 };
    if (method === "hutchinson") return hutchinson(products, draw, multiply);
    return method === "hutch++"
      ? hutchPlusPlus(products, draw, multiply)
      : xtrace(products, draw, multiply);
  };
  const { value, standardError } = await estimate();
  return { value, standardError, products: spent };
}

async function exactTrace(n: number, multiply: Multiply): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n);
    unit[i] = 1;
    sum += (await multiply(unit))[i]!;
  }
  return sum;
}

async function hutchinson(count: number, draw: () => Float64Array, multiply: Multiply) {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const v = draw();
    samples.push(dot(v, await multiply(v)));
  }
  return meanOf(samples);
}

async function hutchPlusPlus(budget: number, draw: () => Float64Array, multiply: Multiply) {
  const third = Math.floor(budget / 3);
  const basis: Float64Array[] = [];
  for (let i = 0; i < third; i++) extend(basis, await multiply(draw()));
  let caught = 0;
  for (const q of basis) caught += dot(q, await multiply(q));
  const samples: number[] = [];
  for (let i = budget - 2 * third; i > 0; i--) {
    const v = draw();
    const length = orthogonalize(v, basis);
    const usual = (v.length - basis.length) / length ** 2;
    samples.push(length > 0 ? usual * dot(v, await multiply(v)) : 0);
  }
  const rest = meanOf(samples);
  return { value: caught + rest.value, standardError: rest.standardError };
}

/** Appends the direction of w orthogonal to the basis; says whether there was one. */
function extend(basis: Float64Array[], w: Float64Array): boolean {
  const before = norm(w);
  const left = orthogonalize(w, basis);
  if (!(left > 1e-12 * before)) return false;
  basis.push(w.map((value) => value / left));
  return true;
}

/**
 * With Y = AΩ = QR, dropping ωᵢ from Ω takes the direction sᵢ ∝ R⁻ᵀeᵢ out of Q's coordinates, so
 * every leave-one-out estimate is a few m × m products.
 */
async function xtrace(budget: number, draw: () => Float64Array, multiply: Multiply) {
  const m = Math.floor(budget / 2);
  const omegas: Float64Array[] = [];
  const images: Float64Array[] = [];
  const basis: Float64Array[] = [];
  let independent = true;
  for (let i = 0; i < m && independent; i++) {
    omegas.push(draw());
    images.push(await multiply(omegas[i]!));
    independent = extend(basis, images[i]!.slice());
  }
  const rotated: Float64Array[] = [];
  for (const q of basis) rotated.push(await multiply(q));
  const projected = basis.map((q) => Float64Array.from(rotated, (aq) => dot(q, aq)));
  const caught = projected.reduce((sum, row, i) => sum + row[i]!, 0);
  // Dependent images mean that Q holds the whole range of A, and its trace.
  if (!independent) return { value: caught, standardError: 0 };
  const r = images.map((y) => Float64Array.from(basis, (q) => dot(q, y)));
  const apply = (u: Float64Array) => Float64Array.from(projected, (row) => dot(row, u));
  const samples = omegas.map((omega, i) => {
    const s = leftOut(r, i);
    const w = Float64Array.from(basis, (q) => dot(q, omega));
    const u = addScaled(w, -dot(s, w), s);
    const rest = dot(omega, images[i]!) - 2 * dot(u, r[i]!) + dot(u, apply(u));
    const usual = (omega.length - m + 1) / (dot(omega, omega) - dot(u, u));
    return caught - dot(s, apply(s)) + usual * rest;
  });
  // Each leaves out one vector of the same subspace, so samples move together: over many matrices
  // their mean varies by √2 (1.1 to 1.7) more than it would if they were independent.
  const { value, standardError } = meanOf(samples);
  return { value, standardError: Math.SQRT2 * standardError };
}

/** The unit solution s of Rᵀs = ‖·‖eᵢ; `columns[j]` is column j of the upper triangular R. */
function leftOut(columns: readonly Float64Array[], i: number): Float64Array {
  const m = columns.length;
  const s = new Float64Array(m);
  for (let j = i; j < m; j++) {
    let sum = j === i ? 1 : 0;
    for (let k = i; k < j; k++) sum -= columns[j]![k]! * s[k]!;
    s[j] = sum / columns[j]![j]!;
  }
  const length = norm(s);
  return s.map((value) => value / length);
}
