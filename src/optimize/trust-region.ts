/**
 * Trust-region methods: one loop, three ways to minimise the quadratic model within a radius.
 *
 * The radius grows when the model predicted the decrease well and shrinks when it did not, so every
 * accepted step lowers f and none is longer than the model is good for. The model is solved exactly
 * (trust-exact), by truncated CG (Steihaug 1983), or in a Krylov space (Gould, Lucidi, Roma and Toint
 * 1999). Conn, Gould and Toint, *Trust-Region Methods*, algorithm 6.1.1.
 */
import type { LinearOperator } from "../operators/linear-operator.js";
import { addScaled, axpy, combine, dot, norm, scaled } from "../operators/vectors.js";
import { type Eigh, eigh } from "../spectra/eigh.js";
import { lanczosSteps } from "../spectra/lanczos.js";
import { tridiagonalEigh } from "../spectra/tridiagonal-eigh.js";
import { agreement, modelChange, type Oracle, type Point } from "./objective.js";
import { type Solver, type SolverOptions, type Step, type Stop, stalled } from "./solver.js";
import { solveInEigenbasis } from "./trust-region-subproblem.js";

interface ModelStep {
  readonly step: Float64Array;
  /** H·step. */
  readonly image: Float64Array;
  readonly multiplier: number;
}

/** Prepares the model at a point once, and solves it for each radius that is tried. */
type Model = (oracle: Oracle, from: Point) => (radius: number) => ModelStep;

/** Steps must achieve this share of the predicted decrease. */
const ACCEPT = 1e-4;

function trustRegion(name: string, model: Model): Solver {
  return (oracle: Oracle, options: SolverOptions) => {
    let radius = options.radius ?? 1;
    return (from: Point): Step | Stop => {
      const solve = model(oracle, from);
      for (;;) {
        const { step, image, multiplier } = solve(radius);
        const length = norm(step);
        // Also false for a length that is not a number.
        if (!(length > 2 ** -54 * norm(from.x))) return stalled(name);
        const predicted = -modelChange(from.gradient, step, image);
        const point = oracle.at(addScaled(from.x, 1, step));
        const ratio = agreement(from, point, predicted);
        const used = radius;
        if (!(ratio >= 0.25)) radius = 0.25 * Math.min(radius, length);
        else if (ratio > 0.75 && length > 0.9 * radius) radius = 2 * radius;
        if (ratio > ACCEPT) return { point, details: { radius: used, multiplier, ratio } };
      }
    };
  };
}

/** The exact solution in the eigenbasis of H, hard case included. */
const exactModel: Model = (oracle, from) => {
  const eigen = eigh(oracle.hessian(from.x));
  return (radius) => {
    const { step, multiplier } = solveInEigenbasis(eigen, from.gradient, radius);
    return { step, image: applyEigen(eigen, step), multiplier };
  };
};

function applyEigen({ eigenvalues, eigenvectors }: Eigh, v: Float64Array): Float64Array {
  const coordinates = eigenvectors.map((q, i) => eigenvalues[i]! * dot(q, v));
  return combine(eigenvectors, coordinates, v.length);
}

/** CG that stops at the boundary, or follows negative curvature to it. */
const steihaugModel: Model = (oracle, from) => {
  const hessian = oracle.hessianAt(from.x);
  const goal = Math.min(0.5, Math.sqrt(from.gradientNorm)) * from.gradientNorm;
  return (radius) => {
    const n = from.x.length;
    let step: Float64Array = new Float64Array(n);
    let image: Float64Array = new Float64Array(n);
    const r = from.gradient.slice();
    let d = scaled(-1, r);
    for (let j = 0; j < 2 * n + 10; j++) {
      const hd = hessian.apply(d);
      const curvature = dot(d, hd);
      const rr = dot(r, r);
      const alpha = rr / curvature;
      const next = addScaled(step, alpha, d);
      if (!(curvature > 0) || norm(next) >= radius) {
        const tau = toBoundary(step, d, radius);
        return { step: addScaled(step, tau, d), image: addScaled(image, tau, hd), multiplier: 0 };
      }
      step = next;
      image = addScaled(image, alpha, hd);
      axpy(alpha, hd, r);
      if (norm(r) <= goal) break;
      d = addScaled(scaled(-1, r), dot(r, r) / rr, d);
    }
    return { step, image, multiplier: 0 };
  };
};

/** The positive τ with ‖s + τd‖ = radius. */
function toBoundary(s: Float64Array, d: Float64Array, radius: number): number {
  const a = dot(d, d);
  const b = dot(s, d);
  const c = (radius - norm(s)) * (radius + norm(s));
  const root = Math.sqrt(b * b + a * c);
  return b > 0 ? c / (b + root) : (root - b) / a;
}

/** The exact solution of the model within the Krylov space of g, grown until it is good enough. */
const krylovModel: Model = (oracle, from) => {
  const hessian: LinearOperator = oracle.hessianAt(from.x);
  const goal = Math.min(0.1, Math.sqrt(from.gradientNorm)) * from.gradientNorm;
  const process = lanczosSteps(hessian, from.gradient);
  let space = process.next().value;
  return (radius) => {
    for (;;) {
      const { alphas, betas, basis, residual } = space;
      const k = alphas.length;
      const eigen = tridiagonalEigh(
        Float64Array.from(alphas),
        Float64Array.from(betas.slice(0, k - 1)),
      );
      const vectors = alphas.map((_, i) => eigen.vectors.subarray(i * k, (i + 1) * k));
      const small = new Float64Array(k);
      small[0] = from.gradientNorm;
      const decomposed = { eigenvalues: eigen.eigenvalues, eigenvectors: vectors };
      const solved = solveInEigenbasis(decomposed, small, radius);
      const error = residual * Math.abs(solved.step[k - 1]!);
      if (error <= goal || residual === 0 || k === hessian.size) {
        const step = combine(basis.slice(0, k), solved.step, hessian.size);
        // The model's value needs H·step only within the space, where it is T.
        const within = applyEigen(decomposed, solved.step);
        const image = combine(basis.slice(0, k), within, hessian.size);
        return { step, image, multiplier: solved.multiplier };
      }
      space = process.next().value;
    }
  };
};

export const trustExact = trustRegion("trust-exact", exactModel);
export const trustSteihaug = trustRegion("trust-steihaug", steihaugModel);
export const trustKrylov = trustRegion("trust-krylov", krylovModel);
