/** The exercises of chapter 8, "Local minima: the bad ones". */
import type { Random } from "../tensor/random.js";
import { agrees, call, describe, type Exercise, judgeNumeric } from "./exercise.js";
import {
  close,
  judgeScalar,
  judgeVector,
  type ScalarCase,
  type VectorCase,
} from "./judge-vector.js";
import { freshRandom, list } from "./trials.js";

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** E[relu(wᵀx)·relu(vᵀx)] for standard normal x, and its parts. */
function pairOf(w: readonly number[], v: readonly number[]) {
  const sizes = Math.sqrt(dot(w, w) * dot(v, v));
  const theta = Math.acos(dot(w, v) / sizes);
  const shape = Math.sin(theta) + (Math.PI - theta) * Math.cos(theta);
  return { sizes, theta, shape, value: (sizes * shape) / (2 * Math.PI) };
}

const pair: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (_, trial): ScalarCase => {
        const draw = () => Array.from({ length: 2 + trial }, () => random.normal());
        const [w, v] = [draw(), draw()];
        const shown = `pair(${list(w)}, ${list(v)})`;
        return { values: [[...w], [...v]], shown, expected: pairOf(w, v).value };
      });
    },
    (given, { values, expected }) => {
      const [w, v] = values as [number[], number[]];
      const { sizes, theta, shape } = pairOf(w, v);
      if (close(given, shape / (2 * Math.PI)))
        return "That is for unit vectors: f grows with both lengths.";
      if (close(given, 2 * Math.PI * expected)) return "The density of x has a factor 1/2π.";
      if (close(given, 2 * expected)) return "That is twice as much: the divisor is 2π.";
      const swapped = Math.sin(theta) + theta * Math.cos(theta);
      if (close(given, (sizes * swapped) / (2 * Math.PI)))
        return "The angle that both units share is π − θ.";
      return given > 0 ? "" : "A mean of products of relus is never negative.";
    },
  ),
  hints: [
    "First the lengths ‖w‖ and ‖v‖ and the angle, cos θ = wᵀv / ‖w‖‖v‖.",
    "f = ‖w‖‖v‖ (sin θ + (π − θ) cos θ) / 2π, with θ = Math.acos(…).",
    "Math.hypot(...w) is ‖w‖; w.reduce((sum, value, i) => sum + value * v[i], 0) is wᵀv.",
  ],
  praise: "The whole population loss is a sum of such terms, so that no data are needed.",
};

const restarts: Exercise = {
  judge: judgeNumeric(
    "restarts",
    () => {
      const random = freshRandom();
      return Array.from({ length: 6 }, () => {
        const [bad, sure] = [random.uniform(0.05, 0.97), 1 - 10 ** random.uniform(-4, -0.7)];
        return { values: [bad, sure], expected: Math.ceil(Math.log(1 - sure) / Math.log(bad)) };
      });
    },
    (given, { values, expected }) => {
      const [bad, sure] = values as [number, number];
      if (agrees(given, Math.ceil(Math.log(1 - sure) / Math.log(1 - bad)))) {
        return "That many runs contain a bad one. A good one is wanted.";
      }
      if (agrees(given, Math.ceil(Math.log(sure) / Math.log(bad)))) {
        return "All runs are bad with probability badⁿ; that shall be at most 1 − sure.";
      }
      if (Math.abs(given - expected) < 1) return "A whole number of runs is wanted: round up.";
      return given < expected ? "That is too few." : "That is too many.";
    },
  ),
  hints: [
    "n independent runs are all bad with probability badⁿ.",
    "At least one is good with probability 1 − badⁿ, which shall be at least `sure`.",
    "badⁿ ≤ 1 − sure; take logarithms, and mind that ln(bad) is negative. Then Math.ceil.",
  ],
  praise: "Where half of the runs go wrong, seven make 99 % sure. Restarts are a cure, too.",
};

/** The number of negative eigenvalues by Baldi and Hornik's count. */
function indexOf(variances: readonly number[], kept: readonly number[], hidden: number) {
  const lost = variances.filter((_, i) => !kept.includes(i));
  const swaps = kept.reduce(
    (sum, i) => sum + lost.filter((variance) => variance > variances[i]!).length,
    0,
  );
  return { swaps, unused: (hidden - kept.length) * lost.length };
}

const ways: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
      return Array.from({ length: 7 }, (_, trial): ScalarCase => {
        const size = 4 + random.integer(3);
        const variances = Array.from({ length: size }, () => random.uniform(0.5, 9));
        const hidden = 2 + random.integer(2);
        // The first keeps nothing, the second as much as can be.
        const count = trial === 0 ? 0 : trial === 1 ? hidden : random.integer(hidden + 1);
        const kept = Array.from(random.permutation(size)).slice(0, count);
        const { swaps, unused } = indexOf(variances, kept, hidden);
        const shown = `countWays(${list(variances)}, [${kept.join(", ")}], ${hidden})`;
        return { values: [variances, kept, hidden], shown, expected: swaps + unused };
      });
    },
    (given, { values }) => {
      const [variances, kept, hidden] = values as [number[], number[], number];
      const { swaps, unused } = indexOf(variances, kept, hidden);
      if (given === swaps) return "Hidden units that keep nothing have ways down, too.";
      if (given === unused)
        return "A kept direction can be exchanged for a lost one of more variance.";
      const all = kept.length * (variances.length - kept.length);
      if (given === all + unused) return "An exchange goes down only towards the larger variance.";
      return "";
    },
  ),
  hints: [
    "Exchange: each pair of a kept i and a lost j with a larger variance is one way down.",
    "Growth: each unused hidden unit can take up any of the lost directions.",
    "The second count is (hidden − kept.length) × (the number of lost directions).",
  ],
  praise: "It is zero only when the largest variances are kept: one valley, and no other minimum.",
};

const certificate: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (): VectorCase => {
        const lowest = 10 ** random.uniform(-3, 1);
        const M = 10 ** random.uniform(0, 3);
        const h = random.uniform(0.01, 0.9);
        const g = (h * lowest * lowest) / M;
        return {
          values: [g, lowest, M],
          shown: `certify(${g.toPrecision(3)}, ${lowest.toPrecision(3)}, ${M.toPrecision(3)})`,
          expected: [h, (2 * g) / lowest],
          parts: ["h", "the radius"],
        };
      });
    },
    (given, { values, expected }) => {
      const [g, lowest, M] = values as [number, number, number];
      const [h, radius] = expected as [number, number];
      if (close(given[0]!, radius) && close(given[1]!, h)) return "The two are swapped.";
      if (close(given[0]!, M * g * lowest * lowest))
        return "β is the inverse of the smallest eigenvalue.";
      if (close(given[0]!, (M * g) / lowest))
        return "β counts twice: once in η, and once beside it.";
      if (close(given[0]!, h) && close(given[1]!, radius / 2))
        return "That is η; the radius is twice as long.";
      return "";
    },
  ),
  hints: [
    "For a symmetric positive definite H, the norm of H⁻¹ is one over the smallest eigenvalue: β.",
    "η = β‖g‖ is the longest that Newton's step can be.",
    "h = β·M·η, and the radius is 2η.",
  ],
  praise: "The smaller the curvature, the smaller the gradient must be: h grows with 1/λ².",
};

const words = ["no critical point", "saddle", "minimum"] as const;
type Word = (typeof words)[number];

interface Reading {
  readonly norms: number[];
  readonly lowest: number;
  readonly expected: Word;
  /** What the run was. */
  readonly story: string;
}

/** A run's gradient norms and its last smallest eigenvalue, of each kind in turn. */
function readings(random: Random): Reading[] {
  const noise = () => random.uniform(0.7, 1.3);
  const length = 30 + random.integer(20);
  const steps = Array.from({ length }, (_, i) => i / (length - 1));
  const sharp = random.uniform(0.01, 1);
  const scale = 10 ** random.uniform(-2, 2);
  const make = (norm: (t: number) => number) => steps.map((t) => scale * norm(t) * noise());
  const rising = (t: number) => 0.3 + t;
  const falling = (t: number) => 10 ** (-6.5 * t);
  const dip = (t: number) => 10 ** (-6 * Math.sin(Math.PI * t) ** 2) * 0.8;
  return [
    { norms: make(rising), lowest: sharp, expected: words[0], story: "the gradient grew" },
    { norms: make(falling), lowest: sharp, expected: words[2], story: "the gradient vanished" },
    { norms: make(falling), lowest: -sharp, expected: words[1], story: "the gradient vanished" },
    { norms: make(rising), lowest: -sharp, expected: words[0], story: "the gradient grew" },
    {
      norms: make(dip),
      lowest: sharp,
      expected: words[0],
      story: "the gradient was small half way, and has grown again",
    },
  ];
}

const verdict: Exercise = {
  judge: (answer) => {
    for (const { norms, lowest, expected, story } of readings(freshRandom())) {
      const shown = `verdict(norms, ${lowest.toPrecision(2)}), where ${story},`;
      const outcome = call(answer, [[...norms], lowest], shown);
      if (!outcome.ok) return outcome.problem;
      if (outcome.value === expected) continue;
      if (!words.some((word) => word === outcome.value)) {
        const known = words.map((word) => `"${word}"`).join(", ");
        return `${shown} gave ${describe(outcome.value)}; it must give one of ${known}.`;
      }
      const reason =
        expected === words[0]
          ? "While the gradient is not small now, beside what it was, nothing has been reached."
          : "The gradient has vanished; now the smallest eigenvalue decides.";
      return `${shown} gave ${describe(outcome.value)}, which is not right. ${reason}`;
    }
    return undefined;
  },
  hints: [
    "Two questions, in this order: is the gradient small now? Does any direction lead down?",
    "Compare the last norm with the largest of all: norms.at(-1) / Math.max(...norms).",
    'Above a thousandth: "no critical point". Else "saddle" if lowest < 0, and "minimum" if not.',
  ],
  praise: "And whether a minimum is a bad one, only its loss can say.",
};

export const chapter8: { readonly [id: string]: Exercise } = {
  "8.1": pair,
  "8.2": restarts,
  "8.3": ways,
  "8.4": certificate,
  "8.5": verdict,
};
