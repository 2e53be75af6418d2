/**
 * An exercise that answers back.
 *
 * The answer is usually a function, which is tried on cases that the learner does not see, so that
 * no constant passes. A wrong answer is told what was tried, what came out and what was expected in
 * kind, never the solution; every further try shows one more hint.
 */

/** Nothing when the answer is right; otherwise what is wrong, in a sentence. */
export type Judge = (answer: unknown) => string | undefined | Promise<string | undefined>;

/** What a judge says of an answer that has not been written yet: no mistake, so no hint. */
export const unanswered = "Write your answer, then run this cell again.";

export interface Exercise {
  readonly judge: Judge;
  /** From a nudge to nearly the answer. */
  readonly hints: readonly string[];
  /** What a right answer has shown. */
  readonly praise: string;
}

export type AnyFunction = (...values: readonly unknown[]) => unknown;

/** What calling the answer gave, or why it could not be called. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

export function call(answer: unknown, values: readonly unknown[], shown: string): Outcome {
  if (typeof answer !== "function") {
    return { ok: false, problem: `The answer must be a function; this is ${describe(answer)}.` };
  }
  try {
    const value = (answer as AnyFunction)(...values);
    return value === undefined ? { ok: false, problem: unanswered } : { ok: true, value };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `Called as ${shown}, your function threw: ${message}` };
  }
}

export interface NumericCase {
  readonly values: readonly number[];
  readonly expected: number;
}

/** Judges a function of numbers on cases, by relative error. */
export function judgeNumeric(
  name: string,
  cases: () => readonly NumericCase[],
  diagnose: (given: number, trial: NumericCase) => string = () => "",
): Judge {
  return (answer) => {
    for (const trial of cases()) {
      const shown = `${name}(${trial.values.map((value) => value.toPrecision(3)).join(", ")})`;
      const outcome = call(answer, trial.values, shown);
      if (!outcome.ok) return outcome.problem;
      const given = outcome.value;
      if (typeof given !== "number" || !Number.isFinite(given)) {
        return `${shown} gave ${describe(given)}; it must give a finite number.`;
      }
      const scale = Math.max(1e-12, Math.abs(trial.expected));
      if (Math.abs(given - trial.expected) > 1e-6 * scale) {
        const off = `${shown} gave ${given.toPrecision(4)}, which is not right.`;
        return `${off} ${diagnose(given, trial)}`.trim();
      }
    }
    return undefined;
  };
}

/** Whether two numbers agree to six digits: for naming a common mistake. */
export function agrees(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1e-12, Math.abs(b));
}

export function describe(value: unknown): string {
  if (typeof value === "number" || typeof value === "string") return JSON.stringify(value) ?? "NaN";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value;
}
