/**
 * `import * as tslab from "tslab"`: notebooks written for tslab run unchanged.
 *
 * tslab's display shows content by kind; `newDisplay()` gives one whose second call replaces the
 * output of the first. Source: tslab 1.0.22, its public types.
 */
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import type { Display } from "./cell-globals.js";

const KINDS = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
} as const;

export function tslabModule(display: Display): object {
  const create = (displayId?: string) => {
    let shown = false;
    const raw = (contentType: string, content: string | Uint8Array): void => {
      const data = typeof content === "string" ? content : Buffer.from(content).toString("base64");
      const bundle = { [contentType]: data };
      if (displayId !== undefined && shown) display.host.update(displayId, bundle);
      else display.host.display(bundle, displayId === undefined ? {} : { displayId });
      shown = true;
    };
    const byKind = Object.entries(KINDS).map(([name, type]) => [
      name,
      (content: string | Uint8Array) => raw(type, content),
    ]);
    return { ...Object.fromEntries(byKind), raw };
  };
  const version = (name: string): string =>
    (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
  return {
    display: create(),
    newDisplay: () => create(randomUUID()),
    versions: {
      get tslab() {
        return version("tslab");
      },
      get typescript() {
        return version("typescript");
      },
      node: process.version,
    },
  };
}
