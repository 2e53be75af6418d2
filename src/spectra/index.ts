/** The public names of spectra. */
export { type Cholesky, cholesky } from "./cholesky.js";
export {
  type ConditionNumber,
  type ConditionOptions,
  conditionNumber,
  type InertiaEstimate,
  inertia,
} from "./condition-number.js";
export { type DiagonalEstimate, diagonal, frobeniusNorm } from "./diagonal.js";
export { type Eigh, eigenvalues, eigh } from "./eigh.js";
export { type Lanczos, type LanczosOptions, lanczos } from "./lanczos.js";
export { type Inertia, type Ldlt, ldlt } from "./ldlt.js";
export { type LeastSquares, leastSquares } from "./least-squares.js";
export type { Estimate, ProbeLaw, ProbeOptions, ProductProgress } from "./probes.js";
export {
  type SpectralDensity,
  type SpectralDensityOptions,
  spectralDensity,
} from "./spectral-density.js";
export {
  type TopEigenpairs,
  type TopEigenpairsOptions,
  topEigenpairs,
  type Which,
} from "./top-eigenpairs.js";
export { type TraceMethod, type TraceOptions, trace } from "./trace.js";
