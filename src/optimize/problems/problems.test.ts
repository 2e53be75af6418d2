import { describe, expect, it } from "vitest";
import { addScaled, dot, maxAbs, norm } from "../../operators/vectors.js";
import { Random } from "../../tensor/random.js";
import { problems } from "./problems.js";
import type { TestProblem } from "./test-problem.js";

const p = problems;
const all: TestProblem[] = [
  ...p.moreGarbowHillstrom,
  p.watson(9),
  p.penalty1(10),
  p.penalty2(10),
  p.chebyquad(10),
  p.himmelblau,
  p.monkeySaddle,
  p.cubicRoot,
  p.quartic,
  p.hyperbola,
  p.logCosh,
  p.arctangent,
  p.quadratic([1, -2, 3], { seed: 1, centre: [1, 2, 3] }),
  p.linearAutoencoder([5, 4, 3, 2, 1], 2),
  p.safranShamir(3),
  p.safranShamir(6),
  p.safranShamir(3, { students: 5 }),
  p.tanhNetwork({ seed: 1 }),
];

/** Fourth-order central differences of g along v. */
function difference(
  g: (x: Float64Array) => number | Float64Array,
  x: Float64Array,
  v: Float64Array,
  h: number,
): Float64Array {
  const at = (t: number): Float64Array => {
    const value: number | Float64Array = g(addScaled(x, t, v));
    return typeof value === "number" ? Float64Array.of(value) : value;
  };
  const [f2, f1, b1, b2] = [at(2 * h), at(h), at(-h), at(-2 * h)];
  return f1.map((_, i) => (8 * (f1[i]! - b1[i]!) - (f2[i]! - b2[i]!)) / (12 * h));
}

describe("every test problem", () => {
  for (const problem of all) {
    it(`${problem.name}: gradient and Hessian agree with central differences`, () => {
      const n = problem.start.length;
      const random = new Random(n);
      for (let repeat = 0; repeat < 3; repeat++) {
        // Near the start, at the scale of each coordinate; on the way to no pole of any problem.
        const x = problem.start.map((s) => s + 0.05 * (Math.abs(s) || 0.3) * random.uniform(-1, 1));
        const v = x.map((s) => (Math.abs(s) || 0.3) * random.normal());
        const hessian = problem.hessian(x);
        const slope = dot(problem.gradient(x), v);
        const image = Float64Array.from(hessian, (row) => dot(row, v));
        const h = 4e-4;
        const numericSlope = difference((y) => problem.value(y), x, v, h)[0]!;
        const numericImage = difference((y) => problem.gradient(y), x, v, h);
        const size =
          Math.abs(slope) + norm(problem.gradient(x)) * norm(v) + 1e-12 * problem.value(x);
        expect(Math.abs(numericSlope - slope) / size).toBeLessThan(2e-7);
        const imageSize = maxAbs(hessian.map(maxAbs)) * norm(v) + norm(image);
        numericImage.forEach((entry, i) => {
          expect(Math.abs(entry - image[i]!) / imageSize).toBeLessThan(2e-7);
        });
        if (problem.hvp) {
          problem.hvp(x, v).forEach((entry, i) => {
            expect(Math.abs(entry - image[i]!) / imageSize).toBeLessThan(1e-12);
          });
        }
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < i; j++) {
            const gap = Math.abs(hessian[i]![j]! - hessian[j]![i]!);
            expect(gap).toBeLessThanOrEqual(1e-12 * imageSize);
          }
        }
      }
    });

    const placed = problem.minima.filter((minimum) => minimum.x);
    if (placed.length > 0) {
      it(`${problem.name}: takes its published minima where they are published`, () => {
        for (const { fun, x } of placed) {
          const at = Float64Array.from(x!);
          expect(Math.abs(problem.value(at) - fun)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(fun)));
        }
      });
    }
  }

  it("takes the published values at the starts that papers print", () => {
    expect(p.rosenbrock.value(p.rosenbrock.start)).toBeCloseTo(24.2, 12);
    expect(p.freudensteinRoth.value(p.freudensteinRoth.start)).toBeCloseTo(400.5, 10);
    expect(p.beale.value(p.beale.start)).toBeCloseTo(14.203125, 12);
    expect(p.helicalValley.value(p.helicalValley.start)).toBeCloseTo(2500, 9);
    expect(p.powellSingular.value(p.powellSingular.start)).toBeCloseTo(215, 10);
    expect(p.wood.value(p.wood.start)).toBeCloseTo(19192, 8);
    expect(p.bard.value(p.bard.start)).toBeCloseTo(41.68169586, 7);
    expect(p.jennrichSampson.value(p.jennrichSampson.start)).toBeCloseTo(4171.306161, 5);
    expect(p.meyer.value(p.meyer.start) / 1.69361e9).toBeCloseTo(1, 4);
    expect(p.brownDennis.value(p.brownDennis.start) / 7926693.33699).toBeCloseTo(1, 6);
    expect(p.osborne1.value(p.osborne1.start)).toBeCloseTo(0.8790258, 6);
    expect(p.osborne2.value(p.osborne2.start)).toBeCloseTo(2.09342, 5);
    expect(p.kowalikOsborne.value(p.kowalikOsborne.start)).toBeCloseTo(0.005313172, 8);
  });

  it("refuses a size that a problem does not have", () => {
    expect(() => p.extendedRosenbrock(3)).toThrow("extendedRosenbrock: n = 3; an even number");
    expect(() => p.watson(40)).toThrow("from 2 to 31");
    expect(() => p.quadratic([])).toThrow("0 eigenvalues");
  });
});
