/**
 * The kernelspec: how any Jupyter finds and starts this kernel.
 *
 * Jupyter looks for `<data dir>/kernels/curvlab/kernel.json`. Its argv names this Node and this
 * package by absolute path, so that it works from every folder and environment; `interrupt_mode`
 * is `message`, because a signal would reach the protocol thread and not the user's code.
 * Source: jupyter-client's "Making kernels for Jupyter", "Kernel specs".
 */
import { rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../make-folder.js";
import { drawLogoPng, logoSvg } from "./logo.js";

export const KERNEL_NAME = "curvlab";

export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "signal" | "message";
  readonly env: { readonly [name: string]: string };
  readonly metadata: { readonly [key: string]: unknown };
}

/** The package's folder: this file is `<root>/dist/kernel/kernelspec/kernelspec.js` when it runs. */
const packageRoot = (): string => fileURLToPath(new URL("../../..", import.meta.url));

export function kernelSpec(root: string = packageRoot()): KernelSpec {
  return {
    argv: [
      process.execPath,
      // Three threads share the processors already: with one to help V8, less time goes to switching.
      "--v8-pool-size=1",
      join(root, "bin", "curvlab.js"),
      "kernel",
      "start",
      "--connection-file",
      "{connection_file}",
    ],
    display_name: "TypeScript (curvlab)",
    language: "typescript",
    interrupt_mode: "message",
    env: {},
    metadata: { debugger: false },
  };
}

/** File name → bytes, for a server that serves the kernelspec's resources. */
export function kernelSpecResources(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ["logo-svg.svg", Buffer.from(logoSvg)],
    ["logo-32x32.png", drawLogoPng(32)],
    ["logo-64x64.png", drawLogoPng(64)],
  ]);
}

/** Where to install: the user's own folder, a prefix such as a virtual environment, or everyone. */
export type InstallPlace =
  | { readonly kind: "user" }
  | { readonly kind: "prefix"; readonly prefix: string }
  | { readonly kind: "system" };

export interface Environment {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly variables: { readonly [name: string]: string | undefined };
}
const here = (): Environment => ({
  platform: process.platform,
  home: homedir(),
  variables: process.env,
});

/** The folder that Jupyter reads for this place (jupyter_core's `jupyter_data_dir`). */
export function kernelSpecFolder(place: InstallPlace, environment = here()): string {
  return join(dataFolder(place, environment), "kernels", KERNEL_NAME);
}

function dataFolder(place: InstallPlace, { platform, home, variables }: Environment): string {
  if (place.kind === "prefix") return join(place.prefix, "share", "jupyter");
  if (place.kind === "system") {
    return platform === "win32"
      ? join(variables.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")
      : "/usr/local/share/jupyter";
  }
  if (variables.JUPYTER_DATA_DIR) return variables.JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32") return join(variables.APPDATA ?? home, "jupyter");
  return join(variables.XDG_DATA_HOME ?? join(home, ".local", "share"), "jupyter");
}

/** Writes the kernelspec and its logos; returns the folder. An older one there is replaced. */
export function installKernelSpec(place: InstallPlace, spec: KernelSpec = kernelSpec()): string {
  const folder = kernelSpecFolder(place);
  try {
    rmSync(folder, { recursive: true, force: true });
    makeFolder(folder);
    writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, undefined, 1)}\n`);
    for (const [name, bytes] of kernelSpecResources()) writeFileSync(join(folder, name), bytes);
  } catch (error) {
    throw new Error(`cannot install the kernelspec in ${folder}: ${(error as Error).message}`);
  }
  return folder;
}

/** Removes it; false when there was none. */
export function uninstallKernelSpec(place: InstallPlace): boolean {
  const folder = kernelSpecFolder(place);
  try {
    rmSync(folder, { recursive: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new Error(`cannot remove the kernelspec ${folder}: ${(error as Error).message}`);
  }
}
