/**
 * Plotly's figures as SVG, drawn without a browser, and judged by one where there is one.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FigureRenderer } from "../../src/figures/static/figure-renderer.js";
import { launchBrowser, needsChromium, visitFile } from "../support/browser.js";
import { describeNeeding } from "../support/requirements.js";

// The renderer starts its worker from beside itself, so it must be the compiled one.
const compiled = new URL("../../dist/src/figures/static/figure-renderer.js", import.meta.url).href;
const { FigureRenderer: Renderer } = (await import(
  compiled
)) as typeof import("../../src/figures/static/figure-renderer.js");

const wave = Array.from({ length: 20 }, (_, i) =>
  Array.from({ length: 25 }, (_, j) => Math.sin(i / 3) * Math.cos(j / 4)),
);
const figures = {
  line: {
    data: [
      { y: [1, 10, 100], name: "the loss of a long run" },
      { y: [2, 20, 200], mode: "markers", name: "its gradient" },
    ],
    layout: {
      title: { text: "Loss and gradient" },
      xaxis: { title: { text: "epoch" } },
      yaxis: { type: "log", title: { text: "‖g‖" }, automargin: true },
      annotations: [{ x: 1, y: 1, text: "a note" }],
    },
  },
  heatmap: { data: [{ type: "heatmap", z: wave }], layout: {} },
  contour: { data: [{ type: "contour", z: wave, contours: { showlabels: true } }], layout: {} },
  histogram: { data: [{ type: "histogram", x: wave.flat() }], layout: {} },
  surface: { data: [{ type: "surface", z: wave }], layout: {} },
};

let renderer: FigureRenderer;
beforeAll(() => {
  renderer = new Renderer();
});
afterAll(() => renderer.close());

describe("a figure drawn in Node", () => {
  it("has the marks, the words and the ticks", async () => {
    const svg = await renderer.toSvg(figures.line);
    expect(svg).toMatch(/^<svg [^>]*width="720" height="450"/);
    expect(svg.match(/class="point"/g)?.length).toBeGreaterThanOrEqual(3);
    for (const text of ["Loss and gradient", "epoch", "‖g‖", "its gradient", "a note", ">100<"]) {
      expect(svg).toContain(text);
    }
  });

  it("is the same, byte for byte, whatever was drawn before it", async () => {
    const first = await renderer.toSvg(figures.contour);
    await renderer.toSvg(figures.heatmap);
    expect(await renderer.toSvg(figures.contour)).toBe(first);
    const other = new Renderer();
    expect(await other.toSvg(figures.contour)).toBe(first);
    await other.close();
  });

  it("carries a heat map as a picture, and a surface as contours", async () => {
    expect(await renderer.toSvg(figures.heatmap)).toContain('href="data:image/png;base64,');
    expect(await renderer.toSvg(figures.surface)).toContain('class="contourlevel"');
  });

  it("says why there is none", async () => {
    const mesh = { data: [{ type: "mesh3d", x: [1], y: [1], z: [1] }], layout: {} };
    await expect(renderer.toSvg(mesh)).rejects.toThrow("need WebGL or maps");
  });

  it("is given up when it takes too long, and the next one is drawn", async () => {
    const hasty = new Renderer({ timeout: 1 });
    await expect(hasty.toSvg(figures.line)).rejects.toThrow("more than 0.001 s");
    await hasty.close();
    expect(await renderer.toSvg(figures.line)).toContain("epoch");
  });
});

describeNeeding([needsChromium], "its text, as a browser lays it out", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(Object.keys(figures) as (keyof typeof figures)[])("stays inside the %s", async (name) => {
    const folder = await mkdtemp(join(tmpdir(), "curvlab-svg-"));
    try {
      const path = join(folder, "figure.html");
      await writeFile(
        path,
        `<!doctype html><meta charset=utf-8>${await renderer.toSvg(figures[name])}`,
      );
      const { page } = await visitFile(browser, path);
      const outside = await page.locator("svg.main-svg text").evaluateAll((texts) => {
        const svg = texts[0]?.closest("svg.main-svg")?.getBoundingClientRect();
        return texts
          .filter((text) => {
            const box = text.getBoundingClientRect();
            return (
              svg === undefined ||
              box.left < svg.left - 1 ||
              box.right > svg.right + 1 ||
              box.top < svg.top - 1 ||
              box.bottom > svg.bottom + 1
            );
          })
          .map((text) => text.textContent);
      });
      expect(await page.locator("svg.main-svg text").count()).toBeGreaterThan(5);
      expect(outside).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
