/** Further trust-region subproblems, each held to the conditions that characterise its solution. */
import { describe, expect, it } from "vitest";
import { trustRegionSubproblem } from "../../src/optimize/trust-region-subproblem.js";
import { eigenvalues } from "../../src/spectra/eigh.js";

const mixed = [
  [10, 2, 3, 4],
  [2, 1, 7, 1],
  [3, 7, 1, 7],
  [4, 1, 7, 2],
];
/** From SciPy's tests of its exact solver. */
const five = [
  [0.88547534, 2.90692271, 0.98440885, -0.78911503, -0.28035809],
  [2.90692271, -0.04618819, 0.32867263, -0.83737945, 0.17116396],
  [0.98440885, 0.32867263, -0.87355957, -0.06521957, -1.43030957],
  [-0.78911503, -0.83737945, -0.06521957, -1.645709, -0.33887298],
  [-0.28035809, 0.17116396, -1.43030957, -0.33887298, -1.68586978],
];
const ones = (n: number, entry = 1) => new Array<number>(n).fill(entry);

const cases: readonly (readonly [string, number[][], number[], number])[] = [
  ["n = 1, inside", [[2]], [1], 5],
  ["n = 1, at the boundary", [[2]], [10], 1],
  ["n = 1, concave", [[-2]], [1], 1],
  ["n = 1, concave from its top (hard)", [[-2]], [0], 1],
  ["n = 1, linear", [[0]], [3], 2],
  ["n = 1, nothing at all", [[0]], [0], 2],
  [
    "singular and consistent",
    [
      [1, 0],
      [0, 0],
    ],
    [1, 0],
    2,
  ],
  [
    "singular and inconsistent",
    [
      [1, 0],
      [0, 0],
    ],
    [1, 1],
    2,
  ],
  [
    "H = 0: steepest descent",
    [
      [0, 0],
      [0, 0],
    ],
    [3, 4],
    2,
  ],
  [
    "hard",
    [
      [-1, 0],
      [0, 1],
    ],
    [0, 1],
    2,
  ],
  [
    "hard, the radius too short to be",
    [
      [-2, 0],
      [0, 1],
    ],
    [0, 1],
    0.2,
  ],
  [
    "hard with a double lowest eigenvalue",
    [
      [-1, 0, 0],
      [0, -1, 0],
      [0, 0, 3],
    ],
    [0, 0, 1],
    2,
  ],
  [
    "nearly hard",
    [
      [-1, 0],
      [0, 1],
    ],
    [1e-12, 1],
    2,
  ],
  [
    "hard to rounding",
    [
      [-1, 0],
      [0, 1],
    ],
    [1e-17, 1],
    2,
  ],
  [
    "a tiny radius",
    [
      [4, 1],
      [1, 3],
    ],
    [1, 2],
    1e-12,
  ],
  [
    "a huge radius, definite",
    [
      [4, 1],
      [1, 3],
    ],
    [1, 2],
    1e12,
  ],
  [
    "a huge radius, indefinite",
    [
      [1, 2],
      [2, 1],
    ],
    [1, 1],
    1e12,
  ],
  [
    "g = 0, definite",
    [
      [4, 1],
      [1, 3],
    ],
    [0, 0],
    1,
  ],
  [
    "g = 0, indefinite",
    [
      [1, 2],
      [2, 1],
    ],
    [0, 0],
    1.5,
  ],
  [
    "entries of 1e200",
    [
      [1e200, 0],
      [0, -1e200],
    ],
    [1e200, 1e200],
    1,
  ],
  [
    "entries of 1e−200",
    [
      [1e-200, 0],
      [0, -1e-200],
    ],
    [1e-200, 1e-200],
    1,
  ],
  ["4 × 4, Δ = 1.1", mixed, ones(4), 1.1],
  ["4 × 4, g = 0", mixed, ones(4, 0), 1.1],
  ["5 × 5, g tiny", five, ones(5, 1e-15), 1.1],
  ["5 × 5, g tiny along one axis", five, [0, 0, 0, 0, 1e-15], 1.1],
];

describe("(H + λI)s = −g, H + λI ⪰ 0, λ ≥ 0, ‖s‖ ≤ Δ and λ(Δ − ‖s‖) = 0", () => {
  it.each(cases)("%s", (_, H, g, radius) => {
    const { step, multiplier } = trustRegionSubproblem(H, g, radius);
    const length = Math.hypot(...step);
    const size = Math.max(...H.flat().map(Math.abs), ...g.map((entry) => Math.abs(entry) / radius));
    const unit = size > 0 ? size : 1;
    const rest = H.map((row, i) =>
      row.reduce(
        (sum, entry, j) => sum + (entry / unit) * (step[j]! / radius),
        g[i]! / unit / radius + (multiplier / unit) * (step[i]! / radius),
      ),
    );
    expect(Math.hypot(...rest)).toBeLessThan(1e-13);
    expect(length).toBeLessThanOrEqual(radius * (1 + 1e-14));
    const shifted = H.map((row, i) =>
      row.map((entry, j) => entry / unit + (i === j ? multiplier / unit : 0)),
    );
    expect(eigenvalues(shifted)[0]).toBeGreaterThan(-1e-14);
    expect(multiplier).toBeGreaterThanOrEqual(0);
    expect((multiplier / unit) * (1 - length / radius)).toBeLessThan(1e-14);
  });

  it("takes the boundary along the lowest eigenvector where g = 0 and H is indefinite", () => {
    const { step, hardCase } = trustRegionSubproblem(five, ones(5, 0), 1.1);
    expect(hardCase).toBe(true);
    const published = [0.06910534, -0.01432721, -0.65311947, -0.23815972, -0.84954934];
    const sign = Math.sign(step[0]!);
    published.forEach((entry, i) => {
      expect(sign * step[i]!).toBeCloseTo(entry, 7);
    });
  });

  it("takes any array for g and any rows for H", () => {
    const rows = [Float64Array.of(2, 0), Float32Array.of(0, 2)];
    expect([...trustRegionSubproblem(rows, Float32Array.of(2, 0), 10).step]).toEqual([-1, 0]);
  });
});

describe("refuses, with what was found", () => {
  const asRows = (found: unknown) => found as number[][];
  it.each([
    ["a radius of 0", [[1]], [1], 0, "the radius is 0"],
    ["an infinite radius", [[1]], [1], Number.POSITIVE_INFINITY, "the radius is Infinity"],
    ["NaN in g", [[1]], [Number.NaN], 1, "g has NaN at entry 0"],
    ["g of another length", [[1]], [1, 2], 1, "g has 2 entries, H has size 1"],
    ["no g", [[1]], [], 1, "g is empty"],
    [
      "a matrix that is not symmetric",
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2],
      1,
      "a symmetric matrix is needed",
    ],
    ["a flat array", asRows([1, 2, 2, 1]), [1, 2], 1, "a matrix is given by its rows"],
    ["ragged rows", [[1, 2], [2]], [1, 2], 1, "row 1 has 1 entries in a matrix of 2 rows"],
    ["text in a row", asRows([["1"]]), [1], 1, 'entry (0, 0) is the string "1"'],
  ])("%s", (_, H, g, radius, message) => {
    expect(() => trustRegionSubproblem(H, g, radius)).toThrow(message);
  });
});
