/**
 * A learner's session: `curvlab lab` as a process on a copy of a folder, and Chromium on its URL.
 *
 * Whatever the page throws or logs as an error is kept: every test ends by asking that there was
 * nothing. Screenshots go to out/lab, which git ignores.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, type Page } from "playwright-core";
import { executable, findOnPath } from "../support/requirements.js";

export const needsChromium = executable("chromium", "apt-get install chromium");

export interface LabSession {
  readonly folder: string;
  readonly url: string;
  readonly page: Page;
  /** Errors of the page so far: exceptions, and what it logged as an error. */
  readonly errors: string[];
  readonly server: ChildProcess;
  screenshot(name: string): Promise<void>;
  /** Runs one of JupyterLab's commands, without waiting for its end. */
  command(id: string, args?: object): Promise<void>;
  close(): Promise<void>;
}

export async function openLab(files: string): Promise<LabSession> {
  const folder = mkdtempSync(join(tmpdir(), "curvlab-lab-"));
  cpSync(files, folder, { recursive: true });
  const state = mkdtempSync(join(tmpdir(), "curvlab-lab-state-"));
  const { server, url } = await serve(folder, state);
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  // Leaving a page with unsaved changes asks; these tests mean it.
  page.on("dialog", (dialog) => void dialog.accept());
  return {
    folder,
    url,
    page,
    errors,
    server,
    screenshot: async (name) => {
      const out = resolve("out/lab");
      mkdirSync(out, { recursive: true });
      await page.screenshot({ path: join(out, `${name}.png`) });
    },
    command: async (id, args = {}) => {
      const call = `jupyterapp.commands.execute(${JSON.stringify(id)}, ${JSON.stringify(args)})`;
      await page.evaluate(`void ${call}`);
    },
    close: async () => {
      await browser.close();
      if (server.exitCode === null && server.signalCode === null) {
        server.kill("SIGINT");
        await once(server, "exit");
      }
      for (const path of [folder, state]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The first line on stdout is the URL. @throws when the server ends without one. */
export async function serve(folder: string, state: string, ...options: string[]) {
  const argv = ["bin/curvlab.js", "lab", folder, "--no-browser", "--port", "0", ...options];
  const server = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, XDG_DATA_HOME: state },
  });
  const lines = createInterface(server.stdout);
  const ended = once(lines, "close").then(() => {
    throw new Error("curvlab lab ended before it printed its address; stderr says why");
  });
  const [url] = (await Promise.race([once(lines, "line"), ended])) as [string];
  return { server, url };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: findOnPath("chromium") ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens a notebook under its address and waits until its kernel answers. */
export async function openNotebook({ page, url }: LabSession, name: string): Promise<void> {
  const address = new URL(url);
  address.pathname = `/lab/tree/${encodeURIComponent(name)}`;
  await page.goto(address.href);
  await page.waitForSelector(".jp-Notebook .jp-Cell");
  await waitForKernel(page, "Idle");
}

/** Waits until the status bar gives the kernel's state. */
export async function waitForKernel(page: Page, state: "Idle" | "Busy"): Promise<void> {
  await page.waitForSelector(`#jp-main-statusbar :text("| ${state}")`, { timeout: 60_000 });
}

/**
 * Runs all cells from the menu and waits for the last of them. Asked of the notebook's model, since a
 * folded cell has no prompt on the page: all have a count when all have run; a cell that raised stops
 * the others.
 */
export async function runAll({ page }: LabSession, timeout: number): Promise<void> {
  await page.click(".lm-MenuBar-itemLabel:text-is('Run')");
  await page.click(".lm-Menu-itemLabel:text-is('Run All Cells')");
  const models = `jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model)`;
  const done = `${models}.every(({ type, executionCount, executionState }) =>
    type !== "code" || (executionCount !== null && executionState === "idle"))`;
  const failed = `document.querySelector("[data-mime-type='application/vnd.jupyter.stderr']")`;
  await page.waitForFunction(`${failed} !== null || ${done}`, undefined, { timeout });
}
