/** What the spectral algorithms are given by mistake, and what they then say. */
import { describe, expect, it } from "vitest";
import { cholesky } from "./cholesky.js";
import { conditionNumber, inertia } from "./condition-number.js";
import { diagonal, frobeniusNorm } from "./diagonal.js";
import { eigenvalues, eigh } from "./eigh.js";
import { lanczos } from "./lanczos.js";
import { ldlt } from "./ldlt.js";
import { spectralDensity } from "./spectral-density.js";
import { topEigenpairs } from "./top-eigenpairs.js";
import { trace } from "./trace.js";

/** A caller without types. */
type Anything = never;

const matrix = [
  [2, 1],
  [1, 3],
];

describe("an option that is not known is refused, with those that are:", () => {
  it.each<[string, (matrix: Anything, options: Anything) => Promise<unknown>, string]>([
    ["trace", trace, "method, products, probe, seed, onProgress, signal"],
    ["diagonal", diagonal, "products, probe, seed, onProgress, signal"],
    ["frobeniusNorm", frobeniusNorm, "products, probe, seed, onProgress, signal"],
    ["spectralDensity", spectralDensity, "steps, vectors, probe, seed, onProgress, signal"],
    [
      "topEigenpairs",
      topEigenpairs,
      "k, which, rtol, seed, maxDimension, maxProducts, onProgress, signal",
    ],
    ["lanczos", lanczos, "k, start, seed, onProgress, signal"],
    ["conditionNumber", conditionNumber, "denseSize, rtol, seed, onProgress, signal"],
  ])("%s", async (name, f, known) => {
    await expect(f(matrix as Anything, { maxIter: 3 } as Anything)).rejects.toThrow(
      `${name}: there is no option "maxIter"; it takes ${known}`,
    );
    await expect(f(matrix as Anything, 3 as Anything)).rejects.toThrow(
      `${name}: the options are 3; an object is needed`,
    );
    await f(matrix as Anything, { maxIter: undefined } as Anything);
  });
});

describe("refused:", () => {
  it.each<[string, () => unknown, string]>([
    [
      "options for inertia's tolerance",
      () => inertia(matrix, { tolerance: 1e-3 } as Anything),
      "inertia: the tolerance is of type object; a number from 0 is needed",
    ],
    [
      "a negative tolerance",
      () => ldlt(matrix, -1),
      "ldlt: the tolerance is -1; a number from 0 is needed",
    ],
    [
      "no matrix for eigh",
      () => eigh(undefined as Anything),
      "eigh: a matrix is given by its rows",
    ],
    ["no matrix for eigenvalues", () => eigenvalues(undefined as Anything), "found undefined"],
    [
      "no matrix for ldlt",
      () => ldlt(undefined as Anything),
      "ldlt: a matrix is given by its rows",
    ],
    [
      "no matrix for cholesky",
      () => cholesky(undefined as Anything),
      "cholesky: a matrix is given",
    ],
    [
      "no matrix for inertia",
      () => inertia(undefined as Anything),
      "a matrix is given by its rows",
    ],
  ])("%s", (_, f, message) => {
    expect(f).toThrow(message);
  });
});
