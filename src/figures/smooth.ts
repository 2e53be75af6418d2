/** Means that show a trend through noise. */

/** Entry i is the mean of the last `window` values up to i; of fewer at the start. */
export function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value;
    if (i >= window) sum -= values[i - window]!;
    return sum / Math.min(i + 1, window);
  });
}

/** The same of the logarithms, for values that span decades; what is not positive is left out. */
export function runningGeometricMean(values: readonly number[], window: number): (number | null)[] {
  return values.map((_, i) => {
    const recent = values.slice(Math.max(0, i + 1 - window), i + 1).filter((value) => value > 0);
    const logs = recent.reduce((sum, value) => sum + Math.log(value), 0);
    return recent.length === 0 ? null : Math.exp(logs / recent.length);
  });
}
