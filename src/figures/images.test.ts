import { expect, test } from "vitest";
import { figures } from "./index.js";

test("keeps the scale of its two axes by shrinking their domains, so that no blank is in the plot", () => {
  const { layout } = figures.images({ pixels: new Float32Array(4), size: 2, titles: ["a"] });
  expect(layout.xaxis).toMatchObject({ constrain: "domain" });
  expect(layout.yaxis).toMatchObject({ constrain: "domain", scaleanchor: "x" });
});
