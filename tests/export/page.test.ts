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
    expect(await page.locator(".solution .katex").first().isVisible()).toBe(true);
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
