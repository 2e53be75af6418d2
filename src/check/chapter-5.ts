/** The exercises of chapter 5, "Newton's method, where it fails". */
import { agrees, call, describe, type Exercise, judgeNumeric } from "./exercise.js";
import { close, judgeVector, type VectorCase } from "./judge-vector.js";
import { freshRandom, short } from "./trials.js";

/** s = −H⁻¹g for a 2 × 2 Hessian. */
function solve(H: readonly (readonly number[])[], g: readonly number[]): number[] {
  const [a, b, d] = [H[0]![0]!, H[0]![1]!, H[1]![1]!];
  const det = a * d - b * b;
  return [-(d * g[0]! - b * g[1]!) / det, -(a * g[1]! - b * g[0]!) / det];
}

const newtonStep: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (): VectorCase => {
        const [a, b] = [random.uniform(1, 5), random.uniform(-3, 3)];
        // Away from singular, and of either sign: Newton's step does not care.
        const d = (b * b + random.sign() * random.uniform(1, 6)) / a;
        const H = [
          [a, b],
          [b, d],
        ];
        const g = [random.normal(), random.normal()];
        const shown = `newtonStep([${g.map(short).join(", ")}], [[${short(a)}, ${short(b)}], [${short(b)}, ${short(d)}]])`;
        return { values: [g, H], shown, expected: solve(H, g) };
      });
    },
    (given, { values, expected }) => {
      const [g, H] = values as [number[], number[][]];
      if (given.every((value, i) => close(value, -expected[i]!))) return "The sign is wrong.";
      if (given.every((value, i) => close(value, -(H[i]![0]! * g[0]! + H[i]![1]! * g[1]!)))) {
        return "That is −Hg; the step solves Hs = −g.";
      }
      if (given.every((value, i) => close(value, -g[i]! / H[i]![i]!))) {
        return "That divides by the diagonal alone.";
      }
      return "Multiply your step by H: it must give −g.";
    },
  ),
  hints: [
    "The step s solves the two equations Hs = −g.",
    "For [[a, b], [b, d]] the inverse is [[d, −b], [−b, a]] over ad − b².",
    "s = [−(d·g₀ − b·g₁), −(a·g₁ − b·g₀)] / (ad − b²).",
  ],
  praise: "The formula never looks at the sign of an eigenvalue: it goes up as gladly as down.",
};

const kinds = ["minimum", "maximum", "saddle", "undecided"] as const;

const kindOf: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    const positive = () => random.uniform(0.1, 9);
    for (const wanted of [...kinds, ...kinds]) {
      const size = 2 + random.integer(3);
      const signs = Array.from({ length: size }, (_, i) => {
        if (wanted === "minimum") return 1;
        if (wanted === "maximum") return -1;
        if (wanted === "undecided") return i === 0 ? 0 : 1;
        return i === 0 ? -1 : i === 1 ? 1 : random.sign();
      });
      const order = random.permutation(size);
      const eigenvalues = Array.from(order, (i) => signs[i]! * positive());
      const shown = `kind([${eigenvalues.map(short).join(", ")}])`;
      const outcome = call(answer, [[...eigenvalues]], shown);
      if (!outcome.ok) return outcome.problem;
      if (outcome.value === wanted) continue;
      return `${shown} gave ${describe(outcome.value)}, which is not right. ${reason(wanted)}`;
    }
    return undefined;
  },
  hints: [
    "Look at the smallest and the largest eigenvalue.",
    "Both signs present: a saddle, whatever else there is.",
    "If none is negative but one is zero, the second derivative does not decide.",
  ],
  praise: "One negative eigenvalue is enough to have a way down.",
};

function reason(wanted: (typeof kinds)[number]): string {
  switch (wanted) {
    case "saddle":
      return "It curves up in one direction and down in another.";
    case "undecided":
      return "Along the eigenvalue 0 the quadratic model is level, and says nothing.";
    case "minimum":
      return "It curves up in every direction.";
    case "maximum":
      return "It curves down in every direction.";
  }
}

const order: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (const p of [1.5, 2, 3, 1 + random.uniform(0.2, 1.5)]) {
      const constant = random.uniform(0.2, 0.9);
      const errors = [random.uniform(0.1, 0.5)];
      while (errors.length < 5) errors.push(constant * errors.at(-1)! ** p);
      const shown = `order([${errors.map((value) => value.toExponential(1)).join(", ")}])`;
      const outcome = call(answer, [[...errors]], shown);
      if (!outcome.ok) return outcome.problem;
      if (typeof outcome.value === "number" && Math.abs(outcome.value - p) < 1e-4) continue;
      const hint =
        typeof outcome.value === "number" && Math.abs(outcome.value - 1 / p) < 1e-4
          ? "That is the quotient upside down."
          : "The unknown constant C must drop out: use two quotients of errors.";
      return `${shown} gave ${describe(outcome.value)}, which is not right. ${hint}`;
    }
    return undefined;
  },
  hints: [
    "Take logarithms of e₂ = C·e₁ᵖ and of e₁ = C·e₀ᵖ, and subtract.",
    "ln(e₂/e₁) = p·ln(e₁/e₀).",
    "Use the last three errors: Math.log(e2 / e1) / Math.log(e1 / e0).",
  ],
  praise: "2 is Newton at a regular minimum, 1 is Newton at a singular one.",
};

const contraction: Exercise = {
  judge: judgeNumeric(
    "contraction",
    () => {
      const random = freshRandom();
      return [3, 4, 6, random.uniform(2.5, 12)].map((p) => ({
        values: [p],
        expected: (p - 2) / (p - 1),
      }));
    },
    (given, { values, expected }) => {
      const p = values[0]!;
      if (agrees(given, 1 - expected)) return "That is how much is removed; how much is left?";
      if (agrees(given, (p - 1) / p)) {
        return "That is Newton's method for the equation xᵖ = 0; here it is for f′ = 0.";
      }
      return "";
    },
  ),
  hints: [
    "Newton's step for a minimum is −f′/f″.",
    "f′ = p·xᵖ⁻¹ and f″ = p(p − 1)·xᵖ⁻².",
    "x − x/(p − 1) = x·(p − 2)/(p − 1).",
  ],
  praise: "For p = 2 it is 0, one step; for p = 4 it is ⅔; the flatter the bottom, the slower.",
};

export const chapter5: { readonly [id: string]: Exercise } = {
  "5.1": newtonStep,
  "5.2": kindOf,
  "5.3": order,
  "5.4": contraction,
};
