/** Debian's Chromium, opened on files of this machine with the network off. */
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { executable, findOnPath } from "./requirements.js";

export const needsChromium = executable("chromium", "apt-get install chromium");

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: findOnPath("chromium") ?? "chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Every request but the file itself and data: URLs. */
  readonly requests: readonly string[];
  /** Console errors and warnings, page errors and dialogs. */
  readonly complaints: readonly string[];
}

export interface VisitOptions {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
  /** A screen that fingers use: nothing hovers. */
  readonly isTouched?: boolean;
}

/** Opens a file offline and watches what it does. */
export async function visitFile(
  browser: Browser,
  path: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const { width = 1280, colorScheme = "light", javaScriptEnabled = true } = options;
  const viewport = { width, height: 900 };
  const touch = options.isTouched === true ? { isMobile: true, hasTouch: true } : {};
  const context = await browser.newContext({
    viewport,
    colorScheme,
    javaScriptEnabled,
    offline: true,
    ...touch,
  });
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && request.url() !== url) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints };
}
