/**
 * Step lengths along a descent direction: the strong Wolfe conditions, backtracking, and exact.
 *
 * Strong Wolfe: enough decrease, φ(α) ≤ φ(0) + c₁αφ'(0), and a flat enough slope, |φ'(α)| ≤ c₂|φ'(0)|.
 * A bracket is grown until it must hold such a point and then shrunk by cubic interpolation (Nocedal
 * and Wright, 3.5–3.6). Near a minimum values differ by rounding alone, and decrease is judged by
 * slopes instead ("approximate Wolfe", Hager and Zhang, SIAM J. Optim. 16:1, 2005).
 */
import { addScaled, dot } from "../operators/vectors.js";
import type { Oracle, Point } from "./objective.js";

export interface Searched {
  readonly point: Point;
  readonly stepSize: number;
}

interface Trial {
  readonly alpha: number;
  readonly value: number;
  readonly slope: number;
  readonly point: Point;
}

const C1 = 1e-4;
/** Values that differ by less than this, relative to φ(0), are equal to rounding. */
const ROUNDING = 1e-14;
const MAX_TRIALS = 60;

/** A point that meets the strong Wolfe conditions with slope factor c2, or undefined. */
export function wolfe(
  oracle: Oracle,
  from: Point,
  direction: Float64Array,
  first: number,
  c2: number,
): Searched | undefined {
  const slope0 = dot(from.gradient, direction);
  if (!(slope0 < 0)) return undefined;
  const origin: Trial = { alpha: 0, value: from.fun, slope: slope0, point: from };
  const probe = (alpha: number): Trial => {
    const point = oracle.at(addScaled(from.x, alpha, direction));
    return { alpha, value: point.fun, slope: dot(point.gradient, direction), point };
  };
  const fits = judge(origin, c2);
  let previous = origin;
  let trial = probe(first);
  for (let count = 1; count < MAX_TRIALS; count++) {
    if (!Number.isFinite(trial.value) || !Number.isFinite(trial.slope)) {
      // Beyond the function's domain: come back towards the last good point.
      trial = probe(previous.alpha + 0.1 * (trial.alpha - previous.alpha));
      continue;
    }
    if (fits.done(trial)) return found(trial);
    if (
      !fits.decreases(trial) ||
      (previous.alpha > 0 && trial.value >= previous.value && trial.slope >= 0)
    ) {
      return zoom(probe, fits, origin, previous, trial, MAX_TRIALS - count);
    }
    if (trial.slope >= 0) return zoom(probe, fits, origin, trial, previous, MAX_TRIALS - count);
    const next =
      trial.alpha +
      Math.max(1, Math.min(9, extrapolation(previous, trial))) * (trial.alpha - previous.alpha);
    previous = trial;
    trial = probe(next);
  }
  return fits.decreases(previous) && previous.alpha > 0 ? found(previous) : undefined;
}

interface Judge {
  decreases(trial: Trial): boolean;
  done(trial: Trial): boolean;
}

function judge(origin: Trial, c2: number): Judge {
  const tolerance = ROUNDING * Math.abs(origin.value);
  const decreases = (trial: Trial) =>
    trial.value <= origin.value + C1 * trial.alpha * origin.slope ||
    (trial.value <= origin.value + tolerance && trial.slope <= (2 * C1 - 1) * origin.slope);
  return {
    decreases,
    done: (trial) => decreases(trial) && Math.abs(trial.slope) <= -c2 * origin.slope,
  };
}

function found({ point, alpha }: Trial): Searched {
  return { point, stepSize: alpha };
}

/** How many times the last interval to go on, from the secant of the slopes. */
function extrapolation(previous: Trial, trial: Trial): number {
  const change = trial.slope - previous.slope;
  return change > 0 ? -trial.slope / change : 9;
}

/** Shrinks [low, high], where low is the best point so far and slopes towards high. */
function zoom(
  probe: (alpha: number) => Trial,
  fits: Judge,
  origin: Trial,
  bestSoFar: Trial,
  other: Trial,
  trials: number,
): Searched | undefined {
  let low = bestSoFar;
  let high = other;
  for (let count = 0; count < trials; count++) {
    const width = high.alpha - low.alpha;
    if (Math.abs(width) <= 1e-16 * Math.abs(high.alpha)) break;
    const at = cubicMinimum(low, high);
    // Keep clear of both ends, so that the interval shrinks by a tenth at least.
    const inner = Math.min(0.9, Math.max(0.1, (at - low.alpha) / width));
    const fraction = Number.isFinite(inner) && count % 4 !== 3 ? inner : 0.5;
    const trial = probe(low.alpha + fraction * width);
    if (fits.done(trial)) return found(trial);
    const worse = !(trial.value < low.value) && !(fits.decreases(trial) && trial.slope * width < 0);
    if (!Number.isFinite(trial.slope) || !fits.decreases(trial) || worse) {
      high = trial;
      continue;
    }
    if (trial.slope * width >= 0) high = low;
    low = trial;
  }
  const improved = low.alpha > 0 && fits.decreases(low) && low.value < origin.value;
  return improved ? found(low) : undefined;
}

/** The minimum of the cubic that matches values and slopes at two points. */
function cubicMinimum(a: Trial, b: Trial): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.alpha - b.alpha);
  const square = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(b.alpha - a.alpha) * Math.sqrt(square);
  return b.alpha - ((b.alpha - a.alpha) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}

/** Halves the step from `first` until f falls by 1e-4 of what the slope promises. */
export function backtrack(
  oracle: Oracle,
  from: Point,
  direction: Float64Array,
  first = 1,
): Searched | undefined {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return undefined;
  for (let alpha = first, count = 0; count < MAX_TRIALS; alpha /= 2, count++) {
    const point = oracle.at(addScaled(from.x, alpha, direction));
    const trial = { alpha, value: point.fun, slope: dot(point.gradient, direction), point };
    const origin = { alpha: 0, value: from.fun, slope, point: from };
    if (judge(origin, 1).decreases(trial)) return { point, stepSize: alpha };
  }
  return undefined;
}

/**
 * The first stationary point of φ: φ'(α) = 0 to rounding, by a bracketed secant iteration on slopes.
 * On a quadratic the second slope gives it exactly: α = gᵀg/gᵀHg along −g.
 */
export function exact(
  oracle: Oracle,
  from: Point,
  direction: Float64Array,
  first: number,
): Searched | undefined {
  const slope0 = dot(from.gradient, direction);
  if (!(slope0 < 0)) return undefined;
  const slopeAt = (alpha: number) =>
    dot(oracle.gradient(addScaled(from.x, alpha, direction)), direction);
  let [low, lowSlope] = [0, slope0];
  let [high, highSlope] = [first, slopeAt(first)];
  for (let count = 0; highSlope < 0 && count < MAX_TRIALS; count++) {
    const secant = high - (highSlope * (high - low)) / (highSlope - lowSlope);
    const next = secant > high && secant < 100 * high ? secant * (1 + 1e-12) : 4 * high;
    [low, lowSlope, high, highSlope] = [high, highSlope, next, slopeAt(next)];
  }
  let alpha = high;
  for (let count = 0; count < MAX_TRIALS && high - low > 4e-16 * high; count++) {
    const secant = low - (lowSlope * (high - low)) / (highSlope - lowSlope);
    alpha = secant > low && secant < high && count % 3 !== 2 ? secant : (low + high) / 2;
    const slope = slopeAt(alpha);
    if (Math.abs(slope) <= 1e-15 * -slope0) break;
    if (slope < 0) [low, lowSlope] = [alpha, slope];
    else [high, highSlope] = [alpha, slope];
  }
  const point = oracle.at(addScaled(from.x, alpha, direction));
  return point.fun <= from.fun ? { point, stepSize: alpha } : undefined;
}
