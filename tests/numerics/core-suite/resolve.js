/**
 * Lets Node load tfjs-core's tests, which are written for a bundler: relative imports without an
 * extension, ES modules in a package that does not say so, and names imported from CommonJS.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CORE = "/@tensorflow/tfjs-core/dist/";

export async function resolve(specifier, context, next) {
  if (specifier === "seedrandom" && context.parentURL?.includes(CORE)) {
    return { url: new URL("./seedrandom.js", import.meta.url).href, shortCircuit: true };
  }
  if (specifier.startsWith(".") && context.parentURL?.includes(CORE)) {
    const url = new URL(specifier, context.parentURL);
    for (const ending of [".js", "/index.js"]) {
      const file = new URL(url.href.endsWith(".js") ? url.href : url.href + ending);
      if (existsSync(fileURLToPath(file))) {
        return { url: file.href, format: "module", shortCircuit: true };
      }
    }
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  return next(url, url.includes(CORE) ? { ...context, format: "module" } : context);
}
