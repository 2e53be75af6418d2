/**
 * Which options each method takes, and which values they may have.
 *
 * A name that no method knows is a slip of the pen, and refused. One that another method takes may stand
 * in a set of options for a comparison; it is not used, and the result says so.
 */
import { unknownOption } from "../operators/option-names.js";
import type { SolverOptions } from "./solver.js";

type OptionName = keyof SolverOptions;

/** What the driver takes, whatever the method. */
const common = ["method", "maxIterations", "gtol", "trace", "onStep", "onProgress", "signal"];

const takes = {
  "gradient-descent": ["stepSize", "lineSearch"],
  momentum: ["stepSize", "momentum"],
  nesterov: ["stepSize", "momentum"],
  adam: ["stepSize", "beta1", "beta2"],
  cg: ["lineSearch"],
  lbfgs: ["memory"],
  newton: [],
  "damped-newton": [],
  "newton-cg": [],
  "levenberg-marquardt": ["damping"],
  "trust-exact": ["radius"],
  "trust-steihaug": ["radius"],
  "trust-krylov": ["radius"],
  "saddle-free-newton": ["subspace"],
  cubic: ["damping"],
} as const satisfies Record<string, readonly OptionName[]>;

export type Method = keyof typeof takes;

/** The names that `method` can have. */
export const methods: readonly Method[] = Object.freeze(Object.keys(takes) as Method[]);

interface Rule {
  allows(value: unknown): boolean;
  readonly needed: string;
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const positive: Rule = {
  allows: (value) => isNumber(value) && value > 0 && value < Number.POSITIVE_INFINITY,
  needed: "a positive number",
};
const share: Rule = {
  allows: (value) => isNumber(value) && value >= 0 && value < 1,
  needed: "a number from 0 to below 1",
};
const count: Rule = {
  allows: (value) => isNumber(value) && Number.isInteger(value) && value >= 1,
  needed: "a whole number from 1",
};

const rules: Readonly<Record<OptionName, Rule>> = {
  stepSize: positive,
  lineSearch: {
    allows: (value) => value === "fixed" || value === "exact" || value === "wolfe",
    needed: '"fixed", "exact" or "wolfe"',
  },
  momentum: share,
  beta1: share,
  beta2: share,
  memory: count,
  radius: positive,
  damping: positive,
  subspace: count,
};

/**
 * Throws unless the method and every option exist, the values are such as they can have; returns the
 * names of those that this method does not take.
 */
export function checkMethodOptions(method: Method, options: object): readonly string[] {
  if (!Object.hasOwn(takes, method)) {
    throw new RangeError(
      `minimize: there is no method "${method}"; there are ${methods.join(", ")}`,
    );
  }
  const known: readonly string[] = takes[method];
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !common.includes(name),
  );
  for (const [name, value] of given) {
    if (!Object.hasOwn(rules, name)) {
      const all = [...known, ...common].join(", ");
      throw unknownOption("minimize", name, `"${method}" takes ${all}`);
    }
    const rule = rules[name as OptionName];
    if (!rule.allows(value)) {
      throw new RangeError(`minimize: ${name} = ${String(value)}; ${rule.needed} is needed`);
    }
  }
  return given.map(([name]) => name).filter((name) => !known.includes(name));
}
