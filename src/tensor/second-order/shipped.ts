/**
 * TensorFlow.js's own gradients for a while: to see what they give when differentiated twice.
 *
 * Many of them read a saved output, which a second differentiation takes for a constant. First
 * derivatives are right; second ones are wrong without a word, or throw.
 */
import * as tf from "@tensorflow/tfjs";
import { hasGradient, shipped } from "./rule.js";

/**
 * f's result with every gradient as tfjs ships it; ours are back when it returns, also by a throw.
 * f must not be asynchronous. `hvp` and `hessian` refuse such gradients; nested `tf.grad` does not.
 *
 * @example
 * const slope = tf.grad((x) => x.tanh().square().sum());
 * const second = () => tf.grad((x) => slope(x).sum())(tensor([1])).dataSync()[0];
 * second(); // -0.62163…, the second derivative of tanh² at 1
 * withShippedGradients(second); // 0.35276…
 */
export function withShippedGradients<T>(f: () => T): T {
  const ours = new Map([...shipped.keys()].map((name) => [name, current(name)]));
  install(shipped);
  try {
    return f();
  } finally {
    install(ours);
  }
}

function install(configs: ReadonlyMap<string, tf.GradConfig | undefined>): void {
  for (const [name, config] of configs) {
    if (hasGradient(name)) tf.unregisterGradient(name);
    if (config) tf.registerGradient(config);
  }
}

function current(name: string): tf.GradConfig | undefined {
  return hasGradient(name) ? tf.getGradient(name) : undefined;
}
