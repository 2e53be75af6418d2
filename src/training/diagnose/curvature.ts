/**
 * What the Hessian says: is the step too long, is the loss ill-conditioned, is there a way down
 * that the gradient does not see?
 */
import { hessian, valueAndGradient } from "../../operators/index.js";
import { dot, norm } from "../../operators/vectors.js";
import { spectralDensity } from "../../spectra/spectral-density.js";
import { topEigenpairs } from "../../spectra/top-eigenpairs.js";
import { type Finding, type Optimizer, type Subject, show } from "./subject.js";

/** Some hundred Hessian-vector products on all the examples. */
export async function curvatureFindings(subject: Subject): Promise<Finding[]> {
  const { loss, params, learningRate, optimizer, seed, signal } = subject;
  const { value, gradient: g } = valueAndGradient(loss, params);
  const H = hessian(loss, params);
  const work = { seed, ...(signal === undefined ? {} : { signal }) };
  try {
    const ends = await topEigenpairs(H, { k: 2, which: "BE", rtol: 1e-2, ...work });
    const highest = Math.max(...ends.eigenvalues);
    const lowest = Math.min(...ends.eigenvalues);
    const steps = Math.min(40, H.size);
    const density = await spectralDensity(H, { steps, vectors: 2, ...work });
    const typical = medianSize(density.nodes, density.weights);
    const condition = conditionFinding(Math.max(highest, -lowest), typical);
    const bends = [condition, negativeFinding(lowest, highest)];
    if (value < 0 && -lowest > highest) bends.push(signFinding(value, lowest, highest));
    const squared = dot(g, g);
    // What a step of the best length along the sharpest direction would gain, as a share of the loss.
    const gain = squared / (2 * Math.max(highest, Number.MIN_VALUE)) / Math.abs(value);
    if (!(gain > STILL)) bends.push(plateauFinding(Math.sqrt(squared), gain, lowest, highest));
    if (optimizer.kind === "adaptive") return [adaptiveFinding(highest, optimizer.name), ...bends];
    const step = stepFinding(highest, learningRate, optimizer);
    if (!(squared > 0)) return [step, ...bends];
    const along = dot(g, H.apply(g)) / squared;
    return [step, alongFinding(along, learningRate, norm(g)), ...bends];
  } finally {
    H.dispose();
  }
}

/** A gain below this share of the loss, by a step of the best length, is standing still. */
const STILL = 1e-6;

function stepFinding(highest: number, learningRate: number, optimizer: Optimizer): Finding {
  const beta = optimizer.kind === "momentum" ? optimizer.momentum : 0;
  const limit = (2 + 2 * beta) / learningRate;
  const share = highest / limit;
  const method = beta > 0 ? `momentum of ${show(beta)}` : "gradient descent";
  const text =
    `The sharpness (largest Hessian eigenvalue) is ${show(highest)}; at the learning rate ` +
    `${show(learningRate)} ${method} is stable up to ${show(limit)}. `;
  const common = { topic: "step length", value: share };
  if (share > 1) {
    const advice = `Divide the learning rate by ${show(share)} or more, or warm it up.`;
    return { ...common, level: "problem", text: `${text}The steps are too long.`, advice };
  }
  if (share > 0.4) {
    const said = `${text}Training is at the edge of stability: the sharpest directions use the step up.`;
    const advice = "Longer steps will not help; momentum or a preconditioner may.";
    return { ...common, level: "notice", text: said, advice };
  }
  if (share < 0.05 && highest > 0) {
    const advice = `The learning rate could be ${show(0.5 / share)} times as high before it matters.`;
    return { ...common, level: "problem", text: `${text}The steps are far too short.`, advice };
  }
  return { ...common, level: "good", text: `${text}The step fits.`, advice: "" };
}

function conditionFinding(largest: number, typical: number): Finding {
  // Below this, float32 products cannot tell a small eigenvalue from none.
  const ratio = largest / Math.max(typical, 1e-7 * largest);
  const bound = typical < 1e-7 * largest ? "more than " : "";
  const common = {
    topic: "conditioning",
    value: ratio,
    text:
      `The largest curvature is ${bound}${show(ratio)} times the median one (${show(typical)}): a ` +
      "step that is safe in the sharpest direction is that much too short in half of all directions.",
  };
  if (ratio < 100) return { ...common, level: "good", advice: "" };
  return {
    ...common,
    // Where half of all directions are flat there are more parameters than the loss needs: no illness.
    level: ratio > 1e4 && bound === "" ? "problem" : "notice",
    advice:
      "Scale the inputs to mean 0 and variance 1, normalise layers, use momentum, Adam or a second-order method.",
  };
}

function alongFinding(along: number, learningRate: number, length: number): Finding {
  const share = (learningRate * along) / 2;
  const common = {
    topic: "what a step gains",
    value: share,
    text:
      `The gradient norm is ${show(length)} and the curvature along the gradient ${show(along)}: ` +
      (share > 0
        ? `curvature takes back ${show(100 * share)} % of what the slope promises a step.`
        : "along the gradient the loss curves downwards, so a step gains more than the slope promises."),
  };
  if (share > 1) {
    const advice = "Such a step climbs: shorten it.";
    return { ...common, level: "problem", advice };
  }
  if (share > 0.4) {
    const advice = "The gradient points across a narrow valley; average over steps (momentum).";
    return { ...common, level: "notice", advice };
  }
  return { ...common, level: "good", advice: "" };
}

function adaptiveFinding(highest: number, name: string): Finding {
  const text =
    `The sharpness (largest Hessian eigenvalue) is ${show(highest)}; ${name} scales each coordinate ` +
    "by its own history, so that no learning rate follows from it.";
  return { topic: "step length", level: "good", value: highest, text, advice: "" };
}

function plateauFinding(length: number, gain: number, lowest: number, highest: number): Finding {
  const common = { topic: "plateau", value: gain };
  const text =
    `The gradient norm is ${show(length)}: even a step of the best length would lower the loss by ` +
    `only ${show(100 * gain)} %. `;
  if (lowest < -0.01 * highest) {
    const said = `${text}But the curvature falls to ${show(lowest)}: this is a saddle, and there is a way down.`;
    const advice =
      "Start from other weights (not zero, not alike), or step along the eigenvector of the lowest eigenvalue.";
    return { ...common, level: "problem", text: said, advice };
  }
  const said = `${text}The loss curves upwards all round, or is flat: training is done, or stuck.`;
  const advice =
    "If the loss is too high here, the cause is not the steps: see the units and the model.";
  return { ...common, level: "notice", text: said, advice };
}

function negativeFinding(lowest: number, highest: number): Finding {
  const ratio = Math.max(0, -lowest) / Math.max(highest, Number.MIN_VALUE);
  const common = { topic: "negative curvature", value: ratio };
  if (ratio < 0.1) {
    const text = `The lowest eigenvalue is ${show(lowest)}: where the loss curves downwards, it does so weakly.`;
    return { ...common, level: "good", text, advice: "" };
  }
  return {
    ...common,
    level: ratio > 0.5 ? "problem" : "notice",
    text:
      `The lowest eigenvalue is ${show(lowest)}, ${show(100 * ratio)} % of the sharpness in size: ` +
      "the loss is saddle-shaped here.",
    advice:
      "Newton's method would be drawn to the saddle; a trust region or saddle-free Newton uses such directions.",
  };
}

/** Losses with a minimum curve upwards more than downwards; a negated one does the reverse. */
function signFinding(value: number, lowest: number, highest: number): Finding {
  return {
    topic: "loss",
    level: "problem",
    value,
    text:
      `The loss is ${show(value)} and curves downwards (${show(lowest)}) more than upwards ` +
      `(${show(highest)}): it may have no minimum.`,
    advice: "See whether the sign of the loss is right: training minimises it.",
  };
}

/** The size below which half of all eigenvalues lie. */
function medianSize(nodes: Float64Array, weights: Float64Array): number {
  const order = Array.from(nodes, (node, i) => ({ size: Math.abs(node), weight: weights[i]! }));
  order.sort((a, b) => a.size - b.size);
  let below = 0;
  for (const { size, weight } of order) {
    below += weight;
    if (below >= 0.5) return size;
  }
  return order.at(-1)?.size ?? 0;
}
