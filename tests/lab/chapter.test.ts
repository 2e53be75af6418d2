/** A whole chapter as a learner executes it: in the lab, in a real browser, on a real kernel. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseNotebook } from "../../src/document/parse-notebook.js";
import { LAB_CHAPTER } from "../course/lab-chapter.js";
import { differences, numbersOf } from "../course/numbers.js";
import { describeNeeding } from "../support/requirements.js";
import { needsChromium, openLab, runAll, waitForKernel } from "./lab-session.js";

function read(folder: string) {
  const text = readFileSync(join(folder, LAB_CHAPTER), "utf8");
  return { text, numbers: numbersOf(parseNotebook(text)) };
}

describeNeeding([needsChromium], LAB_CHAPTER, () => {
  const title = "runs to its end in the browser, shows Figure 8.1, and gives its committed numbers";
  it(title, { timeout: 400_000 }, async () => {
    const lab = await openLab("notebooks");
    try {
      await lab.page.goto(lab.url);
      await lab.page.dblclick(`.jp-DirListing-itemText:has-text('${LAB_CHAPTER}')`);
      await waitForKernel(lab.page, "Idle");
      await lab.command("notebook:clear-all-cell-outputs");
      expect(await lab.page.locator(".js-plotly-plot").count()).toBe(0);
      await runAll(lab, 300_000);
      const failures = lab.page.locator("[data-mime-type='application/vnd.jupyter.error']");
      expect(await failures.allInnerTexts()).toEqual([]);
      await lab.page.waitForSelector(".js-plotly-plot .main-svg");
      expect(await lab.page.locator(".js-plotly-plot").count()).toBeGreaterThanOrEqual(3);
      await lab.page.locator(".js-plotly-plot").first().scrollIntoViewIfNeeded();
      await lab.screenshot("chapter-2");
      await lab.page.evaluate("jupyterapp.shell.currentWidget.context.save()");
      const [saved, committed] = [lab.folder, "notebooks"].map(read);
      expect(saved!.text).not.toBe(committed!.text);
      expect(differences(saved!.numbers, committed!.numbers)).toEqual([]);
      expect(lab.errors).toEqual([]);
    } finally {
      await lab.close();
    }
  });
});
