/**
 * JupyterLab as a learner sees it, in a real browser on a real kernel.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeNeeding } from "../support/requirements.js";
import {
  type LabSession,
  needsChromium,
  openLab,
  openNotebook,
  runAll,
  waitForKernel,
} from "./lab-session.js";

describeNeeding([needsChromium], "the lab in a browser", () => {
  let lab: LabSession;

  beforeAll(async () => {
    lab = await openLab("tests/lab/fixtures");
  });
  afterAll(() => lab.close());
  afterEach(() => {
    expect(lab.errors.splice(0)).toEqual([]);
  });

  const outputs = () => lab.page.locator(".jp-Notebook .jp-OutputArea-output");
  const texts = async () => (await outputs().allInnerTexts()).join("\n");

  it("opens on the list of chapters and the launcher", async () => {
    await lab.page.goto(lab.url);
    await lab.page.waitForSelector(".jp-Launcher");
    expect(await lab.page.title()).toContain("curvlab");
    await lab.page.waitForSelector(".jp-DirListing-itemText:has-text('tour.ipynb')");
    await lab.page.waitForSelector(".jp-LauncherCard:has-text('TypeScript (curvlab)')");
    // The token is for the first request only; what follows has the cookie.
    expect(lab.page.url()).not.toContain("token=");
    await lab.screenshot("launcher");
  });

  it("runs all cells of a notebook, with its figure", async () => {
    await openNotebook(lab, "tour.ipynb");
    expect(await lab.page.locator(".jp-Dialog").count()).toBe(0);
    await runAll(lab, 60_000);
    await lab.page.waitForSelector(".js-plotly-plot .main-svg");
    expect(await texts()).toContain("x + y = 3");
    await lab.screenshot("tour");
    expect(await look(".js-plotly-plot", "clientHeight")).toBeGreaterThan(300);
  });

  it("puts the caption under the figure, and its description where a screen reader finds it", async () => {
    const caption = lab.page.locator(".curvlab-caption .jp-RenderedMarkdown");
    expect(await caption.allInnerTexts()).toEqual(["The squares of the first four numbers."]);
    expect(await caption.locator("em").innerText()).toBe("four");
    expect(await lab.page.locator(".curvlab-alt").textContent()).toBe(
      "A parabola through four points.",
    );
  });

  it("highlights TypeScript as TypeScript, with colours for types", async () => {
    // The first line of the first code cell is "interface Point {".
    const line = ".jp-CodeCell .cm-line";
    expect(await look(`${line} > span`, "textContent")).toBe("interface");
    expect(await look(`${line} > span`, "fontWeight")).toBe("700");
    expect(await look(`${line} > span:nth-of-type(2)`, "textContent")).toBe("Point");
    expect(await look(`${line} > span:nth-of-type(2)`, "color")).not.toBe(
      await look(line, "color"),
    );
  });

  it("saves the notebook with its outputs", async () => {
    await lab.command("docmanager:save");
    const saved = () => JSON.parse(readFileSync(join(lab.folder, "tour.ipynb"), "utf8"));
    await expect.poll(() => saved().cells[1].execution_count).toBeTypeOf("number");
    const [, sum, plot] = saved().cells;
    expect(sum.outputs[0]).toMatchObject({ name: "stdout", text: ["x + y = 3\n"] });
    expect(Object.keys(plot.outputs[0].data)).toContain("application/vnd.plotly.v1+json");
    expect(sum.metadata).toEqual({});
    expect(plot.metadata.curvlab.alt).toBe("A parabola through four points.");
  });

  it("shows them again after a reload", async () => {
    await lab.page.reload();
    await lab.page.waitForSelector(".js-plotly-plot .main-svg");
    expect(await texts()).toContain("x + y = 3");
  });

  it("draws the figure in the dark theme's colours", async () => {
    await lab.command("apputils:change-theme", { theme: "JupyterLab Dark" });
    const fill = () => look(".js-plotly-plot .gtitle", "fill");
    await expect.poll(fill).toBe("rgb(255, 255, 255)");
    await lab.screenshot("dark");
    await lab.command("apputils:change-theme", { theme: "JupyterLab Light" });
    await expect.poll(fill).not.toBe("rgb(255, 255, 255)");
  });

  it("completes on Tab", async () => {
    await openNotebook(lab, "tour.ipynb");
    await runAll(lab, 60_000);
    await lab.command("notebook:insert-cell-below");
    await lab.command("notebook:enter-edit-mode");
    await lab.page.keyboard.type("point.");
    await lab.page.keyboard.press("Tab");
    const popup = lab.page.locator(".jp-Completer");
    await popup.getByText("x", { exact: true }).first().waitFor({ timeout: 15_000 });
    await lab.screenshot("completion");
    await lab.page.keyboard.press("Escape");
  });

  it("interrupts an endless loop and keeps the state", async () => {
    await replaceCell("while (true) {}");
    await lab.command("notebook:run-cell");
    await waitForKernel(lab.page, "Busy");
    await lab.page.click("[data-command='notebook:interrupt-kernel']");
    await waitForKernel(lab.page, "Idle");
    await replaceCell("point.y + 40");
    await lab.command("notebook:run-cell");
    await expect.poll(texts, { timeout: 20_000 }).toContain("42");
  });

  it("goes on filling a cell after a reload while it runs", async () => {
    await replaceCell(
      'for (let i = 0; i < 40; i++) { console.log("tick " + i); ' +
        "await new Promise((done) => setTimeout(done, 150)); }",
    );
    await lab.command("notebook:run-cell");
    await expect.poll(texts, { timeout: 20_000 }).toContain("tick 3\n");
    await lab.command("docmanager:save");
    await expect
      .poll(() => readFileSync(join(lab.folder, "tour.ipynb"), "utf8"))
      .toContain('tick \\" + i');
    await lab.page.reload();
    await lab.page.waitForSelector(".jp-Notebook .jp-Cell");
    await expect.poll(texts, { timeout: 30_000 }).toContain("tick 39\n");
    const ticks = (await texts()).match(/tick \d+/g);
    expect(ticks).toEqual(Array.from({ length: 40 }, (_, i) => `tick ${i}`));
  });

  it("restarts the kernel from the toolbar", async () => {
    await lab.page.click("[data-command='notebook:restart-kernel']");
    await lab.page.click(".jp-Dialog button:has-text('Restart')");
    await waitForKernel(lab.page, "Idle");
    await replaceCell("typeof point");
    await lab.command("notebook:run-cell");
    await expect.poll(texts, { timeout: 20_000 }).toMatch(/Cannot find name 'point'|undefined/);
  });

  it("asks before it overwrites what another tab has saved", async () => {
    const other = await lab.page.context().newPage();
    await other.goto(new URL("/lab/tree/tour.ipynb", lab.url).href);
    await other.waitForSelector(".jp-Notebook .jp-Cell");
    // A second tab has a workspace of its own, so that the two do not fight over the layout.
    expect(other.url()).toContain("/lab/workspaces/auto-");
    await other.locator(".jp-CodeCell .cm-content").last().click();
    await other.keyboard.insertText("// from the other tab");
    await other.evaluate("void jupyterapp.commands.execute('docmanager:save')");
    const onDisk = () => readFileSync(join(lab.folder, "tour.ipynb"), "utf8");
    await expect.poll(onDisk).toContain("from the other tab");
    await replaceCell("// from this tab");
    await lab.command("docmanager:save");
    await lab.page.waitForSelector(".jp-Dialog:has-text('File Changed')");
    expect(onDisk()).toContain("from the other tab");
    await lab.page.click(".jp-Dialog button:has-text('Overwrite')");
    await expect.poll(onDisk).toContain("from this tab");
    await other.close();
  });

  it("says that a kernel died, and goes on with a new one", async () => {
    await replaceCell("process.kill(process.pid, 'SIGKILL')");
    await lab.command("notebook:run-cell");
    await lab.page.waitForSelector(".jp-Dialog:has-text('appears to have died')");
    await lab.screenshot("kernel-died");
    await lab.page.click(".jp-Dialog button:has-text('Ok')");
    await waitForKernel(lab.page, "Idle");
    // The client gives up its pending requests by exceptions, as it does with every Jupyter server.
    const expected = lab.errors.splice(0).filter((error) => !/Canceled future/.test(error));
    expect(expected).toEqual([]);
    await replaceCell("6 * 7");
    await lab.command("notebook:run-cell");
    await expect.poll(texts, { timeout: 20_000 }).toContain("42");
  });

  /** A property of an element, or of its computed style. */
  function look(selector: string, property: string): Promise<unknown> {
    const element = `document.querySelector(${JSON.stringify(selector)})`;
    return lab.page.evaluate(`${element}.${property} ?? getComputedStyle(${element}).${property}`);
  }

  /** Gives the last cell this text, and the focus. */
  async function replaceCell(text: string): Promise<void> {
    const editor = lab.page.locator(".jp-CodeCell .cm-content").last();
    await editor.click();
    await lab.page.keyboard.press("Control+a");
    await lab.page.keyboard.insertText(text);
  }
});
