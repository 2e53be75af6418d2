/** Exported pages on a screen that fingers use. */
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

describeNeeding([needsChromium], "a page on a touch screen", () => {
  let browser: Browser;
  let out: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    out = await mkdtemp(join(tmpdir(), "curvlab-touch-"));
    const chapter = join(root, "tests", "fixtures", "chapter.ipynb");
    await run(process.execPath, [join(root, "bin/curvlab.js"), "export", chapter, "--out", out]);
  });
  afterAll(async () => {
    await browser.close();
    await rm(out, { recursive: true, force: true });
  });

  it.each([true, false])(
    "(touched: %s) has buttons over a figure only where they go away again",
    async (isTouched) => {
      const { page } = await visitFile(browser, join(out, "chapter.html"), {
        width: 390,
        isTouched,
      });
      const figure = page.locator(".js-plotly-plot").first();
      await expect.poll(() => figure.locator(".nsewdrag").count()).toBeGreaterThan(0);
      expect((await figure.locator(".modebar-btn").count()) > 0).toBe(!isTouched);
      await page.context().close();
    },
  );

  it("leaves a finger that is drawn over a figure to the page, which scrolls", async () => {
    const { page } = await visitFile(browser, join(out, "chapter.html"), {
      width: 390,
      isTouched: true,
    });
    const area = page.locator(".js-plotly-plot .nsewdrag").first();
    await area.scrollIntoViewIfNeeded();
    const { x, y } = (await area.boundingBox())!;
    await page.evaluate(
      "document.addEventListener('touchstart', (e) => { window.isHeld = e.defaultPrevented; })",
    );
    const finger = await page.context().newCDPSession(page);
    const touchPoints = [{ x: x + 40, y: y + 60 }];
    await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    expect(await page.evaluate("window.isHeld")).toBe(false);
    await page.context().close();
  });
});
