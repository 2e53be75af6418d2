/** The exercises of chapter 6, "Newton's method, repaired". */
import { Random } from "../tensor/random.js";
import type { Exercise } from "./exercise.js";
import {
  close,
  judgeScalar,
  judgeVector,
  type ScalarCase,
  type VectorCase,
} from "./judge-vector.js";

const fresh = () => new Random(Date.now());
const list = (values: readonly number[]) =>
  `[${values.map((value) => Number(value.toPrecision(3))).join(", ")}]`;

/** Eigenvalues of both signs, none near zero, in no order. */
function spectrum(random: Random, size: number): number[] {
  const values = Array.from({ length: size }, (_, i) => (i % 2 ? -1 : 1) * random.uniform(0.3, 8));
  return Array.from(random.permutation(size), (i) => values[i]!);
}

const shift: Exercise = {
  judge: judgeScalar(
    () => {
      const random = fresh();
      return Array.from({ length: 6 }, (_, trial): ScalarCase => {
        const own = spectrum(random, 3 + (trial % 3));
        // Every third Hessian is positive definite already, and needs no shift.
        const eigenvalues = trial % 3 === 2 ? own.map((value) => Math.abs(value) + 1) : own;
        const floor = random.uniform(0.01, 0.9);
        const expected = Math.max(0, floor - Math.min(...eigenvalues));
        const shown = `shift(${list(eigenvalues)}, ${floor.toPrecision(3)})`;
        return { values: [eigenvalues, floor], shown, expected };
      });
    },
    (given, { values, expected }) => {
      const [eigenvalues, floor] = values as [number[], number];
      const least = Math.min(...eigenvalues);
      if (expected === 0) return "That Hessian needs no shift, and α is not negative.";
      if (close(given, -least)) return "Then the smallest eigenvalue is 0, not the floor.";
      if (close(given, floor + least)) return "A negative eigenvalue needs a positive shift.";
      return "Which eigenvalue is the last to reach the floor?";
    },
  ),
  hints: [
    "A shift adds α to every eigenvalue.",
    "The smallest one decides: λmin + α ≥ floor.",
    "α = floor − λmin, or 0 if that is negative.",
  ],
  praise: "One very negative eigenvalue makes α large, and then every other direction crawls.",
};

const saddleFree: Exercise = {
  judge: judgeVector(
    () => {
      const random = fresh();
      return Array.from({ length: 5 }, (_, trial): VectorCase => {
        const eigenvalues = spectrum(random, 2 + trial);
        const gradient = eigenvalues.map(() => random.normal());
        return {
          values: [[...eigenvalues], [...gradient]],
          shown: `saddleFree(${list(eigenvalues)}, ${list(gradient)})`,
          expected: gradient.map((value, i) => -value / Math.abs(eigenvalues[i]!)),
          parts: eigenvalues.map(
            (value, i) => `coordinate ${i}, with λ = ${value.toPrecision(3)},`,
          ),
        };
      });
    },
    (given, { values, expected }) => {
      const [eigenvalues, gradient] = values as [number[], number[]];
      if (given.every((value, i) => close(value, -gradient[i]! / eigenvalues[i]!))) {
        return "That is Newton's step, which goes up where λ is negative.";
      }
      if (given.every((value, i) => close(value, -expected[i]!))) return "Downhill is against g.";
      return "";
    },
  ),
  hints: [
    "Newton's step has the coordinates −gᵢ/λᵢ.",
    "Keep its size and turn it downhill: each coordinate must have the sign of −gᵢ.",
    "−gᵢ/|λᵢ|.",
  ],
  praise: "At a saddle it has Newton's lengths, and leaves where Newton arrives.",
};

const stepLength: Exercise = {
  judge: judgeScalar(
    () => {
      const random = fresh();
      return Array.from({ length: 5 }, (_, trial): ScalarCase => {
        const eigenvalues = spectrum(random, 2 + trial);
        const gradient = eigenvalues.map(() => random.normal());
        const lambda = random.uniform(0.2, 5) - Math.min(...eigenvalues);
        const coordinates = gradient.map((value, i) => value / (eigenvalues[i]! + lambda));
        return {
          values: [eigenvalues, gradient, lambda],
          shown: `stepLength(${list(eigenvalues)}, ${list(gradient)}, ${lambda.toPrecision(3)})`,
          expected: Math.hypot(...coordinates),
        };
      });
    },
    (given, { values, expected }) => {
      const [eigenvalues, gradient, lambda] = values as [number[], number[], number];
      if (close(given, expected ** 2)) return "That is the square of the length.";
      const newton = Math.hypot(...gradient.map((value, i) => value / eigenvalues[i]!));
      if (close(given, newton)) return "That is Newton's step, without the shift.";
      const plain = Math.hypot(...gradient) / lambda;
      return close(given, plain) ? "Each coordinate has its own λᵢ + λ." : "";
    },
  ),
  hints: [
    "In these coordinates H + λI is diagonal, with entries λᵢ + λ.",
    "Coordinate i of the step is −gᵢ/(λᵢ + λ).",
    "Take the root of the sum of their squares: Math.hypot.",
  ],
  praise: "It falls as λ grows, so that a root finder has an easy life, but for the hard case.",
};

export const chapter6: { readonly [id: string]: Exercise } = {
  "6.1": shift,
  "6.2": saddleFree,
  "6.3": stepLength,
};
