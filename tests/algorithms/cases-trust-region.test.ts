/** External cases with exact answers: the trust-region subproblem, and Moré–Garbow–Hillstrom. */
import { describe, expect, it } from "vitest";
import { fromMatrix } from "../../src/operators/from-matrix.js";
import { addScaled, norm } from "../../src/operators/vectors.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";
import type { SumOfSquares } from "../../src/optimize/problems/test-problem.js";
import { trustRegionSubproblem } from "../../src/optimize/trust-region-subproblem.js";
import { eigenvalues } from "../../src/spectra/eigh.js";
import { Random } from "../../src/tensor/random.js";

const H4 = [
  [10, 2, 3, 4],
  [2, 1, 7, 1],
  [3, 7, 1, 7],
  [4, 1, 7, 2],
];
const H3 = [
  [1, 0, 4],
  [0, 2, 0],
  [4, 0, 3],
];

/** (H + λI)s = −g, λ ≥ max(0, −λ₁), ‖s‖ ≤ Δ and λ(Δ − ‖s‖) = 0: what makes s a global minimiser. */
function expectOptimal(H: number[][] | Float64Array[], g: ArrayLike<number>, radius: number): void {
  const { step, multiplier } = trustRegionSubproblem(H, g, radius);
  const size = norm(Float64Array.from(eigenvalues(H)));
  const image = fromMatrix(H).apply(step);
  const residual = addScaled(addScaled(image, multiplier, step), 1, Float64Array.from(g));
  expect(norm(residual)).toBeLessThanOrEqual(1e-10 * (norm(Float64Array.from(g)) + size * radius));
  expect(multiplier).toBeGreaterThanOrEqual(Math.max(0, -eigenvalues(H)[0]!) - 1e-12 * size);
  expect(norm(step)).toBeLessThanOrEqual(radius * (1 + 1e-12));
  expect(multiplier * (radius - norm(step))).toBeLessThanOrEqual(1e-9 * size * radius);
}

describe("the exact trust-region subproblem", () => {
  it("solves the 4 × 4 case of Conn, Gould and Toint", () => {
    const { step, hardCase } = trustRegionSubproblem(H4, [1, 1, 1, 1], 1);
    [0.00393332, -0.55260862, 0.67065477, -0.49480341].forEach((value, i) => {
      expect(step[i]).toBeCloseTo(value, 8);
    });
    expect(hardCase).toBe(false);
  });

  it("solves its hard case, λ = 8.2151519874", () => {
    const g = [6.4852641521327437, 1, 1, 1];
    const { step, multiplier, hardCase } = trustRegionSubproblem(H4, g, 1);
    expect(multiplier).toBeCloseTo(8.2151519874, 10);
    expect(hardCase).toBe(true);
    expect(norm(step)).toBeCloseTo(1, 13);
  });

  it("solves the 3 × 3 case at two radii", () => {
    const one = trustRegionSubproblem(H3, [5, 0, 4], 1).step;
    [-1, 0, 0].forEach((value, i) => {
      expect(one[i]).toBeCloseTo(value, 13);
    });
    const half = trustRegionSubproblem(H3, [5, 0, 4], 0.5).step;
    [-0.46125446, 0, -0.19298788].forEach((value, i) => {
      expect(half[i]).toBeCloseTo(value, 8);
    });
  });

  it("meets the optimality conditions on random, definite, singular and hard problems", () => {
    const random = new Random(1);
    for (let repeat = 0; repeat < 60; repeat++) {
      const n = 1 + (repeat % 8);
      const rows = Array.from({ length: n }, () => random.normals(n));
      const shift = [0, 5, -5][repeat % 3]!;
      const H = rows.map((row, i) =>
        row.map((entry, j) => entry + rows[j]![i]! + (i === j ? shift : 0)),
      );
      const g = random.normals(n);
      for (const radius of [1e-3, 0.3, 1, 100]) {
        expectOptimal(H, g, radius);
        expectOptimal(H, new Float64Array(n), radius);
        expectOptimal(
          H,
          g.map((entry, i) => (i === 0 ? entry : 0)),
          radius,
        );
      }
    }
    for (const g of [
      [0, 1],
      [1e-20, 1],
      [1e-8, 1],
      [1, 0],
    ]) {
      expectOptimal(
        [
          [-2, 0],
          [0, 1],
        ],
        g,
        1,
      );
      expectOptimal(
        [
          [0, 0],
          [0, 0],
        ],
        g,
        2,
      );
      expectOptimal(
        [
          [0, 0],
          [0, 1],
        ],
        g,
        2,
      );
    }
  });

  it("refuses what does not fit", () => {
    expect(() => trustRegionSubproblem(H3, [1, 2], 1)).toThrow("g has 2 entries, H has size 3");
    expect(() => trustRegionSubproblem(H3, [1, 2, 3], 0)).toThrow("the radius is 0");
  });
});

describe("Moré, Garbow and Hillstrom: start → minimum", () => {
  const p = problems;
  const table: [SumOfSquares, number, (readonly number[])?][] = [
    [p.powellBadlyScaled, 0, [1.0982e-5, 9.1061]],
    [p.brownBadlyScaled, 0, [1e6, 2e-6]],
    [p.jennrichSampson, 124.362],
    [p.helicalValley, 0, [1, 0, 0]],
    [p.bard, 8.214877e-3],
    [p.gaussian, 1.12793e-8],
    [p.meyer, 87.9458],
    [p.brownDennis, 85822.2],
    [p.penalty1(4), 2.24997e-5],
    [p.osborne1, 5.464895e-5],
  ];
  for (const method of ["levenberg-marquardt", "cubic", "trust-krylov", "lbfgs"] as const) {
    for (const [problem, fun, x] of table) {
      it(`${method}: ${problem.name} → ${fun}`, async () => {
        const run = await minimize(problem, problem.start, {
          method,
          maxIterations: 3000,
          gtol: 1e-10,
        });
        if (fun === 0) expect(run.fun).toBeLessThan(1e-12);
        else expect(run.fun / fun).toBeCloseTo(1, 5);
        x?.forEach((value, i) => {
          expect(run.x[i]! - value).toBeLessThan(1e-4 * Math.max(Math.abs(value), 1e-4));
        });
      });
    }
  }

  it("Freudenstein–Roth: Newton and quasi-Newton both reach 48.98425368 at (11.41, −0.8968)", async () => {
    for (const method of ["damped-newton", "trust-exact", "lbfgs"] as const) {
      const { fun, x } = await minimize(p.freudensteinRoth, [0.5, -2], { method });
      expect(fun).toBeCloseTo(48.98425368, 8);
      expect(x[0]).toBeCloseTo(11.41, 2);
      expect(x[1]).toBeCloseTo(-0.8968, 4);
    }
    expect(p.freudensteinRoth.value(Float64Array.of(5, 4))).toBe(0);
  });

  it("Brown–Dennis from (25, 5, −5, 1) as well", async () => {
    const { fun } = await minimize(p.brownDennis, [25, 5, -5, 1], { method: "trust-exact" });
    expect(fun).toBeCloseTo(85822.2, 1);
  });
});
