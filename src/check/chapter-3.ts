/** The exercises of chapter 3, "The spectrum of a network". */
import type { Exercise, Judge } from "./exercise.js";
import { close, judgeScalar, judgeVector, type VectorCase } from "./judge-vector.js";
import { freshRandom, short } from "./trials.js";

/** f = ¼Σxᵢ⁴ + ½(aᵀx)²: its gradient, and its Hessian times v. */
const quarticGradient = (a: readonly number[], x: readonly number[]) => {
  const along = x.reduce((sum, value, i) => sum + a[i]! * value, 0);
  return x.map((value, i) => value ** 3 + a[i]! * along);
};
const quarticProduct = (a: readonly number[], x: readonly number[], v: readonly number[]) => {
  const along = v.reduce((sum, value, i) => sum + a[i]! * value, 0);
  return v.map((value, i) => 3 * x[i]! ** 2 * value + a[i]! * along);
};

const product: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return [3, 4, 5].map((size): VectorCase => {
        const [a, x, v] = [0, 1, 2].map(() => [...random.normals(size)]) as [
          number[],
          number[],
          number[],
        ];
        return {
          values: [(at: readonly number[]) => quarticGradient(a, at), [...x], [...v]],
          shown: `product(gradient, [${x.map(short).join(", ")}], [${v.map(short).join(", ")}])`,
          expected: quarticProduct(a, x, v),
        };
      });
    },
    (given, { expected }) => {
      const times = (factor: number) =>
        given.every((value, i) => near(value, factor * expected[i]!));
      if (times(-1)) return "The sign is wrong: ahead minus behind.";
      if (times(2)) return "Twice too much: the points ahead and behind are 2h apart.";
      if (times(0.5)) return "Half of it: a step to one side only is h long, not 2h.";
      if (
        given.some(Boolean) &&
        given.every((value, i) => Math.abs(value) < 1e-3 * Math.abs(expected[i]!))
      ) {
        return "Much too small: divide by the length of the step.";
      }
      if (times(1)) return "Nearly: six digits are wanted. Your step is too long or too short.";
      return "";
    },
  ),
  hints: [
    "Evaluate the gradient a little ahead, at x + h·v, and a little behind, at x − h·v.",
    "Divide their difference by 2h. In double precision h can be far smaller than in the figure.",
    "(gradient(x + h·v) − gradient(x − h·v)) / 2h with h = 1e-5, entry by entry.",
  ],
  praise: "With first derivatives alone you can now catch any second derivative that lies.",
};

/** To a few per cent: the right formula with a bad step. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.03 * Math.abs(b) + 1e-9;
}

const edgesOf: Exercise = {
  judge: judgeVector(
    () => {
      const random = freshRandom();
      return Array.from({ length: 5 }, (): VectorCase => {
        const N = 50 + random.integer(2000);
        const d = 1 + random.integer(N - 1);
        const variance = random.uniform(0.2, 6);
        const root = Math.sqrt(d / N);
        return {
          values: [d, N, variance],
          shown: `edgesOf(${d}, ${N}, ${short(variance)})`,
          expected: [variance * (1 - root) ** 2, variance * (1 + root) ** 2],
          parts: ["the first eigenvalue", "the last eigenvalue"],
        };
      });
    },
    (given, { values }) => {
      const [d, N, variance] = values as [number, number, number];
      const gamma = d / N;
      const agree = (edges: (sign: number) => number) =>
        close(given[0]!, edges(-1)) && close(given[1]!, edges(1));
      const root = Math.sqrt(gamma);
      if (agree((sign) => (1 + sign * root) ** 2)) return "That is for features of variance 1.";
      if (agree((sign) => variance * (1 + sign * root))) return "The bracket is squared.";
      if (agree((sign) => variance * (1 + sign * gamma) ** 2)) return "It is the root of d/N.";
      if (agree((sign) => Math.sqrt(variance) * (1 + sign * root) ** 2)) {
        return "XᵀX is quadratic in X: it grows with the variance, not with the deviation.";
      }
      if (agree((sign) => variance ** 2 * (1 + sign * root) ** 2)) {
        return "The variance is already a square.";
      }
      if (agree((sign) => variance * (1 - sign * root) ** 2))
        return "The first one is the smaller.";
      if (agree((sign) => variance * (1 + sign / root) ** 2)) return "It is d/N, not N/d.";
      return "";
    },
  ),
  hints: [
    "For variance 1 the edges are (1 − √γ)² and (1 + √γ)², with γ = d/N.",
    "What does XᵀX become if every entry of X is multiplied by σ?",
    "σ²(1 − √(d/N))² and σ²(1 + √(d/N))², where σ² is the variance.",
  ],
  praise: "Ten examples a feature leave a condition number of 3.7 where the true one is 1.",
};

const softmaxSpectrum: Exercise = {
  judge: sorted(
    judgeVector(
      () => {
        const random = freshRandom();
        return [3, 2, 5, 10].map((C): VectorCase => {
          const moments = Array.from({ length: 2 + random.integer(3) }, () =>
            random.uniform(0.1, 9),
          );
          const values = moments.flatMap((m) => [0, ...Array<number>(C - 1).fill(m / C)]);
          return {
            values: [moments, C],
            shown: `softmaxSpectrum([${moments.map(short).join(", ")}], ${C}), sorted`,
            expected: values.sort((a, b) => a - b),
          };
        });
      },
      (given, { values }) => {
        const [moments, C] = values as [number[], number];
        const made = (factor: number, zeros: number) =>
          moments
            .flatMap((m) => [
              ...Array<number>(zeros).fill(0),
              ...Array<number>(C - zeros).fill(factor * m),
            ])
            .sort((a, b) => a - b);
        const is = (list: readonly number[]) => list.every((value, i) => close(given[i]!, value));
        if (is(made(1 / C, 0))) return "One logit is free: each appears C − 1 times, and once 0.";
        if (is(made(1, 1))) return "The softmax of zeros has curvature 1/C, not 1.";
        if (is(made(1 / C ** 2, 1))) return "Only one factor 1/C: the eigenvalue of (I − 11ᵀ/C)/C.";
        if (is(made((1 / C) * (1 - 1 / C), 1))) {
          return "p(1 − p) is a diagonal entry; the eigenvalues of diag p − ppᵀ are wanted.";
        }
        return "";
      },
    ),
  ),
  hints: [
    "How many parameters are there? As many eigenvalues must come out.",
    "diag p − ppᵀ at p = 1/C has the eigenvalue 1/C, C − 1 times, and once 0.",
    "For each moment m: one 0, and C − 1 times m/C.",
  ],
  praise: "One large moment, from a mean, is C − 1 large eigenvalues.",
};

/** The judge, of an answer whose numbers may come in any order. */
function sorted(judge: Judge): Judge {
  return (answer) => {
    if (typeof answer !== "function") return judge(answer);
    return judge((...values: readonly unknown[]) => {
      const given: unknown = answer(...values);
      return Array.isArray(given) ? [...given].sort((a, b) => Number(a) - Number(b)) : given;
    });
  };
}

const productsFor: Exercise = {
  judge: judgeScalar(
    () => {
      const random = freshRandom();
      return [2, 3, 4, 5].map((size) => {
        const half = Array.from({ length: size }, () => random.normals(size));
        const A = half.map((row, i) => Array.from(row, (value, j) => value + half[j]![i]!));
        const error = Math.sqrt(signVariance(A) / random.uniform(20, 4000));
        return {
          values: [A, error],
          shown: `productsFor(a ${size} × ${size} matrix, ${short(error)})`,
          expected: Math.ceil(signVariance(A) / error ** 2),
        };
      });
    },
    (given, { values }) => {
      const [A, error] = values as [number[][], number];
      const variance = signVariance(A);
      const squares = A.flat().reduce((sum, value) => sum + value ** 2, 0);
      const is = (other: number) => Math.abs(given - other / error ** 2) <= 1;
      if (!Number.isInteger(given) && is(variance)) return "A whole number is wanted: round up.";
      if (is(2 * squares)) return "That is for normal vectors: with signs the diagonal drops out.";
      if (is(squares)) return "The diagonal has no part in it, and each pair counts twice.";
      if (is(variance / 2)) return "The factor 2 is missing.";
      if (is(variance / 4)) return "Each pair appears twice in the sum, at ij and at ji.";
      if (Math.abs(given - Math.sqrt(variance) / error) <= 1) {
        return "The error falls as 1/√m: its square is variance/m.";
      }
      return Math.abs(given - Math.floor(variance / error ** 2)) < 1 ? "Round up, not down." : "";
    },
  ),
  hints: [
    "The variance of one product is 2(‖A‖²_F − Σ aᵢᵢ²).",
    "A mean of m products has that variance divided by m.",
    "m ≥ variance / error², rounded up by Math.ceil.",
  ],
  praise:
    "For a tenth of the error it takes a hundred times the products; hence Hutch++ and XTrace.",
};

function signVariance(A: readonly (readonly number[])[]): number {
  let sum = 0;
  A.forEach((row, i) => {
    row.forEach((value, j) => {
      if (i !== j) sum += 2 * value ** 2;
    });
  });
  return sum;
}

export const chapter3: { readonly [id: string]: Exercise } = {
  "3.1": product,
  "3.2": edgesOf,
  "3.3": softmaxSpectrum,
  "3.4": productsFor,
};
