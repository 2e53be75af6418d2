/**
 * Every exercise of the course against its own chapter: the printed solution passes, and neither an
 * empty answer nor a constant does.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/index.js";
import { parseNotebook } from "../../src/document/parse-notebook.js";

const folder = join(import.meta.dirname, "../../notebooks");

interface Answered {
  readonly id: string;
  /** The name under which the solution defines the answer. */
  readonly name: string;
  readonly solution: string;
}

/** The solution cell that follows each check cell. */
function exercisesOf(file: string): Answered[] {
  const { cells } = parseNotebook(readFileSync(join(folder, file), "utf8"));
  return cells.flatMap((cell, i) => {
    const asked = /check\.exercise\("([\d.]+)", (\w+)\)/.exec(cell.source);
    const code = /```ts\n([\s\S]*?)```/.exec(cells[i + 1]?.source ?? "");
    return asked ? [{ id: asked[1]!, name: asked[2]!, solution: code?.[1] ?? "" }] : [];
  });
}

/** The function of that name that the solution's first statement defines. */
function answerOf({ name, solution }: Answered): unknown {
  const [first = ""] = solution.split("\n\n");
  const { outputText } = ts.transpileModule(`${first}\n;${name}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None },
  });
  return runInNewContext(outputText, { Math });
}

const constants = [
  ...[0, 1, -1, 0.5, 2].map((value) => () => value),
  () => [0, 0],
  () => [1, 1],
  ...["minimum", "maximum", "saddle", "undecided"].map((word) => () => word),
];

for (const file of readdirSync(folder).filter((name) => name.endsWith(".ipynb"))) {
  describe(`the exercises of ${file}`, () => {
    const exercises = exercisesOf(file);

    it("are three to five", () => {
      expect(exercises.length).toBeGreaterThanOrEqual(3);
      expect(exercises.length).toBeLessThanOrEqual(5);
    });

    it.each(exercises)("$id is passed by its printed solution", async (exercise) => {
      const verdict = await check.exercise(exercise.id, answerOf(exercise));
      expect(verdict.toString()).toMatch(`✓ ${exercise.id} is right`);
    });

    it.each(exercises)("$id is passed by no constant", async ({ id }) => {
      for (const answer of [...constants, 1, "minimum", [1, 1], undefined]) {
        expect((await check.exercise(id, answer)).passed).toBe(false);
      }
    });
  });
}
