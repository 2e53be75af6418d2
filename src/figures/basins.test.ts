import { describe, expect, test } from "vitest";
import { attractorNames } from "./basins.js";
import { figures } from "./index.js";

interface Heatmap {
  readonly z: (number | null)[][];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorscale: [number, string][];
}

const map = {
  xs: [0, 1, 2],
  ys: [0, 1],
  labels: [
    [0, 0, 1],
    [0, -1, 2],
  ],
  steps: [
    [3, 4, 5],
    [3, 200, 6],
  ],
  attractors: [
    { x: [0, 0], kind: "minimum" },
    { x: [2, 0], kind: "minimum" },
    { x: [2, 1], kind: "saddle" },
  ],
};
const axes = { x: { title: "x" }, y: { title: "y" }, alt: "a map" };
const colourOf = ({ colorscale, zmin, zmax }: Heatmap, label: number) => {
  const share = (label - zmin) / (zmax - zmin);
  return colorscale.findLast(([at]) => at <= share)![1];
};

describe("figures.basins", () => {
  test("gives each point a colour of its own, and grey to what has no end", () => {
    const labels = figures.basins({ maps: map, ...axes }).data[0] as unknown as Heatmap;
    expect(labels.z).toEqual(map.labels);
    const colours = [-1, 0, 1, 2].map((label) => colourOf(labels, label));
    expect(new Set(colours).size).toBe(4);
    expect(colours[0]).toBe("#9a9a9a");
  });

  test("names the points by their kind and marks where they are", () => {
    const points = figures.basins({ maps: map, ...axes }).data[2] as unknown as {
      text: string[];
      x: number[];
      y: number[];
    };
    expect(points.text).toEqual(["M1", "M2", "S1"]);
    expect([points.x, points.y]).toEqual([
      [0, 2, 2],
      [0, 0, 1],
    ]);
    expect(attractorNames(["maximum", "saddle", "degenerate"])).toEqual(["X1", "S1", "D1"]);
  });

  test("puts a name below its point where another point is just above", () => {
    const attractors = [
      { x: [1, 0.9], kind: "maximum" },
      { x: [1.1, 0.8], kind: "saddle" },
      { x: [1.1, 0.1], kind: "minimum" },
    ];
    const points = figures.basins({ maps: { ...map, attractors }, ...axes }).data[2];
    expect(points).toMatchObject({
      textposition: ["top center", "bottom center", "top center"],
    });
  });

  test("darkens by the steps taken, with outliers cut off", () => {
    const shade = figures.basins({ maps: map, ...axes }).data[1] as unknown as Heatmap;
    expect(shade.zmin).toBe(3);
    expect(shade.zmax).toBeLessThan(200);
    expect(Math.max(...shade.z.flat().map(Number))).toBe(shade.zmax);
  });

  test("chooses between several maps by a slider, and refuses none", () => {
    const maps = {
      newton: map,
      "gradient descent": {
        ...map,
        labels: [
          [0, 0, 0],
          [1, 1, 1],
        ],
      },
    };
    const figure = figures.basins({ maps, ...axes });
    expect(figure.frames.map(({ name, traces }) => [name, traces])).toEqual([
      ["newton", [0, 1, 2]],
      ["gradient descent", [0, 1, 2]],
    ]);
    expect(() => figures.basins({ maps: {}, ...axes })).toThrow("there is no map to show");
  });
});

describe("figures.basinPanels", () => {
  test("frames a map on the one before it that it lies inside, and nothing else", () => {
    const inner = { ...map, xs: [0.5, 0.75, 1], ys: [0, 0.5] };
    const { layout } = figures.basinPanels({ maps: { whole: map, inner, again: inner }, ...axes });
    const edge = { type: "rect", xref: "x", yref: "y", x0: 0.5, x1: 1, y0: 0, y1: 0.5 };
    expect(layout.shapes).toHaveLength(2);
    expect(layout.shapes).toMatchObject([edge, { ...edge, line: { color: "#ffffff" } }]);
    const apart = figures.basinPanels({ maps: { inner, whole: map }, ...axes });
    expect(apart.layout.shapes).toEqual([]);
  });
});
