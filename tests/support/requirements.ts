/**
 * What a test needs from the machine beyond Node.
 *
 * A missing requirement skips the test by name with the reason, on a developer's
 * machine; under CI=true it fails, so that a green run has run everything.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

export interface Requirement {
  readonly name: string;
  /** Undefined when met; otherwise what is missing and how to get it. */
  readonly missing: string | undefined;
}

export function executable(command: string, how: string): Requirement {
  return {
    name: command,
    missing: findOnPath(command) ? undefined : `${command} is not on PATH (${how})`,
  };
}

/** A module of Debian's own Python, which holds the packages that apt installs. */
export function pythonModule(module: string, how: string): Requirement {
  const found =
    existsSync(DEBIAN_PYTHON) &&
    spawnSync(DEBIAN_PYTHON, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0;
  return { name: module, missing: found ? undefined : `Python has no ${module} (${how})` };
}

export function file(path: string, how: string): Requirement {
  return { name: path, missing: existsSync(path) ? undefined : `${path} does not exist (${how})` };
}

/** Debian's interpreter: another python3 earlier on PATH would not see apt's packages. */
export const DEBIAN_PYTHON = "/usr/bin/python3";

/** `describe` that skips, or under CI=true fails, when a requirement is not met. */
export function describeNeeding(
  requirements: readonly Requirement[],
  title: string,
  body: () => void,
): void {
  const missing = requirements.flatMap((r) => (r.missing === undefined ? [] : [r.missing]));
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const reason = missing.join("; ");
  if (process.env.CI === "true") {
    it(`${title}: cannot run`, () => {
      throw new Error(`${title} needs what this machine lacks: ${reason}`);
    });
  } else {
    describe.skip(`${title} (skipped: ${reason})`, body);
  }
}

export function findOnPath(command: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
}
