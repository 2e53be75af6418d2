/** Judges answers that are functions giving one or several numbers, on cases that the learner does not see. */
import { call, describe, type Judge } from "./exercise.js";

export interface VectorCase {
  readonly values: readonly unknown[];
  /** How the call reads in a message, such as `scales([[4, 0], [0, 1]])`. */
  readonly shown: string;
  readonly expected: readonly number[];
  /** What each number of the answer is called. */
  readonly parts?: readonly string[];
}

export function judgeVector(
  cases: () => readonly VectorCase[],
  diagnose: (given: readonly number[], trial: VectorCase) => string = () => "",
): Judge {
  return async (answer) => {
    for (const trial of cases()) {
      const outcome = call(answer, trial.values, trial.shown);
      if (!outcome.ok) return outcome.problem;
      const given = numbers(await outcome.value);
      const { expected, shown } = trial;
      if (given === undefined || given.length !== expected.length) {
        const found = given === undefined ? describe(outcome.value) : `${given.length} numbers`;
        return `${shown} gave ${found}; it must give an array of ${expected.length} numbers.`;
      }
      const wrong = expected.findIndex((value, i) => !close(given[i]!, value));
      if (wrong >= 0) {
        const part = trial.parts?.[wrong] ?? `entry ${wrong}`;
        const off = `${shown}: ${part} is ${Number(given[wrong]!.toPrecision(4))}, which is not right.`;
        return `${off} ${diagnose(given, trial)}`.trim();
      }
    }
    return undefined;
  };
}

export interface ScalarCase {
  readonly values: readonly unknown[];
  readonly shown: string;
  readonly expected: number;
}

/** The same for answers that are functions giving one number, of arguments of any kind. */
export function judgeScalar(
  cases: () => readonly ScalarCase[],
  diagnose: (given: number, trial: ScalarCase) => string = () => "",
): Judge {
  return (answer) => {
    for (const trial of cases()) {
      const { shown, expected } = trial;
      const outcome = call(answer, trial.values, shown);
      if (!outcome.ok) return outcome.problem;
      const given = outcome.value;
      if (typeof given !== "number" || !Number.isFinite(given)) {
        return `${shown} gave ${describe(given)}; it must give a finite number.`;
      }
      if (close(given, expected)) continue;
      const off = `${shown} gave ${given.toPrecision(4)}, which is not right.`;
      return `${off} ${diagnose(given, trial)}`.trim();
    }
    return undefined;
  };
}

/** To six digits, relative to the larger; and of the same sign. */
export function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1e-9, Math.abs(b));
}

function numbers(value: unknown): number[] | undefined {
  const list = ArrayBuffer.isView(value)
    ? Array.from(value as unknown as ArrayLike<unknown>)
    : value;
  if (!Array.isArray(list)) return undefined;
  const found: readonly unknown[] = list;
  return found.every((entry): entry is number => typeof entry === "number")
    ? [...found]
    : undefined;
}
