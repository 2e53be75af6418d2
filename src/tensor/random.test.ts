import { describe, expect, it } from "vitest";
import { Random, splitMix64 } from "./random.js";

describe("Random", () => {
  it("gives xoshiro128++'s published sequence from the state 1, 2, 3, 4", () => {
    const random = Random.fromState([1, 2, 3, 4]);
    const words = Array.from({ length: 10 }, () => random.uint32());
    expect(words).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295,
      495546011, 621204420,
    ]);
  });

  it("gives SplitMix64's published sequence from 1234567", () => {
    const next = splitMix64(1234567n);
    expect(Array.from({ length: 5 }, () => next())).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  it("repeats itself for a seed and differs between seeds and streams", () => {
    const draw = (seed: number, stream: number) => new Random(seed, stream).uniforms(4).join();
    expect(draw(7, 3)).toBe(draw(7, 3));
    const all = [draw(7, 0), draw(7, 1), draw(7, 2), draw(8, 0), draw(8, 1), draw(-7, 0)];
    expect(new Set(all).size).toBe(all.length);
  });

  it("draws uniforms and normals with the right moments, within five standard errors", () => {
    const n = 200_000;
    const random = new Random(1);
    const moment = (values: Float64Array, power: number) =>
      values.reduce((sum, v) => sum + v ** power, 0) / n;
    const u = random.uniforms(n);
    expect(Math.abs(moment(u, 1) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(moment(u, 2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    const z = random.normals(n);
    expect(Math.abs(moment(z, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(moment(z, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(z, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const r = random.rademachers(n);
    expect(new Set(r)).toEqual(new Set([-1, 1]));
    expect(Math.abs(moment(r, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
  });

  it("draws integers evenly (chi-squared, 9 degrees of freedom, p = 1e-5)", () => {
    const counts = new Array<number>(10).fill(0);
    for (const i of new Random(2).integers(100_000, -5, 5)) counts[i + 5]! += 1;
    const chiSquared = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(39.3);
  });

  it("draws every permutation of three about equally often", () => {
    const random = new Random(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.permutation(3).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("refuses a seed that is not an integer, and an empty range", () => {
    expect(() => new Random(0.5)).toThrow("Random: the seed is 0.5; an integer is needed");
    expect(() => new Random(0).integer(3, 3)).toThrow("[3, 3) is not a range");
  });
});
