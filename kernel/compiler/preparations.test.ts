/** What idle moments have looked at costs no time later, as a clock of our own says. */
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Compiler } from "./compiler.js";
import { complete } from "./complete.js";
import { CellLanguageService } from "./language-service.js";
import { Preparations } from "./preparations.js";

const packageRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const IMPORT = 'import * as path from "node:path"; import * as markdown from "markdown-it";';
const LONG_ENOUGH_MS = 10_000;

let compiler: Compiler;
let service: CellLanguageService;
let preparations: Preparations;
let clock = 0;
let cost = 0;

beforeAll(() => {
  compiler = new Compiler({ cwd: process.cwd(), packageRoot });
});
beforeEach(() => {
  vi.useFakeTimers();
  clock = 0;
  service = new CellLanguageService(compiler, () => {
    clock += cost;
    return clock;
  });
  preparations = new Preparations(compiler, service);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  compiler.reset();
});

function run(source: string): void {
  preparations.beginCells();
  expect(compiler.compile({ source, name: "In[1]" }).ok).toBe(true);
  compiler.commit();
  preparations.endCell(source);
}

/** Signatures of a list's members, when each new one takes longer than there is. */
function signatures(source: string): readonly (string | undefined)[] {
  cost = 1000;
  return complete(service, source, source.length).matches.map(({ signature }) => signature);
}

describe("idle moments", () => {
  it("look at all members of what a cell imported, however many", () => {
    cost = 20;
    run(IMPORT);
    vi.advanceTimersByTime(LONG_ENOUGH_MS);
    const found = signatures("path.");
    expect(found.length).toBeGreaterThan(10);
    expect(found).not.toContain(undefined);
  });

  it("come back to what the next cell has kept them from", () => {
    cost = 20;
    run(IMPORT);
    run("const later = 1");
    vi.advanceTimersByTime(LONG_ENOUGH_MS);
    expect(signatures("path.")).not.toContain(undefined);
  });

  it("read the types of what the notebook imports, while no cell has run", () => {
    const compile = vi.spyOn(compiler, "compile");
    preparations.expect(["markdown-it"]);
    vi.advanceTimersByTime(LONG_ENOUGH_MS);
    expect(compile.mock.calls.map(([{ source }]) => source)).toContain(
      'import {} from "markdown-it";',
    );
    run("const kept = 1");
    preparations.expect(["markdown-it"]);
    vi.advanceTimersByTime(LONG_ENOUGH_MS);
    expect(compiler.compile({ source: "kept + 1", name: "In[2]" }).ok).toBe(true);
  });

  it("wait until nobody has asked for anything for a while", () => {
    cost = 20;
    run(IMPORT);
    vi.advanceTimersByTime(100);
    preparations.postpone();
    vi.advanceTimersByTime(150);
    expect(signatures("path.")).toContain(undefined);
  });
});
