/**
 * Every chapter, executed from top to bottom in a fresh kernel by `curvlab run`, gives the numbers
 * that are committed with it, within the tolerance that it states (`metadata.curvlab`: `tolerance`,
 * relative, of the chapter or of a cell; `rounding`, absolute). Where there is a browser, one of them
 * runs in the lab instead (tests/lab/chapter.test.ts).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readChapter } from "../../src/document/chapter.js";
import type { Notebook } from "../../src/document/notebook.js";
import { parseNotebook } from "../../src/document/parse-notebook.js";
import { needsChromium } from "../support/browser.js";
import { LAB_CHAPTER } from "./lab-chapter.js";
import { differences, numbersOf } from "./numbers.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const isInTheLab = needsChromium.missing === undefined;
const chapters = readdirSync(join(root, "notebooks")).filter(
  (name) => /^\d\d-.*\.ipynb$/.test(name) && !(isInTheLab && name === LAB_CHAPTER),
);
let folder = "";
let ran: { status: number | null; stderr: string };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-course-"));
  const paths = chapters.map((name) => join(root, "notebooks", name));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, "bin", "curvlab.js"), "run", ...paths, "--out", folder],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  ran = { status, stderr };
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string): Notebook {
  return parseNotebook(readFileSync(path, "utf8"));
}

describe("the course", () => {
  for (const name of chapters) {
    test(`${name} gives its committed numbers when run again`, () => {
      const raised = ran.stderr
        .split("\n")
        .filter((line) => line.includes(name) && line.includes("raised"));
      expect(raised).toEqual([]);
      expect(existsSync(join(folder, name))).toBe(true);
      const again = numbersOf(read(join(folder, name)));
      const committed = read(join(root, "notebooks", name));
      expect(readChapter(committed)?.tolerance).toBeGreaterThan(0);
      expect(differences(again, numbersOf(committed))).toEqual([]);
    });
  }

  test("runs to its end", () => {
    expect(ran).toEqual({ status: 0, stderr: expect.any(String) });
  });
});

describe("the comparison", () => {
  const cell = (numbers: number[]) => [{ id: "a", numbers, rtol: 1e-6, atol: 1e-12 }];

  test("sees a number that moved, one that is missing, and none where none did", () => {
    expect(differences(cell([1, 2]), cell([1, 2.0000001]))).toEqual([]);
    expect(differences(cell([1, 2]), cell([1, 2.1]))).toEqual([
      "cell a: 1 of 2 differ, first 2, was 2.1",
    ]);
    expect(differences(cell([1]), cell([1, 2]))).toEqual(["cell a: 1 numbers, 2 committed"]);
  });

  test("takes residuals of the size of rounding for equal, and no more", () => {
    expect(differences(cell([7.5e-16]), cell([3.4e-16]))).toEqual([]);
    expect(differences(cell([7.5e-10]), cell([3.4e-10]))).toHaveLength(1);
  });

  test("finds many numbers in chapter 2, so that it compares something", () => {
    const counts = numbersOf(read(join(root, "notebooks", LAB_CHAPTER))).map(
      (cell) => cell.numbers.length,
    );
    expect(counts.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
  });
});
