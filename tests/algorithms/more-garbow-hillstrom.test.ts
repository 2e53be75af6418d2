/**
 * The Moré–Garbow–Hillstrom set × every globally convergent method, beside SciPy's methods.
 *
 * A problem is solved when f comes within 1e-6 (relative) of a published local minimum, or below 1e-10
 * of its start where that minimum is 0. With UPDATE_TABLES=1 the table goes to src/optimize/SOLVERS.md.
 */
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Method } from "../../src/optimize/method-options.js";
import { minimize } from "../../src/optimize/minimize.js";
import { problems } from "../../src/optimize/problems/problems.js";
import type { SumOfSquares } from "../../src/optimize/problems/test-problem.js";
import { describeNeeding, pythonModule } from "../support/requirements.js";
import { ScipyMinimize } from "./scipy-minimize.js";

const set = problems.moreGarbowHillstrom;
const LIMIT = 500;

/** Each kind of method: ours, and SciPy's of the same kind. */
const kinds: Record<string, { ours: Method[]; scipy: string[] }> = {
  "conjugate gradients": { ours: ["cg"], scipy: ["CG"] },
  "quasi-Newton": { ours: ["lbfgs"], scipy: ["BFGS", "L-BFGS-B"] },
  "line-search Newton": {
    ours: ["damped-newton", "newton-cg", "saddle-free-newton"],
    scipy: ["Newton-CG"],
  },
  "exact trust region and cubic": { ours: ["trust-exact", "cubic"], scipy: ["trust-exact"] },
  "truncated trust region": {
    ours: ["trust-steihaug", "trust-krylov"],
    scipy: ["trust-ncg", "trust-krylov"],
  },
  "least squares": {
    ours: ["levenberg-marquardt"],
    scipy: ["least-squares-lm", "least-squares-trf", "least-squares-dogbox"],
  },
};

interface Row {
  readonly method: string;
  readonly failed: readonly string[];
  readonly evaluations: number;
  readonly seconds: number;
}

function solved(problem: SumOfSquares, fun: number): boolean {
  const tiny = 1e-10 * Math.min(1, problem.value(problem.start));
  return problem.minima.some((minimum) => fun - minimum.fun <= 1e-6 * minimum.fun + tiny);
}

async function ours(method: Method): Promise<Row> {
  const failed: string[] = [];
  let evaluations = 0;
  const begin = performance.now();
  for (const problem of set) {
    const options = { method, maxIterations: LIMIT, gtol: 1e-10, trace: false };
    const { fun, nfev } = await minimize(problem, problem.start, options);
    evaluations += nfev;
    if (!solved(problem, fun)) failed.push(problem.name);
  }
  return { method, failed, evaluations, seconds: (performance.now() - begin) / 1000 };
}

async function theirs(scipy: ScipyMinimize, method: string): Promise<Row> {
  const failed: string[] = [];
  let [evaluations, seconds] = [0, 0];
  for (const [index, problem] of set.entries()) {
    const run = await scipy.run(index, method, LIMIT);
    evaluations += run.nfev;
    seconds += run.seconds;
    if (
      !run.x ||
      !solved(problem, problem.value(Float64Array.from(run.x, (v) => v ?? Number.NaN)))
    ) {
      failed.push(problem.name);
    }
  }
  return { method, failed, evaluations, seconds };
}

function tableRow({ method, failed, evaluations, seconds }: Row, who: string): string {
  const name = `${who} \`${method}\``;
  return `| ${name} | ${set.length - failed.length} | ${evaluations} | ${seconds.toFixed(2)} | ${failed.join(", ") || "–"} |`;
}

const scipyInstalled = pythonModule("scipy", "Debian: apt install python3-scipy");

describeNeeding([scipyInstalled], "Moré–Garbow–Hillstrom, beside SciPy", () => {
  const lines = [
    "# The Moré–Garbow–Hillstrom set × the globally convergent methods",
    "",
    `Problems solved of ${set.length} from the published starts, evaluations of f in all, and seconds.`,
    "SciPy works on the same functions; its time leaves out their evaluation, ours does not.",
    "Made by `UPDATE_TABLES=1 npx vitest run tests/algorithms/more-garbow-hillstrom.test.ts`.",
    "",
    "| method | solved | evaluations | seconds | not solved |",
    "|---|---|---|---|---|",
  ];

  for (const [kind, { ours: mine, scipy: others }] of Object.entries(kinds)) {
    it(`${kind}: each of ours solves no fewer than SciPy's best`, async () => {
      const scipy = new ScipyMinimize(set);
      const rows: Row[] = [];
      for (const method of others) rows.push(await theirs(scipy, method));
      await scipy.close();
      const best = Math.max(...rows.map((row) => set.length - row.failed.length));
      const own: Row[] = [];
      for (const method of mine) own.push(await ours(method));
      lines.push(
        ...own.map((row) => tableRow(row, "curvlab")),
        ...rows.map((row) => tableRow(row, "SciPy")),
      );
      for (const row of own) {
        expect(
          set.length - row.failed.length,
          `${row.method} misses ${row.failed.join(", ")}`,
        ).toBeGreaterThanOrEqual(best);
      }
    });
  }

  it("is written to src/optimize/SOLVERS.md when asked", () => {
    expect(lines.length).toBe(8 + 9 + 11);
    if (process.env.UPDATE_TABLES === "1") {
      const file = new URL("../../src/optimize/SOLVERS.md", import.meta.url);
      writeFileSync(file, `${lines.join("\n")}\n`);
    }
  });
});
