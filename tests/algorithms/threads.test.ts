/** Independent runs on worker threads: the same on any number, watched, and ended by an abort. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

type Landscape = typeof import("../../src/landscape/index.js");
type Optimize = typeof import("../../src/optimize/index.js");

const compiled = (folder: string) =>
  new URL(`../../dist/src/${folder}/index.js`, import.meta.url).href;

/** The compiled modules: worker threads run JavaScript. */
const { criticalPoints, basins, outcomes }: Landscape = await import(compiled("landscape"));
const { problems }: Optimize = await import(compiled("optimize"));

describe("runs on worker threads", () => {
  const starts = { count: 60, low: [-5, -5], high: [5, 5], seed: 3 };

  it.each(["newton", "newton-mr", "gradient-norm"] as const)(
    "find the same critical points on one, two and three threads (%s)",
    async (method) => {
      const alone = await criticalPoints(problems.himmelblau, { starts, method, threads: 1 });
      expect(alone.length).toBeGreaterThan(7);
      for (const threads of [2, 3]) {
        const shared = await criticalPoints(problems.himmelblau, { starts, method, threads });
        expect(shared).toEqual(alone);
      }
    },
  );

  it("fill in the same basins and outcomes, of a problem that is made by a function too", async () => {
    const square = { x: [-1, 1], y: [-1, 1], resolution: 9, method: "newton" } as const;
    const bowl = problems.quadratic([1, 4], { seed: 2 });
    const alone = await basins(bowl, { ...square, threads: 1 });
    expect(await basins(bowl, { ...square, threads: 2 })).toEqual(alone);
    const many = { starts: 40, size: 2, deviation: 3, method: "trust-exact" } as const;
    const counts = { minimum: 40 };
    expect((await outcomes(problems.himmelblau, { ...many, threads: 2 })).counts).toEqual(counts);
  });

  it("report every run once, and count them", async () => {
    const seen: number[] = [];
    const runs = new Set<number>();
    await criticalPoints(problems.himmelblau, {
      starts,
      threads: 2,
      onProgress: ({ done, of, run }) => {
        seen.push(done);
        runs.add(run);
        expect(of).toBe(60);
      },
    });
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(runs.size).toBe(60);
  });

  it("take an objective from a module, and refuse one that is only here", async () => {
    const source = `
      export const bowl = (c) => ({
        value: ([x]) => (x - c) ** 2, gradient: ([x]) => [2 * (x - c)], hessian: () => [[2]],
      });`;
    const module = `data:text/javascript,${encodeURIComponent(source)}`;
    const found = await criticalPoints(
      { module, name: "bowl", args: [3] },
      { starts: [[0], [1], [9]], threads: 2 },
    );
    expect(found.map(({ x, hits }) => [x[0], hits])).toEqual([[3, 3]]);
    await expect(
      criticalPoints({ module, name: "nothing" }, { starts: [[0], [1]], threads: 1 }),
    ).rejects.toThrow('exports no objective "nothing"; it exports bowl');
    const here = { value: () => 0, gradient: () => [0], hessian: () => [[0]] };
    await expect(criticalPoints(here, { starts: [[0]], threads: 2 })).rejects.toThrow(
      "cannot be sent to another thread",
    );
  });

  it.each([1, 2])(
    "end with the signal, and leave no thread: the process ends (%i)",
    async (threads) => {
      const script = `
      import { criticalPoints } from ${JSON.stringify(compiled("landscape"))};
      import { problems } from ${JSON.stringify(compiled("optimize"))};
      const signal = AbortSignal.timeout(400);
      const box = (entry) => new Array(36).fill(entry);
      const starts = { count: 100000, low: box(-1), high: box(1) };
      const options = { starts, method: "newton-mr", threads: ${threads}, signal };
      await criticalPoints(problems.safranShamir(6), options).catch((error) => console.log(error.name));`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "-e", script],
        { timeout: 20_000 },
      );
      expect(stdout).toBe("TimeoutError\n");
    },
  );
});
