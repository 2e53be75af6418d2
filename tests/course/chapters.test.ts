/**
 * Every chapter, executed from top to bottom in a fresh kernel by `curvlab run`, gives the numbers
 * that are committed with it, within the tolerance that its metadata states.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notebook } from "../../src/document/notebook.js";
import { parseNotebook } from "../../src/document/parse-notebook.js";
import { differences, numbersOf } from "./numbers.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const chapters = readdirSync(join(root, "notebooks")).filter((name) =>
  /^\d\d-.*\.ipynb$/.test(name),
);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-course-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string): Notebook {
  return parseNotebook(readFileSync(path, "utf8"));
}

function toleranceOf(notebook: Notebook): number {
  const { tolerance } = notebook.metadata.curvlab as { tolerance?: unknown };
  if (typeof tolerance !== "number") {
    throw new Error("metadata.curvlab.tolerance is missing: how far may a second run be off?");
  }
  return tolerance;
}

describe("the course", () => {
  for (const name of chapters) {
    const path = join(root, "notebooks", name);

    test(`${name} gives its committed numbers when run again`, { timeout: 600_000 }, () => {
      const committed = read(path);
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(root, "bin", "curvlab.js"), "run", path, "--out", folder],
        { encoding: "utf8" },
      );
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      const again = numbersOf(read(join(folder, name)));
      expect(differences(again, numbersOf(committed), toleranceOf(committed))).toEqual([]);
    });
  }
});

describe("the comparison", () => {
  const cell = (numbers: number[]) => [{ id: "a", numbers }];

  test("sees a number that moved, one that is missing, and none where none did", () => {
    expect(differences(cell([1, 2]), cell([1, 2.0000001]), 1e-6)).toEqual([]);
    expect(differences(cell([1, 2]), cell([1, 2.1]), 1e-6)).toEqual([
      "cell a: 1 of 2 differ, first 2, was 2.1",
    ]);
    expect(differences(cell([1]), cell([1, 2]), 1e-6)).toEqual(["cell a: 1 numbers, 2 committed"]);
  });

  test("finds many numbers in chapter 2, so that it compares something", () => {
    const chapter = chapters.find((name) => name.startsWith("02-"))!;
    const counts = numbersOf(read(join(root, "notebooks", chapter))).map((c) => c.numbers.length);
    expect(counts.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
  });
});
