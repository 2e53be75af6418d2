import { describe, expect, it } from "vitest";
import { toCommonJs } from "./commonjs.js";
import { RUNTIME } from "./commonjs-runtime.js";

/** Runs a module's output with a runtime of our own. */
function run(
  source: string,
  guard = [0],
  stop: () => void = () => undefined,
): Record<string, unknown> {
  const { js } = toCommonJs(source);
  const exports: Record<string, unknown> = {};
  const scope = {
    exports,
    [RUNTIME.guard]: guard,
    [RUNTIME.stop]: stop,
    [RUNTIME.import]: (specifier: string) => `imported ${specifier}`,
    [RUNTIME.require]: (specifier: string) => ({
      __esModule: true,
      default: `required ${specifier}`,
    }),
    require: (specifier: string) => `the user's ${specifier}`,
  };
  new Function(...Object.keys(scope), js)(...Object.values(scope));
  return exports;
}

const LOOPS: readonly string[] = [
  "for (let i = 0; i < 3; i++) n++;",
  "for (const x of [1, 2, 3]) n += x - x + 1;",
  "for (const k in { a: 1, b: 2, c: 3 }) { void k; n++; }",
  "while (n < 3) n++;",
  "do { n++; } while (n < 3);",
  "outer: for (;;) { for (;;) { if (++n === 3) break outer; continue outer; } }",
];

describe("toCommonJs", () => {
  it.each(LOOPS)("keeps the meaning of %s", (loop) => {
    expect(run(`let n = 0; ${loop} export { n }`).n).toBe(3);
  });

  it.each(LOOPS)("gives each turn of %s a guard that can throw", (loop) => {
    const stop = () => {
      throw new Error("stopped");
    };
    expect(() => run(`let n = 0; ${loop} export { n }`, [1], stop)).toThrow("stopped");
  });

  it("hands import() and static imports to the runner, and leaves require to the user", () => {
    const exports = run(
      'import a from "a"; const b = import("b"); const c = require("c"); export { a, b, c }',
    );
    expect(exports).toMatchObject({ a: "required a", b: "imported b", c: "the user's c" });
  });

  it("names the modules that it imports, types left out", () => {
    const source =
      'import "x"; import type { T } from "t"; import { type U } from "u"; import { V } from "v"; import y from "y"; export * from "z"; y as T as V; import("w")';
    const { imports } = toCommonJs(source, { fileName: "m.ts" });
    expect(imports.map(({ specifier }) => specifier)).toEqual(["w", "x", "y", "z"]);
    expect(imports.map(({ isDynamic }) => isDynamic)).toEqual([true, false, false, false]);
  });

  it("makes CommonJS of a module whose name says otherwise", () => {
    expect(toCommonJs("export const a = 1", { fileName: "/m.mts" }).js).toContain("exports.a");
  });

  it("gives import.meta to the runner", () => {
    expect(toCommonJs("export const a = import.meta.url").js).toContain(`${RUNTIME.meta}.url`);
  });

  it("lets an imported name's export be defined again", () => {
    const exports = run('import a from "a"; export { a }');
    expect(Object.getOwnPropertyDescriptor(exports, "a")?.configurable).toBe(true);
  });
});
