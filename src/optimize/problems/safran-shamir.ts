/**
 * The population loss of a two-layer ReLU student and teacher under standard normal input.
 *
 * n student neurons wᵢ learn k orthonormal teacher neurons vⱼ = eⱼ of k inputs:
 * L = ½ΣΣf(wᵢ,wⱼ) − ΣΣf(wᵢ,vⱼ) + ½ΣΣf(vᵢ,vⱼ), f(w,v) = ‖w‖‖v‖(sin θ + (π − θ)cos θ)/2π.
 * From n = k = 6 on it has bad local minima, which gradient descent finds ever more often; with more
 * students than teachers they are rare. Cho and Saul 2009 for f; Safran and Shamir, "Spurious local
 * minima are common in two-layer ReLU neural networks", ICML 2018; Safran, Yehudai and Shamir 2021 for
 * the Hessian.
 */
import { addScaled, dot, norm } from "../../operators/vectors.js";
import { PopulationLoss } from "./population-loss.js";
import type { TestProblem } from "./test-problem.js";

const HALF_TURN = 1 / (2 * Math.PI);

export interface SafranShamirOptions {
  /** How many student neurons; k, as many as teachers, unless given. */
  readonly students?: number;
}

/**
 * k teachers of k inputs; x holds the students w₁ … wₙ one after the other, nk numbers.
 *
 * @example
 * // The smallest eigenvalue at the global minimum is ¼ − 1/2π for every k.
 * const { eigenvalues } = classify(problems.safranShamir(2), [1, 0, 0, 1]);
 * eigenvalues[0]; // 0.090845056…
 */
export function safranShamir(k: number, { students = k }: SafranShamirOptions = {}): TestProblem {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`safranShamir: k = ${k}; a whole number of at least 1 is needed`);
  }
  if (!Number.isInteger(students) || students < k) {
    throw new RangeError(
      `safranShamir: ${students} students of ${k} teachers; a whole number of at least ${k} is needed`,
    );
  }
  const size = students * k;
  const teacher = new Float64Array(k * k);
  for (let i = 0; i < k; i++) teacher[i * k + i] = 1;
  // A student beyond the teachers' number is not needed, and may be zero.
  const solution = [...teacher, ...new Array<number>(size - k * k).fill(0)];
  const loss = new PopulationLoss(k, students);
  const evaluate = (x: Float64Array) => {
    const gradient = new Float64Array(size);
    return { value: loss.evaluate(x, gradient), gradient };
  };
  return {
    name: `Safran–Shamir ${k}${students === k ? "" : `, ${students} students`}`,
    start: Float64Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1) / Math.sqrt(k)),
    minima: [{ fun: 0, x: solution }],
    value: (x) => evaluate(x).value,
    gradient: (x) => evaluate(x).gradient,
    valueAndGradient: evaluate,
    hessian: (x) => hessian(k, x, teacher),
  };
}

/**
 * Blocks of k × k. By w twice, with ŵ, v̂ unit vectors and n = v̂ − cos θ·ŵ:
 * ∂²f/∂w² = sin θ ‖v‖/(2π‖w‖) (I − ŵŵᵀ + nnᵀ/sin²θ);
 * 2π ∂²f/∂w∂v = (π − θ)I + ŵ(sin θ·v̂ − cos θ·m)ᵀ + v̂mᵀ, with m = (ŵ − cos θ·v̂)/sin θ = −‖v‖∂θ/∂v.
 */
function hessian(k: number, x: Float64Array, teacher: Float64Array): Float64Array[] {
  const n = x.length / k;
  const rows = Array.from({ length: n * k }, () => new Float64Array(n * k));
  const neuron = (source: Float64Array, i: number) => source.subarray(i * k, (i + 1) * k);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) rows[i * k + c]![i * k + c]! += 0.5;
    for (let j = 0; j < k; j++) addOwnBlock(rows, i * k, neuron(x, i), neuron(teacher, j), -1);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      addOwnBlock(rows, i * k, neuron(x, i), neuron(x, j), 1);
      addCrossBlock(rows, i * k, j * k, neuron(x, i), neuron(x, j));
    }
  }
  return rows;
}

/** rows[block of w, block of w] += factor·∂²f/∂w². */
function addOwnBlock(
  rows: readonly Float64Array[],
  at: number,
  w: Float64Array,
  v: Float64Array,
  factor: number,
): void {
  const { wn, vn, cosine, sine, wHat, vHat } = directions(w, v);
  if (sine === 0 || wn === 0) return;
  const scale = (factor * HALF_TURN * sine * vn) / wn;
  const side = vHat.map((entry, c) => (entry - cosine * wHat[c]!) / sine);
  for (let a = 0; a < w.length; a++) {
    const row = rows[at + a]!;
    row[at + a]! += scale;
    for (let b = 0; b < w.length; b++) {
      row[at + b]! += scale * (side[a]! * side[b]! - wHat[a]! * wHat[b]!);
    }
  }
}

/** rows[block of w, block of v] += ∂²f/∂w∂v. */
function addCrossBlock(
  rows: readonly Float64Array[],
  at: number,
  other: number,
  w: Float64Array,
  v: Float64Array,
): void {
  const { cosine, sine, theta, wHat, vHat } = directions(w, v);
  const side = wHat.map((entry, c) => (sine > 0 ? (entry - cosine * vHat[c]!) / sine : 0));
  for (let a = 0; a < w.length; a++) {
    const row = rows[at + a]!;
    row[other + a]! += (Math.PI - theta) * HALF_TURN;
    for (let b = 0; b < w.length; b++) {
      // ∂(‖v‖ sin θ)/∂v = sin θ·v̂ − cos θ·side, and −∂θ/∂v = side/‖v‖.
      const change = sine * vHat[b]! - cosine * side[b]!;
      row[other + b]! += HALF_TURN * (wHat[a]! * change + vHat[a]! * side[b]!);
    }
  }
}

function directions(w: Float64Array, v: Float64Array) {
  const [wn, vn] = [norm(w), norm(v)];
  const wHat = w.map((entry) => (wn > 0 ? entry / wn : 0));
  const vHat = v.map((entry) => (vn > 0 ? entry / vn : 0));
  const cosine = dot(wHat, vHat);
  // From the difference itself: √(1 − cos²) would keep half the digits near θ = 0.
  const sine = norm(addScaled(vHat, -cosine, wHat));
  return { wn, vn, cosine, sine, theta: Math.atan2(sine, cosine), wHat, vHat };
}
