/**
 * The linear autoencoder tr((I − AB)Σ(I − AB)ᵀ), with decoder A (d × p) and encoder B (p × d).
 *
 * Every critical point is a projection on some eigenvectors of Σ, with loss Σ(all λ) − Σ(kept λ). The
 * global minimum keeps the largest p; every other one is a saddle, so no local minimum is bad.
 * Baldi and Hornik, Neural Networks 2, 1989; *Deep Learning*, 8.2.3.
 */
import type { TestProblem } from "./test-problem.js";

export interface LinearAutoencoder extends TestProblem {
  /** The point at which exactly these coordinates are kept: A = Bᵀ = unit vectors, padded by zeros. */
  criticalPoint(kept: readonly number[]): Float64Array;
}

/**
 * Σ = diag(variances), p hidden units; x holds A by rows and then B by rows, 2dp numbers.
 *
 * @example problems.linearAutoencoder([5, 4, 3, 2, 1], 2).minima[0].fun // 6
 */
export function linearAutoencoder(variances: ArrayLike<number>, hidden: number): LinearAutoencoder {
  const sigma = Float64Array.from(variances);
  const d = sigma.length;
  const size = d * hidden;
  if (!(hidden >= 1 && hidden <= d)) {
    throw new RangeError(`linearAutoencoder: ${hidden} hidden units for ${d} inputs`);
  }
  const lost = Float64Array.from(sigma)
    .sort()
    .subarray(0, d - hidden);
  const hvp = (x: Float64Array, v: Float64Array) => product(sigma, hidden, x, v);
  return {
    name: `linear autoencoder ${d}-${hidden}-${d}`,
    start: Float64Array.from({ length: 2 * size }, (_, i) => 0.5 * Math.sin(3 * i + 1)),
    minima: [{ fun: lost.reduce((sum, value) => sum + value, 0) }],
    value: (x) => {
      const rest = residual(d, hidden, x);
      return rest.reduce((sum, r, at) => sum + r * r * sigma[at % d]!, 0);
    },
    gradient: (x) => gradient(sigma, hidden, x, residual(d, hidden, x)),
    hvp,
    hessian: (x) =>
      Array.from({ length: 2 * size }, (_, i) => {
        const unit = new Float64Array(2 * size);
        unit[i] = 1;
        return hvp(x, unit);
      }),
    criticalPoint: (kept) => {
      const x = new Float64Array(2 * size);
      kept.forEach((coordinate, h) => {
        x[coordinate * hidden + h] = 1;
        x[size + h * d + coordinate] = 1;
      });
      return x;
    },
  };
}

/** R = I − AB, d × d by rows. */
function residual(d: number, p: number, x: Float64Array): Float64Array {
  const r = multiply(d, p, d, x, x.subarray(d * p)).map((entry) => -entry);
  for (let i = 0; i < d; i++) r[i * d + i]! += 1;
  return r;
}

/** By A: −2RΣBᵀ; by B: −2AᵀRΣ. */
function gradient(sigma: Float64Array, p: number, x: Float64Array, r: Float64Array): Float64Array {
  const d = sigma.length;
  const weighted = r.map((entry, at) => -2 * entry * sigma[at % d]!);
  const g = new Float64Array(2 * d * p);
  g.set(multiply(d, d, p, weighted, transpose(p, d, x.subarray(d * p))));
  g.set(multiply(p, d, d, transpose(d, p, x.subarray(0, d * p)), weighted), d * p);
  return g;
}

/** The derivative of the gradient along v = (dA, dB), with dR = −(dA·B + A·dB). */
function product(sigma: Float64Array, p: number, x: Float64Array, v: Float64Array): Float64Array {
  const d = sigma.length;
  const size = d * p;
  const first = multiply(d, p, d, v, x.subarray(size));
  const change = multiply(d, p, d, x, v.subarray(size)).map((entry, i) => -entry - first[i]!);
  const moved = gradient(sigma, p, x, change);
  const turned = gradient(sigma, p, v, residual(d, p, x));
  return moved.map((entry, i) => entry + turned[i]!);
}

function multiply(m: number, k: number, n: number, a: Float64Array, b: Float64Array): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let s = 0; s < k; s++) {
      const entry = a[i * k + s]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += entry * b[s * n + j]!;
    }
  }
  return c;
}

function transpose(m: number, n: number, a: Float64Array): Float64Array {
  return Float64Array.from({ length: m * n }, (_, at) => a[(at % m) * n + Math.floor(at / m)]!);
}
