import { describe, expect, it } from "vitest";
import { compareOutputs } from "./compare-outputs.js";
import type { Output } from "./notebook.js";

const tolerance = { rtol: 1e-3, atol: 1e-9 };
const text = (value: string): Output[] => [{ type: "stream", name: "stdout", text: value }];
const plotly = (y: number[], name = "a"): Output[] => [
  {
    type: "display_data",
    metadata: {},
    data: {
      "application/vnd.plotly.v1+json": { data: [{ y, name }], layout: {} },
      "image/svg+xml": `<svg>${Math.hypot(...y)}</svg>`,
    },
  },
];

describe("compareOutputs", () => {
  it.each([
    ["loss 0.51234", "loss 0.51235"],
    ["λ = −1.0000e-3", "λ = -1.0001e-3"],
    ["took 12.3 s", "took 8 s"],
    ["a  b\n", "a b"],
  ])("takes %j and %j for the same", (before, after) => {
    expect(compareOutputs(text(before), text(after), tolerance)).toBeUndefined();
  });

  it.each([
    ["loss 0.51", "loss 0.52"],
    ["loss 0.51", "error 0.51"],
    ["[1, 2]", "[1, 2, 3]"],
    ["NaN", "1"],
    ["1 - 2", "1 - -2"],
  ])("takes %j and %j for different", (before, after) => {
    expect(compareOutputs(text(before), text(after), tolerance)).toEqual({
      place: "outputs[0].text",
      before,
      after,
    });
  });

  it("compares what figures show, and not their pictures", () => {
    expect(compareOutputs(plotly([1, 2]), plotly([1.0001, 2]), tolerance)).toBeUndefined();
    expect(compareOutputs(plotly([1, 2]), plotly([1, 2.1]), tolerance)).toEqual({
      place: 'outputs[0].data["application/vnd.plotly.v1+json"].data.0.y.1',
      before: "2",
      after: "2.1",
    });
    expect(compareOutputs(plotly([1]), plotly([1], "b"), tolerance)?.after).toBe("b");
  });

  it("notices an output more or of another kind", () => {
    const error: Output = { type: "error", ename: "E", evalue: "x", traceback: [] };
    expect(compareOutputs(text("x"), [], tolerance)?.place).toBe("outputs");
    expect(compareOutputs(text("x"), [error], tolerance)?.place).toBe("outputs[0].output_type");
  });
});
