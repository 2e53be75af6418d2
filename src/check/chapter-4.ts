/** The exercises of chapter 4, "Newton's method, where it shines". */
import { agrees, call, describe, type Exercise, judgeNumeric } from "./exercise.js";
import { freshRandom } from "./trials.js";

const errorAfter: Exercise = {
  judge: judgeNumeric(
    "errorAfter",
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (_, i) => {
        const [e0, C, k] = [random.uniform(0.1, 0.5), random.uniform(0.3, 1.8), i % 4];
        return { values: [e0, C, k], expected: (C * e0) ** (2 ** k) / C };
      });
    },
    (given, { values }) => {
      const [e0, C, k] = values as [number, number, number];
      if (agrees(given, C ** k * e0 ** (2 ** k))) return "C is squared along with the error.";
      if (agrees(given, (C * e0) ** (2 * k) / C))
        return "The exponent doubles at each step: 2ᵏ, not 2k.";
      if (agrees(given, (C * e0) ** (2 ** k))) return "That is C times the error.";
      return k === 0 ? "After no step the error is still e0." : "";
    },
  ),
  hints: [
    "Look at C·e instead of e: what does a step do to it?",
    "C·e ↦ (C·e)². After k steps the exponent is 2ᵏ.",
    "C·eₖ = (C·e₀) to the power 2ᵏ; divide by C.",
  ],
  praise: "It converges when C·e₀ < 1, and then faster than any power.",
};

const nextWeight: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (let trial = 0; trial < 4; trial++) {
      const x = Array.from({ length: 5 + trial }, () => random.normal());
      const y = x.map(() => random.integer(2));
      const w = random.normal();
      const shown = `nextWeight(x, y, ${w.toFixed(3)}) on ${x.length} examples`;
      const outcome = call(answer, [[...x], [...y], w], shown);
      if (!outcome.ok) return outcome.problem;
      const { gradient, hessian } = logisticAt(x, y, w);
      const expected = w - gradient / hessian;
      const given = outcome.value;
      if (typeof given === "number" && agrees(given, expected)) continue;
      return `${shown} gave ${describe(given)}, which is not right. ${slip(given, w, gradient / hessian, x.length)}`.trim();
    }
    return undefined;
  },
  hints: [
    "With p = σ(wx), the gradient of one example's loss is (p − y)x.",
    "Its second derivative is p(1 − p)x².",
    "Sum both over the examples; the next weight is w − gradient/hessian.",
  ],
  praise: "Each example counts in the Hessian by p(1 − p): those that are certain hardly count.",
};

function logisticAt(x: readonly number[], y: readonly number[], w: number) {
  let [gradient, hessian] = [0, 0];
  x.forEach((value, i) => {
    const p = 1 / (1 + Math.exp(-w * value));
    gradient += (p - y[i]!) * value;
    hessian += p * (1 - p) * value ** 2;
  });
  return { gradient, hessian };
}

function slip(given: unknown, w: number, step: number, count: number): string {
  if (typeof given !== "number") return "It must give a number.";
  if (agrees(given, w + step)) return "The step has the wrong sign.";
  if (agrees(given, -step)) return "That is the step; add it to w.";
  if (agrees(given, w - step / count) || agrees(given, w - step * count)) {
    return "The mean is in the gradient and in the Hessian: 1/N drops out.";
  }
  return "";
}

const largestModel: Exercise = {
  judge: judgeNumeric(
    "largestModel",
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, () => {
        const bytes = Math.floor(10 ** random.uniform(4, 13));
        return { values: [bytes], expected: Math.floor(Math.sqrt(bytes / 8)) };
      });
    },
    (given, { values, expected }) => {
      const bytes = values[0]!;
      if (Math.abs(given - expected) < 1) return "A whole number is wanted: round down.";
      if (agrees(given, Math.floor(bytes / 8)))
        return "That many fit into a vector; H is a matrix.";
      if (agrees(given, Math.floor(Math.sqrt(bytes)))) return "A float64 takes eight bytes.";
      return "";
    },
  ),
  hints: [
    "A Hessian of n parameters has n² entries.",
    "Each entry takes 8 bytes: 8n² ≤ bytes.",
    "n = √(bytes/8), rounded down by Math.floor.",
  ],
  praise: "A machine with 64 GB holds the Hessian of some ninety thousand parameters, and no more.",
};

export const chapter4: { readonly [id: string]: Exercise } = {
  "4.1": errorAfter,
  "4.2": nextWeight,
  "4.3": largestModel,
};
