/**
 * Makes tfjs's gradients right to every order that its tape can nest, through the public
 * registerGradient. Which ops are right as shipped, which are replaced and which are refused is
 * listed in ../OPS.md, a table that the tests write.
 */
import { registerPortable } from "../portable/kernels.js";
import { registerActivations } from "./activations.js";
import { registerArithmetic } from "./arithmetic.js";
import { registerComparisons } from "./comparisons.js";
import { registerConvolutions } from "./convolution.js";
import { replaceLogSigmoid } from "./log-sigmoid.js";
import { registerMatMul } from "./matmul.js";
import { registerNormalization } from "./normalization.js";
import { registerPooling } from "./pooling.js";
import { registerReductions } from "./reductions.js";
import { refuseTwice } from "./refused.js";
import { registerResizing } from "./resizing.js";
import { registerShapes } from "./shapes.js";
import { registerSoftmax } from "./softmax.js";

let installed = false;

export function installSecondOrder(): void {
  if (installed) return;
  installed = true;
  registerActivations();
  registerArithmetic();
  registerComparisons();
  registerConvolutions();
  registerMatMul();
  registerNormalization();
  registerPooling();
  registerReductions();
  registerResizing();
  registerShapes();
  registerSoftmax();
  replaceLogSigmoid();
  refuseTwice();
  registerPortable();
}
