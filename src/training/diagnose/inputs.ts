/**
 * Whether the inputs are of one scale: for a linear model the Hessian is 2XᵀX/N, so that features of
 * deviations 1 and 100, or means far from 0, are a condition number of 10,000 before training starts.
 * LeCun and others, "Efficient BackProp", 1998, section 4.3.
 */
import { type Finding, type Subject, show } from "./subject.js";

/** Inputs of one axis, a feature an entry; pixels of an image share their scale and are left out. */
export async function inputFindings({ task, examples }: Subject): Promise<Finding[]> {
  if (task.inputShape.length !== 1) return [];
  const features = Array.from({ length: task.inputShape[0]! }, (_, j) =>
    moments(examples.inputs, j, task.inputShape[0]!, examples.count),
  ).filter(({ size }) => size > 0);
  const bySize = features.sort((a, b) => a.size - b.size);
  const [least, most] = [bySize[0], bySize.at(-1)];
  if (least === undefined || most === undefined) return [];
  const ratio = most.size / least.size;
  // A constant input is a bias by another name.
  const varying = features.filter(({ mean, size }) => size ** 2 - mean ** 2 > 1e-12 * size ** 2);
  const offset = Math.max(0, ...varying.map(({ mean, size }) => Math.abs(mean) / size));
  const text =
    features.length === 1
      ? `The input is of size ${show(most.size)} (root mean square).`
      : `Input ${most.feature} is of size ${show(most.size)} (root mean square) and input ` +
        `${least.feature} of ${show(least.size)}: a ratio of ${show(ratio)}.`;
  const common = { topic: "input scales", value: ratio };
  const remedy = "Scale every input to mean 0 and variance 1 (data.standardize does).";
  if (ratio > 100) return [{ ...common, level: "problem", text, advice: remedy }];
  if (most.size > 30 || most.size < 0.03) {
    const said = `${text} Weights start at a scale that suits inputs of size 1.`;
    return [{ ...common, level: "problem", text: said, advice: remedy }];
  }
  if (ratio > 10) return [{ ...common, level: "notice", text, advice: remedy }];
  if (offset > 0.98) {
    // Mean over root mean square: 0.98 is a mean of five deviations.
    const said = `${text} Some inputs lie far from 0 and hardly vary.`;
    return [{ ...common, level: "notice", text: said, advice: remedy }];
  }
  return [{ ...common, level: "good", text, advice: "" }];
}

/** Of feature j over all examples. */
function moments(inputs: Float32Array, feature: number, features: number, count: number) {
  let [sum, squares] = [0, 0];
  for (let i = feature; i < inputs.length; i += features) {
    sum += inputs[i]!;
    squares += inputs[i]! ** 2;
  }
  return { feature, mean: sum / count, size: Math.sqrt(squares / count) };
}
