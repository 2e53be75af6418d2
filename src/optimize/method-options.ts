/**
 * Which options each method takes, and which values they may have.
 *
 * An option that a method does not know would change nothing and yet look as if it had: it is refused,
 * with the options that the method has. `stepSize` alone may be given to all, so that one set of options
 * can serve a comparison; methods that find their own steps leave it alone.
 */
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

/** Throws unless the method exists and takes each option that is given, with such a value. */
export function checkMethodOptions(method: Method, options: object): void {
  if (!Object.hasOwn(takes, method)) {
    throw new RangeError(
      `minimize: there is no method "${method}"; there are ${methods.join(", ")}`,
    );
  }
  const known: readonly string[] = takes[method];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || common.includes(name)) continue;
    if (!known.includes(name) && name !== "stepSize") {
      const has = known.length > 0 ? `it has ${known.join(" and ")}` : "it has none of its own";
      throw new RangeError(`minimize: "${method}" has no option "${name}"; ${has}`);
    }
    const rule = rules[name as OptionName];
    if (!rule.allows(value)) {
      throw new RangeError(`minimize: ${name} = ${String(value)}; ${rule.needed} is needed`);
    }
  }
}
