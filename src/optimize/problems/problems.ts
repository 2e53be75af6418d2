/**
 * `problems`: every test problem by name, those of a chosen size as functions.
 *
 * `problems.moreGarbowHillstrom` is the collection of 35, at its usual sizes and in the paper's order.
 */
import * as classics from "./classics.js";
import { linearAutoencoder } from "./linear-autoencoder.js";
import * as first from "./more-garbow-hillstrom-1-10.js";
import * as second from "./more-garbow-hillstrom-11-19.js";
import * as third from "./more-garbow-hillstrom-20-27.js";
import * as fourth from "./more-garbow-hillstrom-28-35.js";
import { quadratic } from "./quadratic.js";
import { safranShamir } from "./safran-shamir.js";
import { tanhNetwork } from "./tanh-network.js";

const collection = { ...first, ...second, ...third, ...fourth };

/** How a problem is made again elsewhere: by its name, and by what its function was called with. */
export interface Recipe {
  readonly name: string;
  readonly args: readonly unknown[];
}

const recipes = new WeakMap<object, Recipe>();

function remembered<Make extends (...args: never[]) => object>(name: string, make: Make): Make {
  const remembering = (...args: never[]) => {
    const made = make(...args);
    recipes.set(made, { name, args });
    return made;
  };
  return remembering as Make; // as `make`, whose documentation its type carries along
}

/**
 * Every test problem by name; those of a chosen size are functions.
 *
 * @example
 * problems.rosenbrock.value(Float64Array.of(-1.2, 1)); // 24.2
 * problems.moreGarbowHillstrom.length; // 35
 */
export const problems = {
  ...collection,
  ...classics,
  quadratic: remembered("quadratic", quadratic),
  linearAutoencoder: remembered("linearAutoencoder", linearAutoencoder),
  safranShamir: remembered("safranShamir", safranShamir),
  tanhNetwork: remembered("tanhNetwork", tanhNetwork),
  moreGarbowHillstrom: [
    collection.rosenbrock,
    collection.freudensteinRoth,
    collection.powellBadlyScaled,
    collection.brownBadlyScaled,
    collection.beale,
    collection.jennrichSampson,
    collection.helicalValley,
    collection.bard,
    collection.gaussian,
    collection.meyer,
    collection.gulf,
    collection.box,
    collection.powellSingular,
    collection.wood,
    collection.kowalikOsborne,
    collection.brownDennis,
    collection.osborne1,
    collection.biggs,
    collection.osborne2,
    collection.watson(),
    collection.extendedRosenbrock(),
    collection.extendedPowellSingular(),
    collection.penalty1(),
    collection.penalty2(),
    collection.variablyDimensioned(),
    collection.trigonometric(),
    collection.brownAlmostLinear(),
    collection.discreteBoundaryValue(),
    collection.discreteIntegral(),
    collection.broydenTridiagonal(),
    collection.broydenBanded(),
    collection.linearFullRank(),
    collection.linearRankOne(),
    collection.linearRankOneZero(),
    collection.chebyquad(),
  ],
};

for (const [name, entry] of Object.entries(problems)) {
  if (typeof entry === "object") recipes.set(entry, { name, args: [] });
}

/** How one of `problems` is made again on another thread; undefined for any other objective. */
export function recipeOf(objective: object): Recipe | undefined {
  return recipes.get(objective);
}

/** The problem that a recipe tells of. */
export function problemNamed(name: string, ...args: readonly unknown[]): unknown {
  const entry: unknown = Object.hasOwn(problems, name)
    ? problems[name as keyof typeof problems]
    : undefined;
  if (entry === undefined) throw new RangeError(`problems: there is no "${name}"`);
  return typeof entry === "function" ? entry(...args) : entry;
}
