/** The exercises of chapter 2, "The gradient norm grows". */
import { Random } from "../tensor/random.js";
import {
  agrees,
  call,
  describe,
  type Exercise,
  judgeNumeric,
  type NumericCase,
} from "./exercise.js";

/** Fresh positive numbers for each check, of the sizes that training shows. */
function draws(count: number, fields: number): number[][] {
  const random = new Random(Date.now());
  return Array.from({ length: count }, () =>
    Array.from({ length: fields }, () => 10 ** random.uniform(-1.5, 1.5)),
  );
}

const change: Exercise = {
  judge: judgeNumeric(
    "change",
    () =>
      draws(5, 3).map(([epsilon, gTg, gTHg]) => ({
        values: [epsilon!, gTg!, gTHg!],
        expected: -epsilon! * gTg! + 0.5 * epsilon! ** 2 * gTHg!,
      })),
    (given, { values, expected }) => {
      const [epsilon, gTg, gTHg] = values as [number, number, number];
      if (agrees(given, -expected)) return "The sign is the other way round: minus is downhill.";
      if (agrees(given, -epsilon * gTg + epsilon ** 2 * gTHg)) {
        return "The second-order term has lost its ½.";
      }
      if (agrees(given, -epsilon * gTg + 0.5 * epsilon * gTHg)) {
        return "Along −εg the quadratic term has ε twice.";
      }
      if (agrees(given, -epsilon * gTg)) return "That is the first-order term alone.";
      return "";
    },
  ),
  hints: [
    "Put θ − εg into the Taylor expansion and subtract L(θ).",
    "The first-order term is gᵀ(−εg); the second-order term is ½(−εg)ᵀH(−εg).",
    "The answer has the form −a + b with a = ε·gTg and b = ½·ε²·gTHg.",
  ],
  praise: "That is the second-order prediction of what a step does.",
};

const bestStep: Exercise = {
  judge: judgeNumeric(
    "bestStep",
    () =>
      draws(5, 2).map(
        ([gTg, gTHg]): NumericCase => ({ values: [gTg!, gTHg!], expected: gTg! / gTHg! }),
      ),
    (given, { values, expected }) => {
      if (agrees(given, 2 * expected)) {
        return "At that step the loss is back where it started; it is lowest half way.";
      }
      if (agrees(given, 1 / expected)) return "That is the quotient upside down.";
      return values.length === 2 ? "Set the derivative of the change by ε to zero." : "";
    },
  ),
  hints: [
    "The predicted change is a parabola in ε.",
    "Its derivative is −gTg + ε·gTHg.",
    "Solve −gTg + ε·gTHg = 0 for ε.",
  ],
  praise: "The larger gᵀHg is beside gᵀg, the shorter the best step.",
};

/** A history of readings, as `run.series` gives it, that no learner has seen. */
function reading(random: Random): { gTg: number[]; gTHg: number[] } {
  const length = 8 + random.integer(8);
  const positive = () => Array.from({ length }, () => 10 ** random.uniform(-1, 2));
  return { gTg: positive(), gTHg: positive() };
}

const tooLong: Exercise = {
  judge: (answer) => {
    const random = new Random(Date.now());
    for (let trial = 0; trial < 5; trial++) {
      const { gTg, gTHg } = reading(random);
      const epsilon = 10 ** random.uniform(-1.5, 0.5);
      const expected = gTg.filter((g, i) => epsilon * gTHg[i]! > 2 * g).length;
      const shown = `countTooLong(gTg, gTHg, ${epsilon.toPrecision(3)}) on ${gTg.length} readings`;
      const outcome = call(answer, [gTg, gTHg, epsilon], shown);
      if (!outcome.ok) return outcome.problem;
      if (outcome.value === expected) continue;
      const opposite = gTg.length - expected;
      const reason =
        outcome.value === opposite && opposite !== expected
          ? "Those are the steps that go down."
          : "Count the readings at which the predicted change is positive.";
      return `${shown} gave ${describe(outcome.value)}, which is not right. ${reason}`;
    }
    return undefined;
  },
  hints: [
    "A step is too long when the predicted change is positive.",
    "−ε·gTg + ½ε²·gTHg > 0 is the same as ε·gTHg > 2·gTg.",
    "Walk over the readings with their index, and count those for which that holds.",
  ],
  praise: "A step along −g of length ε climbs exactly when gᵀHg / gᵀg is more than 2/ε.",
};

const learningRate: Exercise = {
  judge: judgeNumeric(
    "learningRate",
    () =>
      draws(5, 2).map(([m, lambda]) => ({
        values: [m!, lambda!],
        expected: (2 * m!) / ((1 + m!) * lambda!),
      })),
    (given, { values, expected }) => {
      const [m, lambda] = values as [number, number];
      if (agrees(given, expected * lambda)) return "That is ελ; divide it by λ.";
      if (agrees(given, expected / 2)) return "The limit of stability is ελ = 2, not 1.";
      if (agrees(given, (2 * m) / lambda)) return "ελ stands in the denominator 2 − ελ, too.";
      if (agrees(given, (2 * m) / ((1 - m) * lambda)))
        return "Bringing −ελ to the other side changes its sign.";
      return given * lambda > 2 ? "With that rate the steps would diverge: ελ < 2." : "";
    },
  ),
  hints: [
    "m = ελ/(2 − ελ). Call ελ = u, and solve for u first.",
    "m(2 − u) = u, so 2m = u(1 + m).",
    "ε = 2m / ((1 + m)·lambda).",
  ],
  praise: "At m = 1 the step goes to the bottom at once; as m grows, ελ approaches 2.",
};

export const chapter2: { readonly [id: string]: Exercise } = {
  "2.1": change,
  "2.2": bestStep,
  "2.3": tooLong,
  "2.4": learningRate,
};
