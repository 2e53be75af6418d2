/**
 * What a minimiser is given, and how it is asked: a counted, checked view of an objective.
 *
 * A user's objective may return plain arrays and need not know products; inside, vectors are
 * Float64Array, and an oracle answers with values, gradients, Hessians and products, counting each.
 */
import { fromMatrix } from "../operators/from-matrix.js";
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { describe, isArrayOfAnything } from "../operators/vector-of.js";
import { dot, isFiniteVector, norm } from "../operators/vectors.js";

/** f and its derivatives on ℝⁿ. */
export interface Objective {
  value(x: Float64Array): number;
  gradient(x: Float64Array): Float64Array;
  /** The rows of the symmetric n × n matrix of second derivatives. */
  hessian?(x: Float64Array): Rows;
  /** The product of the Hessian at x with v. */
  hvp?(x: Float64Array, v: Float64Array): Float64Array;
  /** Both at once, where that is cheaper than apart. */
  valueAndGradient?(x: Float64Array): { value: number; gradient: Float64Array };
  /** For a sum of squares f = ½‖r‖² or ‖r‖²: r, its Jacobian, and the factor (½ or 1). */
  readonly leastSquares?: LeastSquaresParts;
}

export interface LeastSquaresParts {
  residuals(x: Float64Array): Float64Array;
  /** The rows of the m × n matrix of first derivatives of the residuals. */
  jacobian(x: Float64Array): Rows;
  /** f = factor·‖r‖². */
  readonly factor: number;
}

/** What `minimize` accepts: the same, with any array of numbers for a vector. */
export interface ObjectiveSpec extends Omit<Objective, "gradient" | "hvp" | "valueAndGradient"> {
  gradient(x: Float64Array): ArrayLike<number>;
  hvp?(x: Float64Array, v: Float64Array): ArrayLike<number>;
  valueAndGradient?(x: Float64Array): { value: number; gradient: ArrayLike<number> };
}

/** A point with what is known there. */
export interface Point {
  readonly x: Float64Array;
  readonly fun: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
}

export class Oracle {
  nfev = 0;
  njev = 0;
  nhev = 0;

  constructor(
    readonly objective: ObjectiveSpec,
    readonly size: number,
    /** Who asks, for messages: a function, with the method where that matters. */
    private readonly who: string,
  ) {
    checkObjective(who, objective);
  }

  value(x: Float64Array): number {
    this.nfev += 1;
    return checkedValue(this.who, this.objective.value(x));
  }

  gradient(x: Float64Array): Float64Array {
    this.njev += 1;
    return this.vector(this.objective.gradient(x), "gradient");
  }

  /** Value and gradient at x. */
  at(x: Float64Array): Point {
    if (this.objective.valueAndGradient) {
      this.nfev += 1;
      this.njev += 1;
      const both = this.objective.valueAndGradient(x);
      return point(x, checkedValue(this.who, both.value), this.vector(both.gradient, "gradient"));
    }
    return point(x, this.value(x), this.gradient(x));
  }

  /** The dense Hessian, from `hessian` or from n products. */
  hessian(x: Float64Array): Rows {
    if (this.objective.hessian) {
      this.nhev += 1;
      return this.matrix(this.objective.hessian(x));
    }
    return Array.from({ length: this.size }, (_, i) => {
      const unit = new Float64Array(this.size);
      unit[i] = 1;
      return this.hvp(x, unit);
    });
  }

  /** The Hessian at x as an operator: products where the objective has them, else a matrix. */
  hessianAt(x: Float64Array): LinearOperator {
    if (this.objective.hvp) return { size: this.size, apply: (v) => this.hvp(x, v) };
    return fromMatrix(this.hessian(x));
  }

  private hvp(x: Float64Array, v: Float64Array): Float64Array {
    if (!this.objective.hvp) {
      throw new TypeError(
        `${this.who} needs second derivatives, but the objective has neither hessian nor hvp; add one` +
          (this.who.startsWith("minimize") ? ', or use "lbfgs"' : ""),
      );
    }
    this.nhev += 1;
    const product = this.vector(this.objective.hvp(x, v), "hvp");
    if (!isFiniteVector(product)) {
      const at = product.findIndex((entry) => !Number.isFinite(entry));
      throw new NotFiniteError(`entry ${at} of a product with the Hessian is ${product[at]}`);
    }
    return product;
  }

  private matrix(rows: Rows): Rows {
    if (!isArrayOfAnything(rows) || rows.length !== this.size) {
      throw new RangeError(
        `${this.who}: the hessian is ${describe(rows)} at a point of ${this.size}; ` +
          `${this.size} rows of ${this.size} numbers are needed`,
      );
    }
    for (const [i, row] of rows.entries()) {
      if (row.length !== this.size) {
        throw new RangeError(
          `${this.who}: row ${i} of the hessian has ${row.length} entries at a point of ${this.size}`,
        );
      }
      for (let j = 0; j < row.length; j++) {
        if (Number.isFinite(row[j])) continue;
        throw new NotFiniteError(`entry (${i}, ${j}) of the Hessian is ${row[j]}`);
      }
    }
    return rows;
  }

  /** A copy: an objective may use one array for all its gradients. */
  private vector(values: ArrayLike<number>, what: string): Float64Array {
    if (!isArrayOfAnything(values)) {
      throw new TypeError(
        `${this.who}: the ${what} is ${describe(values)}; an array of ${this.size} numbers is needed`,
      );
    }
    if (values.length !== this.size) {
      throw new RangeError(
        `${this.who}: the ${what} has ${values.length} entries at a point of ${this.size}`,
      );
    }
    return values instanceof Float64Array ? values.slice() : Float64Array.from(values);
  }
}

/** Second derivatives that are NaN or infinite, at a point where f may well be a number. */
export class NotFiniteError extends RangeError {
  override readonly name = "NotFiniteError";
}

export function checkObjective(who: string, objective: ObjectiveSpec): void {
  const found: unknown = objective;
  const isObject = typeof found === "object" && found !== null;
  const missing = isObject
    ? (["value", "gradient"] as const).find((name) => typeof objective[name] !== "function")
    : undefined;
  if (isObject && missing === undefined) return;
  throw new TypeError(
    `${who}: an objective is { value(x), gradient(x), hessian?(x), hvp?(x, v) }; found ${
      isObject ? `one without ${missing}` : describe(found)
    }. For a TensorFlow.js loss use objective(loss, params)`,
  );
}

/** The same for what only asks for values. */
export function checkHasValue(who: string, objective: Pick<ObjectiveSpec, "value">): void {
  const found: unknown = objective;
  if (typeof found === "object" && found !== null && typeof objective.value === "function") return;
  const isObject = typeof found === "object" && found !== null;
  throw new TypeError(
    `${who}: the objective is ${isObject ? "an object without value(x)" : describe(found)}; one with ` +
      "value(x) is needed: { value: f } for a function f, or objective(loss, params)",
  );
}

function checkedValue(who: string, value: number): number {
  if (typeof value === "number") return value;
  throw new TypeError(`${who}: value(x) returned ${describe(value)}; a number is needed`);
}

export function point(x: Float64Array, fun: number, gradient: Float64Array): Point {
  return { x, fun, gradient, gradientNorm: norm(gradient) };
}

/** gᵀs + ½sᵀHs: by how much the quadratic model changes over a step. */
export function modelChange(
  gradient: Float64Array,
  step: Float64Array,
  image: Float64Array,
): number {
  return dot(gradient, step) + 0.5 * dot(step, image);
}

/** Values closer than this, relative to |f|, are equal to rounding. */
const EQUAL = 10 * 2 ** -52;

/**
 * Actual over predicted decrease: how far a model is to be trusted. Where both drown in the rounding
 * of f it is 1 if the gradient shrank and 0 if not; −∞ where f is not finite, or no decrease predicted.
 */
export function agreement(from: Point, to: Point, predicted: number): number {
  if (!Number.isFinite(to.fun) || !Number.isFinite(to.gradientNorm)) {
    return Number.NEGATIVE_INFINITY;
  }
  const noise = EQUAL * Math.abs(from.fun);
  const actual = from.fun - to.fun;
  if (Math.abs(actual) <= noise && predicted <= noise) {
    return to.gradientNorm < from.gradientNorm ? 1 : 0;
  }
  // A model that overflow or underflow has spoilt promises no decrease: such a step is no step.
  return predicted > 0 ? actual / predicted : Number.NEGATIVE_INFINITY;
}
