/** The exercises of chapter 7, "Local minima: convex, symmetric, identifiable". */
import { agrees, call, describe, type Exercise, judgeNumeric } from "./exercise.js";
import { close } from "./judge-vector.js";
import { freshRandom, short } from "./trials.js";

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);

const settings: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (const tanh of [false, true, false, true]) {
      const widths = Array.from({ length: tanh ? 2 : 3 }, () => 2 + random.integer(4));
      const shown = `settings([${widths.join(", ")}], ${tanh})`;
      const outcome = call(answer, [[...widths], tanh], shown);
      if (!outcome.ok) return outcome.problem;
      const orders = product(widths.map(factorial));
      const turns = 2 ** widths.reduce((a, b) => a + b, 0);
      const { value } = outcome;
      if (typeof value !== "number" && typeof value !== "bigint") {
        return `${shown} gave ${describe(value)}; it must give a number.`;
      }
      const given = Number(value);
      if (given === (tanh ? orders * turns : orders)) continue;
      return `${shown} gave ${given}, which is not right. ${miscount(given, widths)}`.trim();
    }
    return undefined;
  },
  hints: [
    "One layer of n units: in how many orders can they stand?",
    "Layers are independent of each other: multiply.",
    "For each width n: n!, and for tanh also 2ⁿ.",
  ],
  praise:
    "For two layers of 64 tanh units the number has 217 digits, and all of it is one function.",
};

function miscount(given: number, widths: readonly number[]): string {
  const orders = product(widths.map(factorial));
  const units = widths.reduce((a, b) => a + b, 0);
  const sum = (of: (width: number) => number) => widths.reduce((total, n) => total + of(n), 0);
  if (given === orders) return "Tanh units can also be turned, each by itself.";
  if (given === orders * 2 ** units) return "Only tanh units can be turned.";
  if (given === factorial(units)) return "Units of different layers cannot change places.";
  if (given === sum(factorial) || given === sum((n) => 2 ** n * factorial(n))) {
    return "Every choice in one layer goes with every choice in another: a product, not a sum.";
  }
  if (given === orders * 2 ** widths.length) return "Each unit can be turned, not each layer.";
  if (given === product(widths)) return "That counts the places of one unit in each layer.";
  return "";
}

const whereIs: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (const units of [3, 4, 6, 8]) {
      const a = Array.from({ length: units }, () => [...random.normals(4)]);
      const order = [...random.permutation(units)];
      // Turned units, and one order that is not its own inverse.
      if (order.every((from, i) => order[from] === i)) order.push(order.shift()!);
      const signs = Array.from({ length: units }, (_, i) => (i % 2 === 0 ? -1 : 1));
      const b = order.map((from, i) => a[from]!.map((weight) => signs[i]! * weight));
      const expected = a.map((_, i) => order.indexOf(i));
      const shown = `whereIs of ${units} units`;
      const outcome = call(answer, [a.map((unit) => [...unit]), b.map((unit) => [...unit])], shown);
      if (!outcome.ok) return outcome.problem;
      const given: unknown = outcome.value;
      if (!Array.isArray(given) || given.length !== units) {
        return `${shown} gave ${describe(given)}; it must give an array of ${units} places.`;
      }
      const wrong = expected.findIndex((place, i) => given[i] !== place);
      if (wrong < 0) continue;
      const off = `${shown}: unit ${wrong} of a stands at ${expected[wrong]} in b, not at ${given[wrong]}.`;
      return `${off} ${misplaced(given, order, signs, expected)}`.trim();
    }
    return undefined;
  },
  hints: [
    "Two rows are the same unit if they are equal, or if one is the other with all signs changed.",
    "For each row of a, search b with findIndex.",
    "Compare with a small tolerance: |aᵢ − bᵢ| for all entries, or |aᵢ + bᵢ| for all entries.",
  ],
  praise: "What is left, when rows are only alike and not equal, is the assignment problem.",
};

function misplaced(
  given: readonly unknown[],
  order: readonly number[],
  signs: readonly number[],
  expected: readonly number[],
): string {
  if (given.every((place, i) => place === order[i])) {
    return "That is the inverse: for each place in b, the unit of a.";
  }
  const upright = (i: number) => signs[expected[i]!] === 1;
  if (given.every((place, i) => place === (upright(i) ? expected[i] : -1))) {
    return "The units that have changed their signs were not found.";
  }
  return given.every((place, i) => place === i) ? "The units have changed places." : "";
}

const level: Exercise = {
  judge: (answer) => {
    const random = freshRandom();
    for (const [incoming, outgoing] of [
      [3, 1],
      [2, 2],
      [4, 3],
    ] as const) {
      const [w, v] = [[...random.normals(incoming)], [...random.normals(outgoing)]];
      const shown = `level([${w.map(short).join(", ")}], [${v.map(short).join(", ")}])`;
      const outcome = call(answer, [[...w], [...v]], shown);
      if (!outcome.ok) return outcome.problem;
      const { value } = outcome;
      if (!Array.isArray(value) || value.length !== incoming + outgoing) {
        return `${shown} gave ${describe(value)}; it must give an array of ${incoming + outgoing} numbers.`;
      }
      const given: readonly number[] = value.map(Number);
      if (!given.every(Number.isFinite)) return `${shown} gave an entry that is no number.`;
      if (given.every((entry) => entry === 0)) return "Zero is no direction.";
      if (parallel(given, [...w, ...v.map((entry) => -entry)])) continue;
      return `${shown} is not level. ${tilt(given, w, v)}`.trim();
    }
    return undefined;
  },
  hints: [
    "Multiply w by 1 + h and divide v by 1 + h: the unit computes the same.",
    "To first order in h, v/(1 + h) = v − h·v.",
    "The derivative of (αw, v/α) by α at α = 1 is (w, −v).",
  ],
  praise: "At a critical point this direction is a null vector of the Hessian, whatever the data.",
};

function parallel(a: readonly number[], b: readonly number[]): boolean {
  const at = b.findIndex((entry) => Math.abs(entry) > 1e-3);
  const factor = a[at]! / b[at]!;
  return factor !== 0 && a.every((entry, i) => close(entry, factor * b[i]!));
}

function tilt(given: readonly number[], w: readonly number[], v: readonly number[]): string {
  if (parallel(given, [...w, ...v])) return "If w grows, v must shrink.";
  if (parallel(given, [...w, ...v.map((entry) => -1 / entry)])) {
    return "The derivative of v/α at α = 1 is −v, not −1/v.";
  }
  if (parallel(given, [...w, ...v.map((entry) => 1 / entry)]))
    return "As α grows from 1, v/α falls in proportion to v.";
  if (parallel(given, [...w, ...v.map(() => 0)])) return "With v unchanged the output grows.";
  if (parallel(given, [...w.map(() => 1), ...v.map(() => -1)])) {
    return "All of w is multiplied by the same factor: its change is proportional to w.";
  }
  return "";
}

const sharpness: Exercise = {
  judge: judgeNumeric(
    "sharpness",
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, () => {
        const [w, c] = [random.uniform(0.2, 3), random.uniform(0.3, 4)];
        return { values: [w, c], expected: w ** 2 + (c / w) ** 2 };
      });
    },
    (given, { values }) => {
      const [w, c] = values as [number, number];
      const v = c / w;
      if (agrees(given, w ** 2 + w ** -2)) return "At the minimum vw = c, so v = c/w.";
      if (agrees(given, v ** 2) || agrees(given, w ** 2))
        return "That is one entry of the Hessian.";
      if (agrees(given, Math.hypot(w, v))) return "That is the length of (w, v), not its square.";
      if (agrees(given, w + v)) return "Squares are missing.";
      if (agrees(given, 2 * (w ** 2 + v ** 2))) return "Mind the ½ in f.";
      if (agrees(given, 2 * c)) return "That is the least that it can be, at w = v.";
      return "";
    },
  ),
  hints: [
    "∂²f/∂w² = v² and ∂²f/∂v² = w²; on the curve the mixed derivative is vw.",
    "That matrix is the outer product of (v, w) with itself: one eigenvalue is zero.",
    "The other is its trace, v² + w², with v = c/w.",
  ],
  praise: "It has no upper bound along the valley: the same function, as sharp as you like.",
};

export const chapter7: { readonly [id: string]: Exercise } = {
  "7.1": settings,
  "7.2": whereIs,
  "7.3": level,
  "7.4": sharpness,
};
