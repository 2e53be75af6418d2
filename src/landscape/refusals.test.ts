/** What the landscape's functions are given by mistake, and what they then say; planes of points on a line. */
import { describe, expect, it } from "vitest";
import { dot, norm, subtract } from "../operators/vectors.js";
import { problems } from "../optimize/problems/problems.js";
import { canonicalForm } from "./canonical-form.js";
import { criticalPoints } from "./critical-points.js";
import { interpolate } from "./interpolate.js";
import { matchPermutation } from "./match-permutation.js";
import { project, slice, trajectoryPlane } from "./slice.js";

/** A caller without types. */
type Anything = never;

const f = problems.himmelblau;
const vector = (...entries: number[]) => Float64Array.from(entries);

describe("refused:", () => {
  it.each<[string, () => unknown, string]>([
    [
      "no options for criticalPoints",
      () => criticalPoints(f, undefined as Anything),
      "criticalPoints: the options are undefined; an object is needed, such as { starts: … }",
    ],
    [
      "a misspelt option of criticalPoints",
      () => criticalPoints(f, { starts: [[0, 0]], tol: 1 } as Anything),
      'criticalPoints: there is no option "tol"; it takes starts, method, gtol',
    ],
    [
      "one end for interpolate",
      () => interpolate(f, [0, 0], undefined as Anything),
      "interpolate: b is undefined; an array of numbers is needed",
    ],
    [
      "a function for interpolate's objective",
      () => interpolate((() => 0) as Anything, [0], [1]),
      "interpolate: the objective is of type function; one with value(x) is needed: { value: f }",
    ],
    [
      "an object without value for slice",
      () => slice({ gradient: () => [0] } as Anything, [0, 0]),
      "slice: the objective is an object without value(x)",
    ],
    [
      "no networks to match",
      () => matchPermutation(undefined as Anything, undefined as Anything),
      "matchPermutation: a is undefined; its layers, [{ weights, bias }, …], or a record of its named",
    ],
    [
      "one network to match",
      () => matchPermutation([{ weights: [[1]] }], undefined as Anything),
      "matchPermutation: b is undefined",
    ],
    [
      "layers without weights",
      () => canonicalForm([{ bias: [1] }] as Anything, "tanh"),
      "canonicalForm: the weights of layer 0 of the network are undefined; rows are needed",
    ],
    [
      "parallel directions",
      () => project([vector(1, 2)], vector(0, 0), [vector(1, 3), vector(-2, -6)]),
      "span no plane: one is a multiple of the other, or zero",
    ],
    [
      "a direction of zero",
      () => project([vector(1, 2)], vector(0, 0), [vector(1, 3), vector(0, 0)]),
      "span no plane",
    ],
    [
      "a trajectory that stays where it is",
      () => trajectoryPlane([vector(1, 2), vector(1, 2), vector(1, 2)]),
      "trajectoryPlane: the 3 points are all the same; no plane",
    ],
    [
      "a trajectory of one parameter",
      () => trajectoryPlane([vector(1), vector(2), vector(3)]),
      "trajectoryPlane: the 3 points are of 1 entries; no plane",
    ],
  ])("%s", async (_, call, message) => {
    await expect((async () => call())()).rejects.toThrow(message);
  });
});

describe("the plane of points on a line", () => {
  it.each([
    ["an axis", [0, 1, 0, 0]],
    ["a diagonal", [1, -2, 3, 0.5]],
    ["far from the origin", [1e-3, 1, 1, 1]],
  ])("along %s has an orthogonal second direction, and the line at t = 0", (_, direction) => {
    const at = (k: number) => Float64Array.from(direction, (d, i) => 10 * i + k * d);
    const points = [0, 1, 2.5, 7, 7.25].map(at);
    const { directions, explained } = trajectoryPlane(points);
    expect(explained).toBeCloseTo(1, 12);
    expect(directions.map(norm)).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)]);
    expect(dot(...directions)).toBeCloseTo(0, 14);
    const { s, t } = project(points, points.at(-1)!, directions);
    points.forEach((point, k) => {
      expect(Math.abs(s[k]!)).toBeCloseTo(norm(subtract(point, points.at(-1)!)), 10);
      expect(t[k]).toBeCloseTo(0, 10);
    });
  });
});
