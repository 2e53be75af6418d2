/**
 * Running a loss without tfjs's tape, and noticing what a replay of its derivative could not know.
 */
import * as tf from "@tensorflow/tfjs";
import { isObserved } from "./observe.js";

/** The ops of tfjs that use `customGrad` themselves: their gradients close over attributes alone. */
const HARMLESS = new Set(
  [
    "logSoftmax",
    "softmaxCrossEntropy",
    "logSigmoid",
    "fusedMatMul",
    "fusedConv2d",
    "fusedDepthwiseConv2d",
  ].flatMap((name) => [name + tf.OP_SCOPE_SUFFIX, `${name}_${tf.OP_SCOPE_SUFFIX}`]),
);

/**
 * Runs f as under a gradient, fused ops taken apart and all, but with the tape off: tfjs tapes
 * nothing while it believes that a kernel is running.
 */
export function untaped<T>(f: () => T): T {
  const { state } = tf.engine();
  state.gradientDepth++;
  state.kernelDepth++;
  try {
    return f();
  } finally {
    state.gradientDepth--;
    state.kernelDepth--;
  }
}

/** Runs a loss; tells of each customGrad of the user's, and of each gradient taken inside. */
export function watchingLoss<T>(onEscape: () => void, f: () => T): T {
  const engine = tf.engine();
  const onCustom = () => {
    if (!HARMLESS.has(engine.state.activeScope?.name ?? "")) onEscape();
  };
  return telling(engine, "customGrad", onCustom, () => telling(engine, "gradients", onEscape, f));
}

/** Runs a derivative; tells where it reads numbers into JavaScript. Kernels may. */
export function watchingReads<T>(onRead: () => void, f: () => T): T {
  const tell = () => {
    if (isObserved()) onRead();
  };
  return telling(tf.backend(), "readSync", tell, f);
}

/** Runs f while each call of a method tells of itself first. */
function telling<T>(target: object, method: string, tell: () => void, f: () => T): T {
  const own = Object.getOwnPropertyDescriptor(target, method);
  const before: unknown = Reflect.get(target, method);
  if (typeof before !== "function") throw new TypeError(`tfjs has no method ${method} any more`);
  Reflect.set(target, method, (...args: unknown[]) => {
    tell();
    return Reflect.apply(before, target, args);
  });
  try {
    return f();
  } finally {
    Reflect.deleteProperty(target, method);
    if (own !== undefined) Reflect.defineProperty(target, method, own);
  }
}
