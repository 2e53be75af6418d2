/**
 * What a minimiser is given, and how it is asked: a counted, checked view of an objective.
 *
 * A user's objective may return plain arrays and need not know products; inside, vectors are
 * Float64Array, and an oracle answers with values, gradients, Hessians and products, counting each.
 */
import { fromMatrix } from "../operators/from-matrix.js";
import type { LinearOperator, Rows } from "../operators/linear-operator.js";
import { dot, norm } from "../operators/vectors.js";

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
    private readonly who: string,
  ) {}

  value(x: Float64Array): number {
    this.nfev += 1;
    return this.objective.value(x);
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
      return point(x, both.value, this.vector(both.gradient, "gradient"));
    }
    return point(x, this.value(x), this.gradient(x));
  }

  /** The dense Hessian, from `hessian` or from n products. */
  hessian(x: Float64Array): Rows {
    if (this.objective.hessian) {
      this.nhev += 1;
      return this.objective.hessian(x);
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
        `minimize: "${this.who}" needs second derivatives, but the objective has neither hessian ` +
          'nor hvp; add one, or use "lbfgs"',
      );
    }
    this.nhev += 1;
    return this.vector(this.objective.hvp(x, v), "hvp");
  }

  private vector(values: ArrayLike<number>, what: string): Float64Array {
    if (values.length !== this.size) {
      throw new RangeError(
        `minimize: the ${what} has ${values.length} entries at a point of ${this.size}`,
      );
    }
    return values instanceof Float64Array ? values : Float64Array.from(values);
  }
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
 * of f it is 1 if the gradient shrank and 0 if not; −∞ where f is not finite.
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
  return actual / predicted;
}
