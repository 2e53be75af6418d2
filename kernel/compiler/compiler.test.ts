/** Cells one after the other through one compiler, without a kernel around it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Compiler } from "./compiler.js";

const packageRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
/** Packages for the cells, where the compiler looks for them: below the working folder. */
let packages = "";
let compiler: Compiler;

beforeAll(() => {
  packages = mkdtempSync(join(process.cwd(), "node_modules", ".curvlab-test-"));
  const add = (name: string, types: string) => {
    mkdirSync(join(packages, name));
    writeFileSync(join(packages, name, "package.json"), '{ "types": "index.d.ts" }');
    writeFileSync(join(packages, name, "index.d.ts"), types);
  };
  add("shapes", "export interface Circle { readonly radius: number }");
  add(
    "drawing",
    "import type { Circle } from '../shapes'; export declare function draw(): Circle;",
  );
  add("events", "export declare const notNodes: true;");
  compiler = new Compiler({ cwd: process.cwd(), packageRoot });
});
afterAll(() => rmSync(packages, { recursive: true, force: true }));
beforeEach(() => compiler.reset());

const nameOf = (name: string) =>
  join(packages, name).slice(join(process.cwd(), "node_modules/").length);
/** Compiles a cell as one that runs; gives the codes of its errors. */
function cell(source: string): number[] {
  const result = compiler.compile({ source, name: "In[1]" });
  if (!result.ok) return result.diagnostics.map(({ code }) => code);
  compiler.commit();
  return [];
}

describe("a session of many cells", () => {
  it("finds the same mistake again, in the same cell and in one like it", () => {
    const wrong = 'const a: number = "x"';
    for (let i = 0; i < 3; i++) expect(cell(wrong)).toEqual([2322]);
    expect(cell('const b: number = "x"')).toEqual([2322]);
    expect(cell("const a: number = 1")).toEqual([]);
    expect(cell(wrong)).toEqual([2322]);
  });

  it("knows each cell by what it declared last", () => {
    for (let i = 0; i < 250; i++) {
      const [type, value] = i % 2 ? ["string", '"x"'] : ["number", "1"];
      expect(cell(`const changing: ${type} = ${value}; interface Shape { side: ${type} }`)).toEqual(
        [],
      );
      expect(cell(`const same: ${type} = changing; ({ side: same }) satisfies Shape`)).toEqual([]);
    }
  });

  it("knows Node's own modules, which come before packages of their names", () => {
    const inPackages = new Compiler({ cwd: join(packages, "events"), packageRoot });
    mkdirSync(join(packages, "events", "node_modules"));
    symlinkSync(join(packages, "events"), join(packages, "events", "node_modules", "events"));
    for (const name of ["events", "node:events"]) {
      const source = `import { EventEmitter } from "${name}"; new EventEmitter().listenerCount("x")`;
      expect(inPackages.compile({ source, name: "In[1]" }).ok).toBe(true);
    }
  });

  it("names the types of packages that no cell has imported", () => {
    expect(cell(`import { draw } from ${JSON.stringify(nameOf("drawing"))}`)).toEqual([]);
    expect(cell("const drawn = draw()")).toEqual([]);
    expect(cell("const radius: number = drawn.radius")).toEqual([]);
    expect(cell("const wrong: string = drawn.radius")).toEqual([2322]);
  });

  it("takes export for a word that means nothing", () => {
    const code = [
      "export const e = 1, f = 2;",
      "/** Doc. */ export default function g() { return e }",
      "export interface H { h: typeof f }",
      "export { e, f };",
      "export abstract class K { declare h: H }",
    ];
    expect(cell(code.join("\n"))).toEqual([]);
    expect(cell("const h: H = { h: f }; g() + e; K")).toEqual([]);
    const misplaced = compiler.compile({
      source: "export const n: number =\n  'x'",
      name: "In[2]",
    });
    expect(!misplaced.ok && misplaced.diagnostics[0]?.text).toContain("In[2]:1:14");
    expect(cell("export default 42")).toEqual([]);
  });

  it("lets a later cell fill an empty array, and give a variable its value", () => {
    expect(cell("const rows = []; let model; const both = [], none = null")).toEqual([]);
    expect(cell("rows.push(1); model = { layers: 2 }; both.push('x')")).toEqual([]);
    expect(cell("rows[0] + model.layers")).toEqual([]);
    expect(cell("const filled = []; filled.push(1); filled satisfies number[]")).toEqual([]);
    expect(cell("const early = []; function use() { return early }")).toEqual([7034, 7005]);
    expect(cell("const f = (x) => x")).toEqual([7006]);
  });

  it("goes on after a cell that needs a program of its own", () => {
    expect(cell("let count = 1")).toEqual([]);
    expect(cell("// @ts-expect-error\ncount = 'x'")).toEqual([]);
    expect(cell("// @ts-expect-error\ncount = 2")).toEqual([2578]);
    expect(cell("declare global { interface Array<T> { own: T } }")).toEqual([]);
    expect(cell("count = [1].own; count = ['x'].own")).toEqual([2322]);
    expect(cell("count = 'x'")).toEqual([2322]);
  });
});

describe("what a cell leaves standing of those before", () => {
  const declared = () => compiler.declarations.replaceAll(/\s+/g, " ").trim();

  it("is all that it does not declare anew", () => {
    cell("const a = 1, b = 2; function f() {} enum E { x } namespace N { export const n = 1 }");
    cell("interface I { i: number } type T = I; class C {}");
    cell("const b = 'x'");
    for (const name of [
      "const a",
      "function f",
      "enum E",
      "namespace N",
      "I {",
      "type T",
      "class C",
    ]) {
      expect(declared()).toContain(name);
    }
    expect(declared().match(/\bb\b/g)).toHaveLength(1);
    expect(cell("[a, b.length, f, E.x, N.n, {} as T as I, C]")).toEqual([]);
  });

  it("is the meaning that a name keeps", () => {
    cell("interface Both { old: number } const Both = 1; class Point { x = 1 }");
    cell("type Both = string");
    expect(cell("const value: number = Both; const type: Both = 'x'")).toEqual([]);
    cell("interface Point { y: number }");
    expect(cell("new Point().anything")).toEqual([]);
  });

  it("is what else an import brings", () => {
    cell(
      'import fs, { readFileSync, type Stats } from "node:fs"; import * as path from "node:path"',
    );
    cell("const readFileSync = 1");
    expect(cell("const n: number = readFileSync; fs.existsSync; path.join; ({}) as Stats")).toEqual(
      [],
    );
    cell("const fs = 2; type Stats = 3");
    expect(declared()).not.toMatch(/node:fs/);
  });

  it("does not grow with each cell", () => {
    for (let i = 0; i < 5; i++)
      cell("/** Documented. */\nconst documented = 1; declare global { var shared: number }");
    expect(declared().match(/Documented/g)).toHaveLength(1);
    expect(declared().match(/declare global/g)).toHaveLength(1);
  });
});
