/** Completions of one compiler, with a clock of our own: signatures are given as long as it allows. */
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Compiler } from "./compiler.js";
import { complete } from "./complete.js";
import { CellLanguageService } from "./language-service.js";

const packageRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
let compiler: Compiler;
let clock = 0;
/** How long the clock says that each signature took. */
let cost = 0;
let service: CellLanguageService;

beforeAll(() => {
  compiler = new Compiler({ cwd: process.cwd(), packageRoot });
  service = new CellLanguageService(compiler, () => {
    clock += cost;
    return clock;
  });
});
beforeEach(() => compiler.reset());

function run(source: string): void {
  expect(compiler.compile({ source, name: "In[1]" }).ok).toBe(true);
  compiler.commit();
}
const signatures = (source: string) =>
  complete(service, source, source.length).matches.map(({ signature }) => signature);

describe("signatures of completions", () => {
  it("are all given, in order, while there is time", () => {
    cost = 0;
    expect(signatures("Math.cb")).toEqual(["(method) Math.cbrt(x: number): number"]);
    expect(signatures("Number.is").map((text) => /is\w+/.exec(text ?? "")?.[0])).toEqual([
      "isFinite",
      "isInteger",
      "isNaN",
      "isSafeInteger",
    ]);
  });

  it("stop when the time is up, and go further at the next request", () => {
    cost = 20;
    const given = () => signatures("Reflect.").filter((text) => text !== undefined).length;
    expect(signatures("Reflect.")).toHaveLength(13);
    const counts = Array.from({ length: 14 }, given);
    expect(counts[0]).toBeLessThan(5);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(13);
  });

  it("are those of the cells' present names", () => {
    cost = 0;
    run("const changing = 1");
    expect(signatures("changing")).toEqual(["const changing: 1"]);
    run('const changing = "one"; const pair: { left: string } = { left: "l" }');
    expect(signatures("changing")).toEqual(['const changing: "one"']);
    expect(signatures("pair.le")).toEqual(["(property) left: string"]);
    run("const pair: { left: number } = { left: 1 }");
    expect(signatures("pair.le")).toEqual(["(property) left: number"]);
  });
});
