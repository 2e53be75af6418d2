/** The public names of spectra. */
export { type Cholesky, cholesky } from "./cholesky.js";
export { type Eigh, eigenvalues, eigh } from "./eigh.js";
export { type Lanczos, type LanczosOptions, lanczos } from "./lanczos.js";
export { type Inertia, type Ldlt, ldlt } from "./ldlt.js";
export { type LeastSquares, leastSquares } from "./least-squares.js";
export {
  type TopEigenpairs,
  type TopEigenpairsOptions,
  topEigenpairs,
  type Which,
} from "./top-eigenpairs.js";
