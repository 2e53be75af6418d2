/**
 * logSigmoid as the ops that it consists of, −softplus(−x), each with its own gradient.
 *
 * tfjs runs them inside `customGrad`, where nothing is taped, with a gradient that reads x without
 * saving it: of an intermediate x, which is gone by then, no derivative can be taken at all. A gradient
 * registered for the op's name gets no x either, so it is the customGrad that must go.
 */
import * as tf from "@tensorflow/tfjs";

const SCOPE = `logSigmoid${tf.OP_SCOPE_SUFFIX}`;

export function replaceLogSigmoid(): void {
  const engine = tf.engine();
  const customGrad = engine.customGrad.bind(engine);
  engine.customGrad = (f) =>
    engine.state.activeScope?.name === SCOPE
      ? (...inputs) => f(...inputs, savesNothing).value
      : customGrad(f);
}

function savesNothing(): void {}
