/** The public names of spectra. */
export { type Eigh, eigenvalues, eigh } from "./eigh.js";
export { type Lanczos, type LanczosOptions, lanczos } from "./lanczos.js";
export {
  type TopEigenpairs,
  type TopEigenpairsOptions,
  topEigenpairs,
  type Which,
} from "./top-eigenpairs.js";
