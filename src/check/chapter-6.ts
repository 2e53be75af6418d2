/** The exercises of chapter 6, "Newton's method, repaired". */
import type { Random } from "../tensor/random.js";
import type { Exercise } from "./exercise.js";
import {
  close,
  judgeScalar,
  judgeVector,
  type ScalarCase,
  type VectorCase,
} from "./judge-vector.js";
import { freshRandom, list } from "./trials.js";

/** Eigenvalues of both signs, none near zero, in no order. */
function spectrum(random: Random, size: number): number[] {
  const values = Array.from({ length: size }, (_, i) => (i % 2 ? -1 : 1) * random.uniform(0.3, 8));
  return Array.from(random.permutation(size), (i) => values[i]!);
}

const shift: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
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
      const random = freshRandom();
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
      const random = freshRandom();
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

const cubicStep: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
      return Array.from({ length: 6 }, (_, trial): ScalarCase => {
        // Slopes and curvatures of both signs.
        const g = (trial % 2 ? -1 : 1) * random.uniform(0.2, 5);
        const curvature = (trial % 3 ? 1 : -1) * random.uniform(0.2, 5);
        const sigma = 10 ** random.uniform(-1, 1);
        const root = Math.sqrt(curvature ** 2 + 4 * sigma * Math.abs(g));
        const shown = `cubicStep(${[g, curvature, sigma].map((v) => v.toPrecision(3)).join(", ")})`;
        const expected = (-Math.sign(g) * (root - curvature)) / (2 * sigma);
        return { values: [g, curvature, sigma], shown, expected };
      });
    },
    (given, { values, expected }) => {
      const [g, curvature, sigma] = values as [number, number, number];
      if (close(given, -expected)) return "The step goes against the slope.";
      if (close(given, -g / curvature)) return "That is Newton's step, without the cubic term.";
      const root = Math.sqrt(curvature ** 2 + 4 * sigma * Math.abs(g));
      if (close(Math.abs(given), (root + curvature) / (2 * sigma))) {
        return "The quadratic equation for the length has two roots; one of them is negative.";
      }
      const thirds = Math.sqrt(curvature ** 2 + (4 / 3) * sigma * Math.abs(g));
      if (close(Math.abs(given), (thirds - curvature) / ((2 / 3) * sigma))) {
        return "The derivative of σ|s|³/3 has no third left.";
      }
      return "";
    },
  ),
  hints: [
    "The step is against the slope: s = −sign(g)·r with a length r > 0.",
    "In r the model is −|g|r + ½hr² + σr³/3; its derivative vanishes at the best r.",
    "σr² + hr − |g| = 0, so r = (√(h² + 4σ|g|) − h) / 2σ, for h of either sign.",
  ],
  praise: "Here too it is a shifted step: r = |g|/(h + λ) with λ = σr.",
};

const ratio: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (): ScalarCase => {
        const s = [random.uniform(0.3, 2), random.uniform(-2, 2)] as const;
        const [a, b, c] = [3 * random.normal(), random.normal(), 3 * random.normal()];
        const H = [
          [a, b],
          [b, c],
        ];
        // A step is tried only where the model promises something: g is made so that it does.
        const promised = -random.uniform(0.5, 4);
        const along = (promised - modelChange([0, 0], H, s)) / (s[0] ** 2 + s[1] ** 2);
        const across = random.normal();
        const g = [along * s[0] - across * s[1], along * s[1] + across * s[0]];
        const before = random.uniform(0, 9);
        const after = before + promised * random.uniform(-0.4, 1.4);
        return {
          values: [before, after, g, H, [...s]],
          shown: `ratio(${before.toPrecision(3)}, ${after.toPrecision(3)}, g, H, s)`,
          expected: (before - after) / -promised,
        };
      });
    },
    (given, { values, expected }) => {
      const [before, after, g, H, s] = values as [number, number, number[], number[][], number[]];
      if (close(given, -expected))
        return "Both the fall and the promise count downwards: mind the signs.";
      if (close(given, 1 / expected)) return "That is the quotient upside down.";
      const slope = g[0]! * s[0]! + g[1]! * s[1]!;
      const bend = modelChange([0, 0], H, s);
      if (close(given, (before - after) / -(slope + 2 * bend)))
        return "The model's second term has a factor ½.";
      if (close(given, (before - after) / -slope))
        return "The promise is that of the quadratic model.";
      return "";
    },
  ),
  hints: [
    "What f really fell by is f(x) − f(x + s).",
    "What the model promised is −(gᵀs + ½sᵀHs).",
    "ratio = (before − after) / −(gᵀs + ½sᵀHs), with H[0] and H[1] the rows of H.",
  ],
  praise:
    "Near 1 the region may grow; below a quarter it shrinks; below zero the step is taken back.",
};

function modelChange(
  g: readonly number[],
  H: readonly (readonly number[])[],
  s: readonly number[],
): number {
  const Hs = H.map((row) => row[0]! * s[0]! + row[1]! * s[1]!);
  return g[0]! * s[0]! + g[1]! * s[1]! + 0.5 * (Hs[0]! * s[0]! + Hs[1]! * s[1]!);
}

export const chapter6: { readonly [id: string]: Exercise } = {
  "6.1": shift,
  "6.2": saddleFree,
  "6.3": stepLength,
  "6.4": cubicStep,
  "6.5": ratio,
};
