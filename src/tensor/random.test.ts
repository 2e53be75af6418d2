import { describe, expect, test } from "vitest";
import { Random } from "./random.js";

describe("Random", () => {
  test("gives the sequence published for xoshiro128** from the state 1, 2, 3, 4", () => {
    const random = new Random({ state: [1, 2, 3, 4] });
    const published = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849];
    expect(published.map(() => random.bits())).toEqual(published);
  });

  test("repeats itself from a seed, and the docstring's number is right", () => {
    const a = new Random(1);
    expect(a.uniform()).toBeCloseTo(0.56860599, 8);
    const b = new Random(1);
    b.uniform();
    expect(a.normals(5)).toEqual(b.normals(5));
    expect(new Random(2).uniform()).not.toBe(new Random(1).uniform());
    expect(new Random(2 ** 40 + 1).uniform()).not.toBe(new Random(1).uniform());
  });

  test("has the moments of its distributions", () => {
    const random = new Random(3);
    const n = 40_000;
    const normals = random.normals(n);
    const moment = (k: number): number => normals.reduce((sum, x) => sum + x ** k, 0) / n;
    // Five standard errors of each moment of a standard Gaussian.
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(n));
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < n; i++) counts[random.integer(7)]! += 1;
    for (const count of counts) expect(Math.abs(count - n / 7)).toBeLessThan(5 * Math.sqrt(n / 7));
    const bias = random.signs(n).reduce((sum, x) => sum + x, 0);
    expect(Math.abs(bias)).toBeLessThan(5 * Math.sqrt(n));
  });

  test("forks independent generators without advancing", () => {
    const random = new Random(5);
    const first = random.fork(0).normals(2000);
    const second = random.fork(1).normals(2000);
    expect(random.fork(0).normals(2000)).toEqual(first);
    const correlation = first.reduce((sum, x, i) => sum + x * second[i]!, 0) / 2000;
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(2000));
  });

  test("permutes every index once", () => {
    expect([...new Random(7).permutation(50)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  test("refuses what is no seed and no count", () => {
    expect(() => new Random(0.5)).toThrow("the seed is 0.5");
    expect(() => new Random(1).integer(0)).toThrow("count is 0");
  });
});
