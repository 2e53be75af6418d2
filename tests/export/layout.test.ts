/**
 * How exported chapters are laid out: on a telephone, where much must be laid out anew to be read, and
 * on a screen.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, needsChromium, type VisitOptions, visitFile } from "../support/browser.js";
import { describeNeeding } from "../support/requirements.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

const CHAPTERS = {
  growing: "02-the-gradient-norm-grows",
  failing: "05-newton-where-it-fails",
  repaired: "06-newton-repaired",
  bad: "08-local-minima-the-bad-ones",
} as const;
const TELEPHONE: VisitOptions = { width: 390 };

describeNeeding([needsChromium], "an exported chapter", () => {
  let browser: Browser;
  let out: string;
  /** Pages are heavy: each is opened once, and no test changes more of it than where a box is scrolled. */
  const opened = new Map<string, Page>();
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "curvlab-layout-"));
    const chapters = Object.values(CHAPTERS).map((name) =>
      join(root, "notebooks", `${name}.ipynb`),
    );
    const command = [join(root, "bin", "curvlab.js"), "export", ...chapters, "--out", out];
    [browser] = await Promise.all([launchBrowser(), run(process.execPath, command)]);
  });
  afterAll(async () => {
    await browser.close();
    await rm(out, { recursive: true, force: true });
  });

  async function open(chapter: string, options: VisitOptions = {}): Promise<Page> {
    const key = JSON.stringify([chapter, options]);
    const before = opened.get(key);
    if (before) return before;
    const { page } = await visitFile(browser, join(out, `${chapter}.html`), options);
    opened.set(key, page);
    return page;
  }

  it("puts two panels below each other on a telephone, so that no title covers a plot", async () => {
    const page = await open(CHAPTERS.growing, TELEPHONE);
    const figure = page.locator(".js-plotly-plot", { hasText: "validation error" });
    const title = await figure.locator(".y2title").boundingBox();
    const firstPlot = await figure.locator(".subplot.xy .gridlayer").boundingBox();
    expect(title!.y).toBeGreaterThan(firstPlot!.y + firstPlot!.height);
  });

  it("leaves no blank bands on a telephone around a map whose axes keep one scale", async () => {
    const page = await open(CHAPTERS.failing, TELEPHONE);
    const figure = page.locator("figure.plotly", { hasText: "Where Newton's method ends" });
    const plot = figure.locator(".plot");
    await expect.poll(async () => (await plot.boundingBox())?.height).toBeLessThan(420);
    const map = await figure.locator(".subplot.xy .gridlayer").boundingBox();
    expect(map!.height).toBeGreaterThan(230);
    // Panels with ticks of their own stand clear of their neighbours' ticks.
    const panels = page.locator("figure.plotly", { hasText: "side 0.012" });
    const left = await panels.locator(".subplot.xy .gridlayer").boundingBox();
    const ticks = await panels.locator(".y2tick text").first().boundingBox();
    expect(ticks!.x).toBeGreaterThan(left!.x + left!.width);
  });

  it("scrolls a wide table in its own box", async () => {
    const page = await open(CHAPTERS.failing, TELEPHONE);
    const table = page.locator("table", { hasText: "Where the starts went" });
    const box = page.locator(".rich", { has: table });
    expect(await box.evaluate((e) => e.scrollWidth > e.clientWidth)).toBe(true);
    await box.evaluate((e) => e.scrollTo(1e4, 0));
    const cell = await table.locator("td").last().boundingBox();
    expect(cell!.x + cell!.width).toBeLessThan(391);
  });

  it("keeps names, numbers and the head of a table legible on a telephone", async () => {
    const page = await open(CHAPTERS.repaired, TELEPHONE);
    const table = page.locator("table", { hasText: "The same random starts for every method" });
    const heights = await table
      .locator("tr")
      .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
    expect(heights[0]).toBeLessThan(90);
    expect(Math.max(...heights.slice(1))).toBeLessThan(40);
    const box = page.locator(".rich", { has: table });
    await box.evaluate((e) => e.scrollTo(1e4, 0));
    const [method, edge] = [
      await table.locator("td").first().boundingBox(),
      await box.boundingBox(),
    ];
    expect(method!.x).toBeCloseTo(edge!.x, 0);
  });

  it("puts the head of a column over its numbers, and the buttons beside the legend", async () => {
    const page = await open(CHAPTERS.failing);
    const table = page.locator("table", { hasText: "Where the starts went" });
    const heads = await table
      .locator("thead th")
      .evaluateAll((list) => list.map((head) => getComputedStyle(head).textAlign));
    expect(heads.slice(1, 4)).toEqual(["left", "right", "right"]);
    const figure = page.locator("figure.plotly", { hasText: "Six steps of Newton's method" });
    const legend = await figure.locator(".legend").first().boundingBox();
    const buttons = await figure.locator(".modebar").boundingBox();
    expect(buttons!.x).toBeGreaterThan(legend!.x + legend!.width);
    expect(await figure.locator("[data-title*=Share]").count()).toBe(0);
  });

  it("puts matrices below each other, so large that their entries can be read", async () => {
    const page = await open(CHAPTERS.bad, TELEPHONE);
    const figure = page.locator(".js-plotly-plot:has(.heatmap-label)").first();
    const [first, second] = [".subplot.xy", ".subplot.x2y2"].map((plot) =>
      figure.locator(`${plot} .heatmaplayer`),
    );
    await expect.poll(async () => (await first!.boundingBox())?.width).toBeGreaterThan(210);
    const [above, below] = [await first!.boundingBox(), await second!.boundingBox()];
    expect(below!.y).toBeGreaterThan(above!.y + above!.height);
    const entry = figure.locator(".heatmap-label text").first();
    const size = await entry.evaluate((text) => parseFloat(getComputedStyle(text).fontSize));
    expect(size).toBeGreaterThanOrEqual(9);
  });

  it("sets the text of a diagnosis below its head, as wide as the screen", async () => {
    const page = await open(CHAPTERS.bad, TELEPHONE);
    const table = page.locator("table", { hasText: "step length" });
    const row = table.locator("tr").first();
    const [head, text] = [
      await row.locator("th").boundingBox(),
      await row.locator("td").nth(1).boundingBox(),
    ];
    expect(text!.y).toBeGreaterThanOrEqual(head!.y + head!.height);
    expect(text!.width).toBeGreaterThan(280);
    expect((await table.boundingBox())!.height).toBeLessThan(1300);
  });

  it("reads a label that lies on a plot: lighter in the dark, with the page's colour around it", async () => {
    const page = await open(CHAPTERS.bad, { colorScheme: "dark" });
    const style = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((text) => {
          const { fill, stroke, paintOrder } = getComputedStyle(text);
          return { fill, stroke, paintOrder };
        });
    expect((await style(".xtick text")).fill).toBe("rgb(154, 164, 175)");
    expect(await style(".annotation-text")).toMatchObject({
      stroke: "rgb(20, 23, 27)",
      paintOrder: expect.stringMatching(/^stroke/),
    });
  });
});
