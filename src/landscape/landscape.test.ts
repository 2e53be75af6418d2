import { describe, expect, it } from "vitest";
import { addScaled, dot, norm, subtract } from "../operators/vectors.js";
import { minimize } from "../optimize/minimize.js";
import { problems } from "../optimize/problems/problems.js";
import { Random } from "../tensor/random.js";
import { assign } from "./assign.js";
import { census, wilson } from "./census.js";
import { classify } from "./classify.js";
import { connect } from "./connect.js";
import { criticalPoints } from "./critical-points.js";
import { interpolate } from "./interpolate.js";
import { matchPermutation } from "./match-permutation.js";
import { parallelMap } from "./parallel-map.js";
import { filterNormalised, filtersOf, project, slice, trajectoryPlane } from "./slice.js";

describe("assign", () => {
  it("finds the cheapest of all permutations", () => {
    const random = new Random(1);
    const permutations = (n: number): number[][] =>
      n === 0
        ? [[]]
        : permutations(n - 1).flatMap((order) =>
            Array.from({ length: n }, (_, at) => [
              ...order.slice(0, at),
              n - 1,
              ...order.slice(at),
            ]),
          );
    for (let n = 1; n <= 6; n++) {
      for (let repeat = 0; repeat < 10; repeat++) {
        const cost = Array.from({ length: n }, () => random.normals(n));
        const total = (order: ArrayLike<number>) =>
          cost.reduce((sum, row, i) => sum + row[order[i]!]!, 0);
        const best = Math.min(...permutations(n).map(total));
        const found = assign(cost);
        expect(new Set(found).size).toBe(n);
        expect(total(found)).toBeCloseTo(best, 12);
      }
    }
    expect([
      ...assign([
        [4, 1, 3],
        [2, 0, 5],
        [3, 2, 2],
      ]),
    ]).toEqual([1, 0, 2]);
  });
});

describe("classify", () => {
  it("names minima, saddles and maxima with their index, and marks what is degenerate", () => {
    const kinds = [
      [[1, 2], "minimum", 0, false],
      [[-1, 2], "saddle", 1, false],
      [[-1, -2], "maximum", 2, false],
      [[0, 2], "minimum", 0, true],
      [[0, 0], "degenerate", 0, true],
    ] as const;
    for (const [spectrum, kind, index, degenerate] of kinds) {
      const point = classify(problems.quadratic(spectrum), [0, 0]);
      expect(point).toMatchObject({ kind, index, degenerate, gradientNorm: 0, flatness: 0 });
    }
    // Away from the centre, along an eigenvector, ‖Hg‖/‖g‖ is its eigenvalue.
    expect(classify(problems.quadratic([3, 7]), [0, 1]).flatness).toBeCloseTo(7, 13);
  });
});

describe("criticalPoints", () => {
  it("returns no gradient-flat point, and reports the runs that end there", async () => {
    // f = x³ + x has gradient 3x² + 1: its norm has a minimum of 1 at 0, and no zero.
    const flat = {
      value: ([x = 0]: Float64Array) => x ** 3 + x,
      gradient: ([x = 0]: Float64Array) => [3 * x * x + 1],
      hessian: ([x = 0]: Float64Array) => [[6 * x]],
    };
    for (const method of ["newton", "gradient-norm", "newton-mr"] as const) {
      const outcomes: string[] = [];
      const points = await criticalPoints(flat, {
        starts: [[1], [-0.7]],
        method,
        onProgress: ({ outcome }) => outcomes.push(outcome),
      });
      expect(points).toEqual([]);
      expect(outcomes).toContain("gradient-flat");
    }
  });

  it("finds the saddles of a linear autoencoder at the losses that theory allows", async () => {
    const autoencoder = problems.linearAutoencoder([3, 2, 1], 1);
    const starts = { count: 40, low: new Array(6).fill(-1), high: new Array(6).fill(1), seed: 2 };
    const points = await criticalPoints(autoencoder, { starts, method: "newton-mr" });
    for (const { fun } of points) {
      const allowed = [3, 4, 5, 6].some((loss) => Math.abs(fun - loss) < 1e-6);
      expect(allowed, `${fun}`).toBe(true);
    }
    expect(points.some(({ index }) => index > 0)).toBe(true);
  });
});

describe("matchPermutation", () => {
  it("reads named tensors, kernel and bias by turns, and refuses other shapes", () => {
    const tensor = (shape: number[], values: number[]) => ({ shape, dataSync: () => values });
    const a = {
      "layer1.weights": tensor([2, 2], [1, 2, 3, 4]),
      "layer1.bias": tensor([2], [5, 6]),
      "output.weights": tensor([2, 1], [7, 8]),
      "output.bias": tensor([1], [9]),
    };
    const b = {
      "layer1.weights": tensor([2, 2], [2, 1, 4, 3]),
      "layer1.bias": tensor([2], [6, 5]),
      "output.weights": tensor([2, 1], [8, 7]),
      "output.bias": tensor([1], [9]),
    };
    const { permutations, distance } = matchPermutation(a, b);
    expect(distance).toBe(0);
    expect([...permutations[0]!]).toEqual([1, 0]);
    const filters = { conv: tensor([1, 1, 1, 1], [1]) };
    expect(() => matchPermutation(filters, filters)).toThrow(
      '"conv" of shape [1, 1, 1, 1] is neither',
    );
  });
});

describe("interpolate and slice", () => {
  it("evaluate a quadratic exactly on lines and planes", async () => {
    const bowl = problems.quadratic([1, 4], { centre: [1, -1] });
    const line = await interpolate(bowl, [0, -1], [2, -1], { points: 5 });
    expect([...line.values]).toEqual([0.5, 0.125, 0, 0.125, 0.5]);
    expect(line.barrier).toBe(0);
    const plane = await slice(bowl, [1, -1], {
      directions: [
        [1, 0],
        [0, 1],
      ],
      extent: 2,
      points: 3,
    });
    expect(plane.values.map((row) => [...row])).toEqual([
      [10, 8, 10],
      [2, 0, 2],
      [10, 8, 10],
    ]);
    const hills = await interpolate(problems.quadratic([-2]), [-1], [1], { points: 3 });
    expect(hills.barrier).toBe(1);
  });

  it("take eigenvector directions in order, top first", async () => {
    const { directions } = await slice(problems.quadratic([5, -3, 1]), [0, 0, 0], {
      directions: "eigenvectors",
      points: 2,
    });
    expect(Math.abs(directions[0][0]!)).toBeCloseTo(1, 12);
    expect(Math.abs(directions[1][1]!)).toBeCloseTo(1, 12);
  });

  it("normalise filter by filter: what feeds a unit has its norm, biases stay", () => {
    const params = {
      kernel: { shape: [3, 2] },
      bias: { shape: [2] },
      conv: { shape: [1, 2, 1, 2] },
    };
    const filters = filtersOf(params);
    expect(filters.map((filter) => [...filter])).toEqual([
      [0, 2, 4],
      [1, 3, 5],
      [8, 10],
      [9, 11],
    ]);
    const random = new Random(1);
    const [centre, raw] = [random.normals(12), random.normals(12)];
    const direction = filterNormalised(raw, centre, filters);
    for (const filter of filters) {
      const part = (v: Float64Array) => Float64Array.from(filter, (i) => v[i]!);
      expect(norm(part(direction))).toBeCloseTo(norm(part(centre)), 13);
      expect(dot(part(direction), part(raw))).toBeCloseTo(norm(part(raw)) * norm(part(centre)), 12);
    }
    expect([direction[6], direction[7]]).toEqual([0, 0]);
  });

  it("project a trajectory that lies in a plane onto that plane, exactly", () => {
    const random = new Random(2);
    const [u, v, centre] = [random.normals(6), random.normals(6), random.normals(6)];
    const points = Array.from({ length: 8 }, (_, k) =>
      addScaled(addScaled(centre, Math.cos(k), u), k / 3, v),
    );
    const { directions, explained } = trajectoryPlane(points);
    expect(explained).toBeCloseTo(1, 12);
    const { s, t } = project(points, points.at(-1)!, directions);
    points.forEach((point, k) => {
      const rebuilt = addScaled(
        addScaled(points.at(-1)!, s[k]!, directions[0]),
        t[k]!,
        directions[1],
      );
      expect(norm(subtract(rebuilt, point))).toBeLessThan(1e-12);
    });
  });
});

describe("connect", () => {
  // Minima form the unit circle; the straight line between opposite ones crosses the peak at 0.
  const ring = {
    value: (x: Float64Array) => (dot(x, x) - 1) ** 2,
    gradient: (x: Float64Array) => x.map((entry) => 4 * entry * (dot(x, x) - 1)),
  };
  for (const curve of ["bezier", "polygonal"] as const) {
    it(`bends a ${curve} around the barrier between two minima`, async () => {
      const path = await connect(ring, [-1, 0], [1, 0], { curve, bends: 3, seed: 1 });
      expect(path.line.barrier).toBeCloseTo(1, 12);
      expect(path.curve.barrier).toBeLessThan(0.05);
      expect([...path.at(0)]).toEqual([-1, 0]);
      expect([...path.at(1)]).toEqual([1, 0]);
      expect(path.bends.length).toBe(3);
    });
  }

  it("joins two minima of a network that differ by symmetry", async () => {
    const network = problems.tanhNetwork({ inputs: 1, hidden: 3, samples: 16, seed: 3 });
    const end = await minimize(network, network.start, {
      method: "trust-exact",
      maxIterations: 300,
    });
    const [h, d] = [3, 1];
    // Turns unit 0: its weight and bias before, and its weight after, change sign.
    const other = end.x.map((entry, i) =>
      i === 0 || i === h * d || i === h * d + h ? -entry : entry,
    );
    expect(network.value(other)).toBeCloseTo(end.fun, 12);
    const path = await connect(network, end.x, other, { bends: 3, maxIterations: 400, seed: 2 });
    expect(path.curve.barrier).toBeLessThan(path.line.barrier / 5);
  });
});

describe("parallelMap and wilson", () => {
  it("maps a module's export over inputs in their order, and names what fails", async () => {
    const module = new URL("./census.js", import.meta.url).href;
    const inputs = [0, 1].map((k) => ({ k: 2, seed: 1, from: k, to: k + 1 }));
    const results = await parallelMap<unknown, { loss: number }[]>(module, "runChunk", inputs, {
      threads: 1,
    });
    expect(results.map((list) => list.length)).toEqual([1, 1]);
    await expect(parallelMap(module, "nothing", inputs, { threads: 1 })).rejects.toThrow(
      'exports no function "nothing"',
    );
  });

  it("finds bad minima among 9 students of 9 teachers, and none among 11", async () => {
    const survey = { sizes: [9], runs: 20, threads: 1, seed: 0 };
    expect((await census(survey))[0]!.bad).toBeGreaterThan(0);
    expect((await census({ ...survey, extra: 2 }))[0]!.bad).toBe(0);
    expect(() => problems.safranShamir(4, { students: 3 })).toThrow("at least 4");
  });

  it("has Wilson's interval: 0 of 10 and 5 of 10", () => {
    expect(wilson(0, 10)[0]).toBe(0);
    expect(wilson(0, 10)[1]).toBeCloseTo(0.2775, 4);
    expect(wilson(5, 10)[0]).toBeCloseTo(0.2366, 4);
    expect(wilson(5, 10)[1]).toBeCloseTo(0.7634, 4);
  });
});

describe("refusals name who was asked, what was found and what is needed", () => {
  const first = { value: () => 0, gradient: () => [0, 0] };
  const line = problems.rosenbrock;
  it.each<[string, () => unknown, string]>([
    ["classify", () => classify(first, [1, 1]), "classify needs second derivatives"],
    ["rtol", () => classify(line, [1, 1], { rtol: -1 }), "classify: rtol = -1"],
    [
      "criticalPoints",
      () => criticalPoints(first, { starts: [[1, 1]], gtol: -1 }),
      'criticalPoints: "newton" needs second derivatives',
    ],
    [
      "directions",
      () => slice(line, [1, 1], { directions: "any" as "random" }),
      'slice: directions is the string "any"; "random", "eigenvectors" or two vectors',
    ],
    [
      "one direction",
      () => slice(line, [1, 1], { directions: [[1, 0]] as never }),
      "slice: directions is an array of 1 entries",
    ],
    [
      "curve",
      () => connect(line, [0, 0], [1, 1], { curve: "spline" as "bezier" }),
      'connect: curve = "spline"',
    ],
    ["bends", () => connect(line, [0, 0], [1, 1], { bends: 0 }), "connect: bends = 0; a whole"],
    ["samples", () => connect(line, [0, 0], [1, 1], { samples: 0 }), "connect: samples = 0"],
  ])("%s", async (_, ask, message) => {
    await expect((async () => ask())()).rejects.toThrow(message);
  });
});
