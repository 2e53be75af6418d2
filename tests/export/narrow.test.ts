/** Exported chapters on a telephone: what must be laid out anew to be read there. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, needsChromium, visitFile } from "../support/browser.js";
import { describeNeeding } from "../support/requirements.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

describeNeeding([needsChromium], "a chapter on a telephone", () => {
  let browser: Browser;
  let out: string;
  const bad = "08-local-minima-the-bad-ones";
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "curvlab-narrow-"));
    const chapter = join(root, "notebooks", `${bad}.ipynb`);
    const command = [join(root, "bin", "curvlab.js"), "export", chapter, "--out", out];
    [browser] = await Promise.all([launchBrowser(), run(process.execPath, command)]);
  });
  afterAll(async () => {
    await browser.close();
    await rm(out, { recursive: true, force: true });
  });

  it("puts matrices below each other, so large that their entries can be read", async () => {
    const { page } = await visitFile(browser, join(out, `${bad}.html`), { width: 390 });
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
    await page.context().close();
  });

  it("sets the text of a diagnosis below its head, as wide as the screen", async () => {
    const { page } = await visitFile(browser, join(out, `${bad}.html`), { width: 390 });
    const table = page.locator("table", { hasText: "step length" });
    const row = table.locator("tr").first();
    const [head, text] = [
      await row.locator("th").boundingBox(),
      await row.locator("td").nth(1).boundingBox(),
    ];
    expect(text!.y).toBeGreaterThanOrEqual(head!.y + head!.height);
    expect(text!.width).toBeGreaterThan(280);
    expect((await table.boundingBox())!.height).toBeLessThan(1300);
    await page.context().close();
  });

  it("reads a label that lies on a plot: lighter in the dark, with the page's colour around it", async () => {
    const { page } = await visitFile(browser, join(out, `${bad}.html`), { colorScheme: "dark" });
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
    await page.context().close();
  });
});
