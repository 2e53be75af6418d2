/** What problems of any size share: indices, constant vectors, published minima, and the size check. */
import type { Minimum } from "./test-problem.js";

/** 1 … count. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

export function filled(n: number, value: number): number[] {
  return new Array<number>(n).fill(value);
}

/** The published minimum for a size, where there is one. */
export function published(n: number, values: Readonly<Record<number, number>>): Minimum[] {
  const fun = values[n];
  return fun === undefined ? [] : [{ fun }];
}

export function needs(name: string, n: number, holds: boolean, what: string): void {
  if (!Number.isInteger(n) || !holds) throw new RangeError(`${name}: n = ${n}; ${what} is needed`);
}
