/**
 * `problems`: every test problem by name, those of a chosen size as functions.
 *
 * `problems.moreGarbowHillstrom` is the collection of 35, at its usual sizes and in the paper's order.
 */
import * as classics from "./classics.js";
import { linearAutoencoder } from "./linear-autoencoder.js";
import * as fixed from "./more-garbow-hillstrom-fixed.js";
import * as variable from "./more-garbow-hillstrom-variable.js";
import { quadratic } from "./quadratic.js";
import { safranShamir } from "./safran-shamir.js";
import { tanhNetwork } from "./tanh-network.js";

const { fixedSize, ...fixedProblems } = fixed;
const { variableSize, ...variableProblems } = variable;

export const problems = {
  ...fixedProblems,
  ...variableProblems,
  ...classics,
  quadratic,
  linearAutoencoder,
  safranShamir,
  tanhNetwork,
  moreGarbowHillstrom: [...fixedSize, ...variableSize],
};
