/**
 * Saddle-free Newton: s = −|H|⁻¹g, where |H| has the absolute eigenvalues of H.
 *
 * Newton's step multiplies each eigen-coordinate of the gradient by 1/λ and so walks up a direction of
 * negative curvature, into the saddle; 1/|λ| has the same length and goes down. Eigenvalues near zero
 * are damped, and a backtracking search makes the method descend. With `subspace: k` the eigenpairs
 * come from k Lanczos steps and the rest of the gradient is followed at the scale of the smallest one.
 * Dauphin, Pascanu, Gulcehre, Cho, Ganguli and Bengio, NIPS 2014; *Deep Learning*, 8.2.3.
 */
import { addScaled, axpy, combine, dot, norm, scaled } from "../operators/vectors.js";
import { type Eigh, eigh } from "../spectra/eigh.js";
import { lanczos } from "../spectra/lanczos.js";
import { tridiagonalEigh } from "../spectra/tridiagonal-eigh.js";
import { backtrack } from "./line-search.js";
import type { Oracle, Point } from "./objective.js";
import { type Solver, stalled } from "./solver.js";

/** Eigenvalues below this share of the largest are raised to it: their steps would be noise. */
const FLOOR = 1e-12;

export const saddleFreeNewton: Solver =
  (oracle, { subspace }) =>
  async (from) => {
    const eigen =
      subspace === undefined
        ? eigh(oracle.hessian(from.x))
        : await krylovEigen(oracle, from, Math.min(subspace, from.x.length));
    const direction = absoluteStep(eigen, from.gradient);
    const searched =
      backtrack(oracle, from, direction) ??
      backtrack(oracle, from, scaled(-1, from.gradient), 1 / Math.max(1, from.gradientNorm));
    if (!searched) return stalled("saddle-free-newton");
    const negative = eigen.eigenvalues.filter((value) => value < 0).length;
    return { point: searched.point, details: { stepSize: searched.stepSize, negative } };
  };

/** −|H|⁻¹g on the known eigenvectors; on what they leave out, −g over the smallest known |λ|. */
function absoluteStep({ eigenvalues, eigenvectors }: Eigh, g: Float64Array): Float64Array {
  const sizes = eigenvalues.map(Math.abs);
  const largest = Math.max(...sizes);
  if (largest === 0) return scaled(-1, g);
  const floored = sizes.map((size) => Math.max(size, FLOOR * largest));
  const coordinates = eigenvectors.map((v) => dot(v, g));
  const step = combine(
    eigenvectors,
    coordinates.map((c, i) => -c / floored[i]!),
    g.length,
  );
  if (eigenvectors.length === g.length) return step;
  const rest = g.slice();
  eigenvectors.forEach((v, i) => {
    axpy(-coordinates[i]!, v, rest);
  });
  const smallest = Math.min(...floored);
  return norm(rest) > 0 ? addScaled(step, -1 / smallest, rest) : step;
}

async function krylovEigen(oracle: Oracle, from: Point, k: number): Promise<Eigh> {
  const run = await lanczos(oracle.hessianAt(from.x), { k, start: from.gradient });
  const { eigenvalues, vectors } = tridiagonalEigh(run.diagonal, run.offDiagonal);
  const m = eigenvalues.length;
  const eigenvectors = Array.from({ length: m }, (_, i) =>
    combine(run.basis.slice(0, m), vectors.subarray(i * m, (i + 1) * m), from.x.length),
  );
  return { eigenvalues, eigenvectors };
}
