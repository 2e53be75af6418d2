/**
 * Exported pages in a real browser, with the network off: what a reviewer who got one by mail sees.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, needsChromium, visitFile } from "../support/browser.js";
import { describeNeeding } from "../support/requirements.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixture = (name: string) => join(root, "tests", "fixtures", name);
const run = promisify(execFile);

async function exportTo(out: string, ...options: string[]): Promise<string[]> {
  const command = [join(root, "bin", "curvlab.js"), "export", ...options, "--out", out];
  const { stdout } = await run(process.execPath, command);
  return stdout.trim().split("\n");
}

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "curvlab-export-"));
  await exportTo(out, fixture("chapter.ipynb"), fixture("hostile.ipynb"));
});
afterAll(() => rm(out, { recursive: true, force: true }));

describe("curvlab export", () => {
  it("inlines the smallest Plotly bundle that draws the page, and only the fonts it needs", async () => {
    const page = await readFile(join(out, "chapter.html"), "utf8");
    expect(page).toContain("plotly.js (cartesian - minified)");
    expect(page.match(/@font-face/g)?.length).toBeGreaterThan(5);
    expect(page).not.toContain("KaTeX_Fraktur-Regular");
    expect(page.length).toBeLessThan(2_500_000);
  });

  it("makes the same page again, byte for byte", async () => {
    const again = join(out, "again");
    await exportTo(again, fixture("chapter.ipynb"));
    expect(await readFile(join(again, "chapter.html"), "utf8")).toBe(
      await readFile(join(out, "chapter.html"), "utf8"),
    );
  });
});

describeNeeding([needsChromium], "an exported page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it.each(["light", "dark"] as const)(
    "opens from a file in the %s, and draws its figures",
    async (colorScheme) => {
      const { page, requests, complaints } = await visitFile(browser, join(out, "chapter.html"), {
        colorScheme,
      });
      await expect.poll(() => page.locator(".js-plotly-plot .main-svg").count()).toBeGreaterThan(3);
      expect(await page.locator("figure.plotly .js-plotly-plot").count()).toBe(2);
      expect(await page.locator(".js-plotly-plot .point").count()).toBeGreaterThan(50);
      expect(await page.locator("h1").textContent()).toBe("The gradient norm grows");
      expect(await page.locator(".katex-display").count()).toBeGreaterThan(0);
      expect(
        await page.getByRole("navigation", { name: "Contents" }).getByRole("link").count(),
      ).toBe(3);
      expect(requests).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it("follows a link of its contents to the heading", async () => {
    const { page } = await visitFile(browser, join(out, "chapter.html"));
    await page.getByRole("navigation", { name: "Contents" }).getByText("The experiment").click();
    await expect
      .poll(() => page.getByRole("heading", { name: "The experiment" }).boundingBox())
      .toMatchObject({ y: expect.closeTo(27, -1) });
    await page.context().close();
  });

  it("fits a telephone: nothing makes the page scroll sideways", async () => {
    const { page } = await visitFile(browser, join(out, "chapter.html"), { width: 390 });
    await expect.poll(() => page.locator(".js-plotly-plot .main-svg").count()).toBeGreaterThan(3);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await page.context().close();
  });

  it("puts two panels below each other on a telephone, so that no title covers a plot", async () => {
    await exportTo(out, join(root, "notebooks", "02-the-gradient-norm-grows.ipynb"));
    const file = join(out, "02-the-gradient-norm-grows.html");
    const { page } = await visitFile(browser, file, { width: 390 });
    const figure = page.locator(".js-plotly-plot", { hasText: "validation error" });
    const title = await figure.locator(".y2title").boundingBox();
    const firstPlot = await figure.locator(".subplot.xy .gridlayer").boundingBox();
    expect(title!.y).toBeGreaterThan(firstPlot!.y + firstPlot!.height);
    await page.context().close();
  });

  it("leaves no blank bands on a telephone around a map whose axes keep one scale", async () => {
    await exportTo(out, join(root, "notebooks", "05-newton-where-it-fails.ipynb"));
    const file = join(out, "05-newton-where-it-fails.html");
    const { page } = await visitFile(browser, file, { width: 390 });
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
    await page.context().close();
  });

  it("scrolls a wide table in its own box", async () => {
    const file = join(out, "05-newton-where-it-fails.html");
    const { page } = await visitFile(browser, file, { width: 390 });
    const table = page.locator("table", { hasText: "Where the starts went" });
    const box = page.locator(".rich", { has: table });
    expect(await box.evaluate((e) => e.scrollWidth > e.clientWidth)).toBe(true);
    await box.evaluate((e) => e.scrollTo(1e4, 0));
    const cell = await table.locator("td").last().boundingBox();
    expect(cell!.x + cell!.width).toBeLessThan(391);
    await page.context().close();
  });

  it("keeps names, numbers and the head of a table legible on a telephone", async () => {
    await exportTo(out, join(root, "notebooks", "06-newton-repaired.ipynb"));
    const file = join(out, "06-newton-repaired.html");
    const { page } = await visitFile(browser, file, { width: 390 });
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
    await page.context().close();
  });

  it("puts the head of a column over its numbers, and the buttons beside the legend", async () => {
    const file = join(out, "05-newton-where-it-fails.html");
    const { page } = await visitFile(browser, file);
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
    await page.context().close();
  });

  it("reads without scripts: prose, results, and the words for its figures", async () => {
    const { page, complaints } = await visitFile(browser, join(out, "chapter.html"), {
      javaScriptEnabled: false,
    });
    await expect.poll(() => page.locator("figure.plotly .alt").first().isVisible()).toBe(true);
    expect(await page.locator("figure.plotly .alt").allInnerTexts()).toEqual([
      "Scatter of 60 gradient norms, rising from 1.5 to 4.0",
      "Contours of a bowl that tilts.",
    ]);
    await page.getByText("Solution", { exact: true }).click();
    expect(await page.locator("details.solution .katex").first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("runs and fetches nothing that a hostile notebook brings", async () => {
    const { page, requests, complaints } = await visitFile(browser, join(out, "hostile.html"));
    await expect.poll(() => page.locator(".js-plotly-plot .main-svg").count()).toBeGreaterThan(1);
    for (const element of await page.locator("b, text, a:not([href^=http]), summary").all()) {
      await element.dispatchEvent("mouseover");
      await element.dispatchEvent("click");
    }
    expect(await page.evaluate("window.hostile")).toBeUndefined();
    expect(await page.evaluate("({}).polluted")).toBeUndefined();
    const dangerous =
      "main script:not([type]), iframe, object, embed, form, input, base, video, [onclick], [onload], [onerror], main style, main link, main meta";
    expect(await page.locator(dangerous).count()).toBe(0);
    expect(await page.locator('a[href^="http"]:not([rel~="noopener"])').count()).toBe(0);
    expect(
      await page.locator("main").evaluate("element => getComputedStyle(element).display"),
    ).not.toBe("none");
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
