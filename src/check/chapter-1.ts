/** The exercises of chapter 1, "Ill-conditioning". */
import type { Random } from "../tensor/random.js";
import { agrees, call, describe, type Exercise, judgeNumeric } from "./exercise.js";
import { close, judgeVector, type VectorCase } from "./judge-vector.js";
import { freshRandom } from "./trials.js";

const largestStep: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return Array.from({ length: 4 }, (_, trial): VectorCase => {
        const spectrum = Array.from({ length: 3 + trial }, () => 10 ** random.uniform(-2, 2));
        const [largest, smallest] = [Math.max(...spectrum), Math.min(...spectrum)];
        return {
          values: [[...spectrum]],
          shown: `steps([${spectrum.map((value) => value.toPrecision(3)).join(", ")}])`,
          expected: [2 / largest, 2 / (largest + smallest)],
          parts: ["the longest stable step", "the best step"],
        };
      });
    },
    (given, { expected }) => {
      const [longest, best] = expected as [number, number];
      if (close(given[0]!, best) && close(given[1]!, longest)) return "The two are swapped.";
      if (close(given[0]!, longest / 2)) {
        return "At 1/λmax the steepest direction is solved at once; stability reaches further.";
      }
      if (!close(given[0]!, longest)) return "Which eigenvalue is the first to make |1 − ελ| > 1?";
      return "The best step makes |1 − ελ| equal at both ends of the spectrum.";
    },
  ),
  hints: [
    "A step multiplies the coordinate along an eigenvector by 1 − ελ.",
    "It is stable as long as −1 < 1 − ελ for every λ; the largest λ decides.",
    "The best ε balances the ends: 1 − ελmin = −(1 − ελmax).",
  ],
  praise: "Both are decided by the ends of the spectrum alone.",
};

const stepsNeeded: Exercise = {
  judge: judgeNumeric(
    "stepsNeeded",
    () => {
      const random = freshRandom();
      return Array.from({ length: 6 }, () => {
        const kappa = 10 ** random.uniform(0.3, 4);
        const factor = 10 ** random.uniform(2, 9);
        const rate = ((kappa - 1) / (kappa + 1)) ** 2;
        return { values: [kappa, factor], expected: Math.ceil(Math.log(factor) / -Math.log(rate)) };
      });
    },
    (given, { values, expected }) => {
      const [kappa, factor] = values as [number, number];
      const half = Math.ceil(Math.log(factor) / -Math.log((kappa - 1) / (kappa + 1)));
      if (agrees(given, half)) return "f falls by the square of that factor each step.";
      if (Math.abs(given - expected) < 1) return "A whole number of steps is wanted: round up.";
      if (agrees(given, -expected)) return "The logarithm of a rate below 1 is negative.";
      return given < expected ? "That is too few." : "That is too many.";
    },
  ),
  hints: [
    "After k steps f has been multiplied by ρᵏ, with ρ = ((κ − 1)/(κ + 1))².",
    "Solve ρᵏ = 1/factor with logarithms.",
    "k = ln(factor) / −ln ρ, rounded up by Math.ceil.",
  ],
  praise: "For large κ that is about κ·ln(factor)/4: the work grows with κ itself.",
};

const heavyBall: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return Array.from({ length: 4 }, (): VectorCase => {
        const low = 10 ** random.uniform(-1, 1);
        const high = low * 10 ** random.uniform(0.5, 4);
        const [a, b] = [Math.sqrt(low), Math.sqrt(high)];
        return {
          values: [low, high],
          shown: `heavyBall(${low.toPrecision(3)}, ${high.toPrecision(3)})`,
          expected: [4 / (a + b) ** 2, ((b - a) / (b + a)) ** 2],
          parts: ["the step", "the momentum"],
        };
      });
    },
    (given, { expected }) => {
      const beta = expected[1]!;
      if (close(given[1]!, Math.sqrt(beta)))
        return "That is √β, the rate; the momentum is its square.";
      return "Both conditions are (1 ± √β)² = αλ, one for each end of the spectrum.";
    },
  ),
  hints: [
    "All coordinates shrink at the same rate √β when both ends of the spectrum are critically damped.",
    "Solve αλmin = (1 − √β)² and αλmax = (1 + √β)²: take square roots first.",
    "Adding the roots gives √α = 2/(√λmin + √λmax); dividing them gives √β.",
  ],
  praise: "The rate √β is (√κ − 1)/(√κ + 1): momentum pays for the root of κ only.",
};

const equilibrate: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (let trial = 0; trial < 4; trial++) {
      const size = 2 + trial;
      const H = positiveDefinite(size, random);
      const shown = `scales(H) on a ${size} × ${size} Hessian`;
      const outcome = call(answer, [H.map((row) => [...row])], shown);
      if (!outcome.ok) return outcome.problem;
      const d = outcome.value;
      if (!Array.isArray(d) || d.length !== size || !d.every((x) => typeof x === "number")) {
        return `${shown} gave ${describe(d)}; it must give an array of ${size} numbers.`;
      }
      const scales = d as readonly number[];
      const bad = scales.findIndex((scale, i) => !close(scale * H[i]![i]! * scale, 1));
      if (bad < 0) continue;
      const entry = scales[bad]! * H[bad]![bad]! * scales[bad]!;
      const reason = scales.every((scale, i) => close(scale, 1 / H[i]![i]!))
        ? "D stands on both sides of H, so each scale counts twice."
        : "It must be 1.";
      return `${shown}: diagonal entry ${bad} of DHD is ${Number(entry.toPrecision(4))}. ${reason}`;
    }
    return undefined;
  },
  hints: ["Entry (i, i) of DHD is dᵢ·Hᵢᵢ·dᵢ.", "Set it to 1 and solve for dᵢ.", "dᵢ = 1/√Hᵢᵢ."],
  praise: "For a least-squares problem that is the same as scaling each feature to mean square 1.",
};

/** BᵀB with columns of very different lengths. */
function positiveDefinite(size: number, random: Random): number[][] {
  const lengths = Array.from({ length: size }, () => 10 ** random.uniform(-2, 2));
  const rows = Array.from({ length: size + 2 }, () => lengths.map((s) => s * random.normal()));
  return lengths.map((_, i) =>
    lengths.map((__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
}

export const chapter1: { readonly [id: string]: Exercise } = {
  "1.1": largestStep,
  "1.2": stepsNeeded,
  "1.3": heavyBall,
  "1.4": equilibrate,
};
