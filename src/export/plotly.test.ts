import { describe, expect, it } from "vitest";
import { readFigure } from "./plotly.js";

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
