import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { bundleFor, bundles, readFigure } from "./plotly.js";

const figure = (...types: string[]) => ({
  data: types.map((type) => ({ type })),
  layout: {},
  frames: [],
});

describe("bundleFor", () => {
  it.each([
    [[], "basic"],
    [["scatter", "bar"], "basic"],
    [["scatter", "contour"], "cartesian"],
    [["surface", "scatter"], "gl3d"],
    [["surface", "contour"], "strict"],
    [["scattergl"], "strict"],
  ])("%j needs %s", (types, bundle) => {
    expect(bundleFor([figure(...types)])).toBe(bundle);
  });

  it("knows the trace types that each of Plotly's bundles says it has", () => {
    const path = createRequire(import.meta.url).resolve("plotly.js/dist/README.md");
    const readme = readFileSync(path, "utf8");
    for (const { name, types } of bundles) {
      const line = new RegExp(
        `^The \`${name}\` partial bundle contains trace modules (.*)\\.$`,
        "m",
      );
      const listed = [...(line.exec(readme)?.[1] ?? "").matchAll(/`(\w+)`/g)].map((m) => m[1]);
      expect([...types].sort(), name).toEqual(listed.sort());
    }
  });
});

describe("readFigure", () => {
  it("leaves the width to the page and drops pictures from the network", () => {
    const read = readFigure({
      data: [{ type: "scatter" }, "no trace"],
      layout: {
        width: 5000,
        height: 300,
        images: [{ source: "http://192.0.2.1/i.png" }, { source: "data:image/png;base64,AA==" }],
      },
    });
    expect(read).toEqual({
      data: [{ type: "scatter" }],
      layout: { height: 300, autosize: true, images: [{ source: "data:image/png;base64,AA==" }] },
      frames: [],
    });
  });

  it("finds no figure in other data", () => {
    expect(readFigure({ data: 1 })).toBeUndefined();
    expect(readFigure(undefined)).toBeUndefined();
  });
});
