import { beforeAll, describe, expect, it } from "vitest";
import { mlp } from "../models/mlp.js";
import { flatten } from "../operators/parameters.js";
import { problems } from "../optimize/problems/problems.js";
import { use } from "../tensor/index.js";
import { Random } from "../tensor/random.js";
import { copyLayers, flattenLayers, permuteUnits, scaleUnit } from "./dense-layers.js";
import { matchPermutation } from "./match-permutation.js";

beforeAll(() => use("float64"));

describe("matchPermutation of a tanh network", () => {
  const net = mlp({ inputs: 3, hidden: [6, 5], outputs: 2 });

  it("recovers orders and signs exactly, where orders alone leave a distance", () => {
    const a = net.initialize(1);
    const b = copyLayers("test", a);
    const random = new Random(3);
    const orders = [random.permutation(6), random.permutation(5)];
    orders.forEach((order, l) => {
      permuteUnits(b, l, order);
      for (let i = 0; i < order.length; i += 2) scaleUnit(b, l, i, -1);
    });
    const { distance, permuted, permutations, signs } = matchPermutation(a, b, {
      activation: "tanh",
    });
    expect(distance).toBe(0);
    expect([...flattenLayers(permuted)]).toEqual([...flatten(a)]);
    permutations.forEach((found, l) => {
      expect([...found].map((place) => orders[l]![place])).toEqual([...found].map((_, i) => i));
      expect([...signs[l]!]).toEqual([...found].map((place) => (place % 2 === 0 ? -1 : 1)));
    });
    expect(matchPermutation(a, b).distance).toBeGreaterThan(1);
  });

  it("never turns what is not tanh", () => {
    const [a, b] = [net.initialize(1), net.initialize(2)];
    const { signs } = matchPermutation(a, b, { activation: "relu" });
    expect(signs.flatMap((layer) => [...layer]).every((sign) => sign === 1)).toBe(true);
  });
});

describe("layers of a network", () => {
  it("flatten as its parameters do", () => {
    const params = mlp({ inputs: 3, hidden: [4], outputs: 2 }).initialize(5);
    expect([...flattenLayers(copyLayers("test", params))]).toEqual([...flatten(params)]);
  });

  it("of the tanh network in plain float64 are the same function, there and back", () => {
    const network = problems.tanhNetwork({ inputs: 2, hidden: 3, samples: 8, seed: 4 });
    const layers = network.layers(network.start);
    expect([...network.vector(layers)]).toEqual([...network.start]);
    const moved = copyLayers("test", layers);
    permuteUnits(moved, 0, [2, 0, 1]);
    scaleUnit(moved, 0, 1, -1);
    expect(network.value(network.vector(moved))).toBeCloseTo(network.value(network.start), 14);
    expect(() => network.vector([])).toThrow("not the layers of a network 2-3-1");
  });
});
