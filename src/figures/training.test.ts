import { expect, test } from "vitest";
import { figures } from "./index.js";

const run = {
  settings: { epochs: 1, stepsPerEpoch: 2, learningRate: 0.1 },
  gradientNorms: [1, 3],
  validationErrors: [0.5, 0.25],
  readings: {
    gTg: { epochs: [0, 1], values: [4, 4] },
    gTHg: { epochs: [0, 1], values: [8, 16] },
  },
};

test("the dot of the last epoch, at the end of the axis, is drawn whole", () => {
  for (const { data, layout } of [figures.gradientNorm(run), figures.curvatureShare(run)]) {
    expect(layout.xaxis).toMatchObject({ range: [0, 1] });
    expect(data[0]).toMatchObject({ mode: "markers", cliponaxis: false });
  }
});
