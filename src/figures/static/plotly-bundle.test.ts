import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { bundleFor, bundles } from "./plotly-bundle.js";

describe("bundleFor", () => {
  it.each([
    [[], "basic"],
    [["scatter", "bar"], "basic"],
    [["scatter", "contour"], "cartesian"],
    [["surface", "scatter"], "gl3d"],
    [["surface", "contour"], "strict"],
    [["scattergl"], "strict"],
  ])("%j needs %s", (types, bundle) => {
    expect(bundleFor(types)).toBe(bundle);
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
