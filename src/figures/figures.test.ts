import { describe, expect, test } from "vitest";
import { displaySymbol, type MimeBundle } from "./display.js";
import { figures, palette, plot, progress, table } from "./index.js";
import { runningGeometricMean, runningMean } from "./smooth.js";

function plotly(bundle: MimeBundle | Promise<MimeBundle>) {
  return (bundle as MimeBundle)["application/vnd.plotly.v1+json"] as {
    data: { y?: (number | null)[] }[];
    layout: { height: number; template: unknown };
  };
}

describe("plot", () => {
  test("shows itself as Plotly's JSON, and as words", () => {
    const figure = plot({
      data: [{ type: "scatter", x: [0, 1, 2], y: [0, 1, 4] }],
      layout: { height: 300 },
      caption: "Squares.",
      alt: "The square of x, rising from 0 to 4",
    });
    const bundle = figure[displaySymbol]();
    expect(plotly(bundle).data[0]!.y).toEqual([0, 1, 4]);
    expect(plotly(bundle).layout.height).toBe(300);
    expect(bundle["text/plain"]).toBe("[Figure] Squares.\nThe square of x, rising from 0 to 4");
    expect(() => plot({ data: [], alt: " " })).toThrow("alt is empty");
  });
});

/** Contrast of two colours as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const channel = (at: number): number => {
      const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test("the first colours read on white and on near-black", () => {
  for (const color of [palette.blue, palette.vermillion, palette.green, palette.grey]) {
    expect(contrast(color, "#ffffff")).toBeGreaterThan(3);
    expect(contrast(color, "#111111")).toBeGreaterThan(3);
  }
});

describe("smoothing", () => {
  test("means are of the last values, of fewer at the start", () => {
    expect(runningMean([1, 3, 5, 7], 2)).toEqual([1, 2, 4, 6]);
    const means = runningGeometricMean([1, 100, 10, -1], 2);
    expect(means.slice(0, 2)).toEqual([1, expect.closeTo(10, 12)]);
    expect(means[3]).toBeCloseTo(10, 12);
    expect(runningGeometricMean([-1], 2)).toEqual([null]);
  });
});

const history = {
  settings: { epochs: 2, stepsPerEpoch: 2, learningRate: 0.1 },
  gradientNorms: [1, 2, 3, 4],
  validationErrors: [0.8, 0.5, 0.25],
  readings: {
    gTg: { epochs: [0, 1, 2], values: [1, 2, 4] },
    gTHg: { epochs: [0, 1, 2], values: [-1, 8, 40] },
  },
};

describe("figures of training", () => {
  test("Figure 8.1 shows one step an epoch, the average of all, and the errors", () => {
    const [dots, average, errors] = plotly(figures.gradientNorm(history)[displaySymbol]()).data;
    expect(dots!.y).toEqual([2, 4]);
    expect(average!.y!.at(-1)).toBe(2.5);
    expect(errors!.y).toEqual([0.8, 0.5, 0.25]);
    expect(figures.gradientNorm(history).alt).toContain("error goes from 0.8 to 0.25");
  });

  test("curvature leaves out what a logarithm cannot show, and the share is of the promise", () => {
    const raw = plotly(figures.curvature(history)[displaySymbol]()).data[2]!;
    expect(raw.y).toEqual([null, 8, 40]);
    const share = plotly(figures.curvatureShare(history)[displaySymbol]()).data[0]!;
    expect(share.y).toEqual([-0.05, 0.2, 0.5]);
    const bare = { ...history, readings: {} };
    expect(() => figures.curvatureShare(bare)).toThrow("no curvature readings");
  });
});

describe("images", () => {
  test("lays images out in a grid", () => {
    const grid = { pixels: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), size: 2, titles: ["a", "b"] };
    const { data } = plotly(figures.images(grid)[displaySymbol]());
    const rows = (data[0] as unknown as { z: (number | null)[][] }).z.filter((row) =>
      row.some((value) => value !== null),
    );
    expect(rows).toEqual([
      [1, 2, null, null, 5, 6],
      [3, 4, null, null, 7, 8],
    ]);
    expect(() => figures.images({ ...grid, titles: ["a"] })).toThrow("8 pixels are not 1 images");
  });
});

describe("matrices", () => {
  const options = { row: "unit", column: "input", alt: "Two matrices." };
  const rows = [
    [1, -2],
    [0, 0.5],
  ];

  test("share one scale that is the same on both sides of zero", () => {
    const figure = figures.matrices({
      matrices: [
        { title: "a", rows },
        { title: "b", rows: [[0, 3]] },
      ],
      ...options,
    });
    for (const trace of figure.data) expect(trace).toMatchObject({ zmin: -3, zmax: 3 });
    expect(figure.layout).toMatchObject({ yaxis2: { autorange: "reversed", anchor: "x2" } });
    const named = { yaxis: { title: { text: options.row } }, yaxis2: { title: { text: "" } } };
    expect(figure.layout).toMatchObject(named);
  });

  test("a slider replaces the first ones and begins where it is told", () => {
    const positions = [0, 1].map((i) => ({
      label: String(i),
      matrices: [{ title: "a", rows: [[i, i]] }],
    }));
    const figure = figures.matrices({
      matrices: [
        { title: "a", rows },
        { title: "b", rows },
      ],
      slider: { name: "step", positions, initial: 1 },
      ...options,
    });
    expect(figure.data.map((trace) => (trace as { z: number[][] }).z)).toEqual([[[1, 1]], rows]);
    expect(figure.frames.map(({ traces }) => traces)).toEqual([[0], [0]]);
  });
});

describe("basinPanels", () => {
  const map = (kinds: { kind: string; x: number[] }[], labels: number[][]) => ({
    xs: [0, 1],
    ys: [0, 1],
    labels,
    steps: [
      [1, 2],
      [3, 4],
    ],
    attractors: kinds,
  });
  const low = { kind: "minimum", x: [0, 0] };
  const pass = { kind: "saddle", x: [1, 1] };

  test("gives a point the same colour in every map", () => {
    const first = map(
      [low, pass],
      [
        [0, 1],
        [1, -1],
      ],
    );
    const second = map(
      [pass],
      [
        [0, 0],
        [0, -1],
      ],
    );
    const { data } = figures.basinPanels({
      maps: { first, second },
      x: { title: "x" },
      y: { title: "y" },
      alt: "Two maps.",
    });
    expect((data[3] as { z: number[][] }).z).toEqual([
      [1, 1],
      [1, -1],
    ]);
    expect(() =>
      figures.basinPanels({ maps: {}, x: { title: "x" }, y: { title: "y" }, alt: "None." }),
    ).toThrow("no map");
  });
});

describe("table", () => {
  test("aligns numbers to the right and escapes words", () => {
    const rows = table([
      { step: 1, loss: 0.51234 },
      { step: 10, loss: 0.1 },
    ]);
    expect(rows.toString()).toBe(
      ["step    loss", "────  ──────", "   1  0.5123", "  10     0.1"].join("\n"),
    );
    expect(table([{ a: "<b>" }]).toHtml()).toContain("<td>&lt;b&gt;</td>");
  });

  test("sets a minus before a number, and leaves the hyphens of names and exponents", () => {
    const cells = { a: -0.5, b: -1e-7, c: "0.04, -1.34", d: "(-1, 2)", e: "newton-cg", f: "2-2-1" };
    const html = table([cells]).toHtml();
    for (const text of [">−0.5<", ">−1.000e-7<", ">0.04, −1.34<", ">(−1, 2)<", ">newton-cg<"]) {
      expect(html).toContain(text);
    }
    expect(html).toContain(">2-2-1<");
    expect(table([cells]).toString()).toContain("-0.5");
  });
});

describe("progress", () => {
  test("replaces one output, no more than ten times a second, and shows the last", () => {
    let time = 0;
    const shown: [string, string][] = [];
    let html = "";
    const say = (kind: string) => (bundle: MimeBundle) => {
      shown.push([kind, String(bundle["text/plain"])]);
      html = String(bundle["text/html"]);
    };
    const host = {
      display: say("display"),
      update: (_: string, bundle: MimeBundle) => say("update")(bundle),
      clear: () => undefined,
    };
    const report = progress(100, "Work", { host, now: () => time });
    for (let done = 1; done <= 100; done++) {
      time += 25;
      report({ done, message: `step ${done}` });
    }
    expect(shown.length).toBe(26);
    expect(shown[0]).toEqual(["display", "Work: 1 of 100 · step 1 · …"]);
    expect(shown[20]![1]).toBe("Work: 81 of 100 · step 81 · about 1 s left");
    expect(shown.at(-1)).toEqual(["update", "Work: 100 of 100 · step 100 · 2.5 s"]);
    expect(html).toContain("2.5\u00a0s");
  });

  test("rewrites a line on a terminal, and is silent without one", () => {
    let text = "";
    const terminal = { write: (part: string) => (text += part) };
    const report = progress(2, "Work", { host: undefined, terminal, now: () => 0 });
    report(1);
    report(2);
    expect(text.split("\r").at(-1)).toBe("Work: 2 of 2 · 0.0 s\u001b[K\n");
    progress(1, "Work", { host: undefined, terminal: undefined })(1);
    expect(() => progress(0)).toThrow("total is 0");
  });
});
