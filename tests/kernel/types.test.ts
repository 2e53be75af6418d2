/** Types: errors stop a cell before it runs; completion and inspection know them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, resultText, streamText } from "../support/kernel-client.js";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

interface Match {
  readonly text: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly signature?: string;
}
async function complete(code: string, cursor_pos = code.length) {
  const { reply } = await kernel.request("complete_request", { code, cursor_pos });
  const metadata = reply.content.metadata as { _jupyter_types_experimental: Match[] };
  return { reply, matches: metadata._jupyter_types_experimental };
}
async function inspect(code: string, detail_level: 0 | 1 = 0) {
  const request = { code, cursor_pos: code.length, detail_level };
  const { content } = (await kernel.request("inspect_request", request)).reply;
  return content.data as Record<string, string>;
}
const traceback = async (code: string) =>
  ((await kernel.execute(code)).reply.content.traceback as string[] | undefined)?.join("\n") ?? "";

describe("a type error", () => {
  it("stops the cell before it runs, with code, message and a caret at the cell's line", async () => {
    const code = 'console.log("never");\nconst wrong: string =\n  41 + 1;';
    const outcome = await kernel.execute(code);
    expect(streamText(outcome)).toBe("");
    const { ename, evalue, traceback: lines } = outcome.reply.content;
    expect(ename).toBe("CompileError");
    expect(evalue).toBe("TS2322: Type 'number' is not assignable to type 'string'.");
    const text = (lines as string[]).join("");
    expect(text).toMatch(/^In\[\d+\]:2:7 - error TS2322/);
    expect(text).toContain("  const wrong: string =\n        ^^^^^");
  });

  it("of a syntax error tells the syntax error alone", async () => {
    expect(await traceback("const = 1")).toMatch(/:1:7 - error TS1134/);
  });

  it("is strict: an implicit any is one", async () => {
    expect(await traceback("const f = (x) => x")).toContain("TS7006");
  });

  it("of what is no TypeScript says what to write instead", async () => {
    expect(await traceback("const a = 1;\n%time a")).toMatch(
      /:2:1 - error[\s\S]*\^\n\n {2}A line .* % /,
    );
    expect(await traceback("const b = <b>bold</b>;")).toMatch(/This is JSX.*createElement/);
  });

  it("leaves no name behind", async () => {
    await kernel.execute("const absent: string = 1");
    expect(await traceback("absent")).toContain("TS2304");
  });

  it("is not looked for under // @ts-nocheck", async () => {
    // The comment is part of the cell: the feature under test.
    expect(resultText(await kernel.execute("// @ts-nocheck\nconst g = (x) => x + 1; g(1)"))).toBe(
      "2",
    );
  });

  it("is not one where // @ts-expect-error expects it", async () => {
    expect(resultText(await kernel.execute("// @ts-expect-error\nconst h: string = 5; h"))).toBe(
      "5",
    );
  });

  it("is what the folder's tsconfig.json says", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "curvlab-loose-"));
    writeFileSync(join(cwd, "tsconfig.json"), '{ "compilerOptions": { "strict": false } }');
    const loose = await KernelClient.start({ cwd });
    const outcome = await loose.execute("const f = (x) => x; f(3)");
    await loose.stop();
    expect(resultText(outcome)).toBe("3");
  });
});

describe("names", () => {
  it("may be declared again, by const, let, class, function and import", async () => {
    for (const code of [
      "const again = 1",
      'const again = "text"',
      "let again = 2",
      "class again { x = 1 }",
      "function again() { return 7 }",
      'import again from "node:path"',
      "const again = [3]; again",
    ]) {
      expect((await kernel.execute(code)).reply.content.status).toBe("ok");
    }
    expect(resultText(await kernel.execute("again"))).toBe("[ 3 ]");
  });

  it("assigned in a later cell reach the closures of the first", async () => {
    await kernel.execute("let total = 1; const read = () => total");
    expect(resultText(await kernel.execute("total = 5; read()"))).toBe("5");
  });

  it("of earlier cells work as shorthand properties", async () => {
    await kernel.execute("const left = 1, right = 2");
    expect(resultText(await kernel.execute("({ left, right })"))).toBe("{ left: 1, right: 2 }");
  });

  it("made before an error stay, those after it do not", async () => {
    await kernel.execute('const made = 1; throw new Error("half-way"); const unmade = 2;');
    expect(resultText(await kernel.execute("made"))).toBe("1");
    expect(await traceback("unmade")).toMatch(/Cannot find name .unmade/);
  });

  it("keep namespaces, enums, overloads and what is declared globally", async () => {
    await kernel.execute("namespace Geo { export const pi = 3; export interface P { x: number } }");
    await kernel.execute(
      "function over(a: string): string; function over(a: number): number; function over(a: unknown): unknown { return a }",
    );
    await kernel.execute(
      "declare global { interface Array<T> { final(): T } } Array.prototype.final = function () { return this[this.length - 1] };",
    );
    await kernel.execute("enum Colour { Red, Green }");
    const code =
      "const p: Geo.P = { x: Geo.pi }; const n: number = over(p.x); [n, [1, 2].final(), Colour.Green]";
    expect(resultText(await kernel.execute(code))).toBe("[ 3, 2, 1 ]");
  });

  it("of arrays that are filled later have a type then", async () => {
    await kernel.execute("const rows = []");
    expect(resultText(await kernel.execute("rows.push({ a: 1 }); rows[0].a"))).toBe("1");
  });

  it("keep types, interfaces and generics across cells", async () => {
    await kernel.execute("interface Point { x: number; y: number } type Pair<T> = [T, T]");
    await kernel.execute("const pair: Pair<Point> = [{ x: 1, y: 2 }, { x: 3, y: 4 }]");
    expect(await traceback('pair[0].x = "no"')).toContain("TS2322");
  });
});

describe("decorators", () => {
  it("of the standard", async () => {
    const code = [
      "function twice(f: (this: A) => number, _context: ClassMethodDecoratorContext) {",
      "  return function (this: A) { return 2 * f.call(this) };",
      "}",
      "class A { @twice value() { return 21 } }",
      "new A().value()",
    ].join("\n");
    expect(resultText(await kernel.execute(code))).toBe("42");
  });

  it("of the legacy kind", async () => {
    const code = [
      "function frozen(_target: object, _key: string, descriptor: PropertyDescriptor) {",
      "  descriptor.writable = false;",
      "}",
      "class B { @frozen value() { return 1 } }",
      'Object.getOwnPropertyDescriptor(B.prototype, "value")?.writable',
    ].join("\n");
    expect(resultText(await kernel.execute(code))).toBe("false");
  });
});

describe("completion", () => {
  it("gives members with kinds and signatures, only those that fit", async () => {
    const { reply, matches } = await complete('"text".toUpp');
    expect(reply.content).toMatchObject({
      matches: ["toUpperCase"],
      cursor_start: 7,
      cursor_end: 12,
    });
    expect(matches[0]).toMatchObject({ text: "toUpperCase", type: "method", start: 7, end: 12 });
    expect(matches[0]?.signature).toContain("String.toUpperCase(): string");
  });

  it("knows the names of earlier cells and their members", async () => {
    await kernel.execute("const circle = { radius: 2, area(): number { return 3 } }");
    expect((await complete("circ")).reply.content.matches).toEqual(["circle"]);
    expect((await complete("circle.")).reply.content.matches).toEqual(["area", "radius"]);
  });

  it("knows the cell being typed, after and before the cursor", async () => {
    const code = "const weight = 3;\nwei\nconst other = 1";
    expect((await complete(code, 21)).reply.content.matches).toEqual(["weight"]);
  });

  it("knows modules and the kernel's own display", async () => {
    expect((await complete('import {} from "node:child_')).reply.content.matches).toEqual([
      "node:child_process",
    ]);
    expect((await complete("display.mark")).reply.content.matches).toEqual(["markdown"]);
  });

  it("of nothing that fits is empty", async () => {
    expect((await complete("Math.zzz")).reply.content.matches).toEqual([]);
  });
});

describe("inspection", () => {
  it("gives signature and documentation, as text and Markdown", async () => {
    const found = await inspect("Math.max");
    expect(found["text/plain"]).toContain("Math.max(...values: number[]): number");
    expect(found["text/plain"]).toContain("larger of a set");
    expect(found["text/markdown"]).toMatch(/^```typescript\n/);
  });

  it("at detail 1 adds tags and the place", async () => {
    const brief = await inspect("Math.max");
    const detailed = await inspect("Math.max", 1);
    expect(brief["text/plain"]).not.toContain("@param");
    expect(detailed["text/plain"]).toContain("@param values");
    expect(detailed["text/plain"]).toMatch(/lib\.es5\.d\.ts:\d+/);
  });

  it("inside a call is the called function's", async () => {
    expect((await inspect("Math.max("))["text/plain"]).toContain("...values: number[]");
  });

  it("knows the user's own documentation", async () => {
    await kernel.execute("/** Doubles a number. */\nfunction double(n: number) { return 2 * n }");
    expect((await inspect("double"))["text/plain"]).toContain("Doubles a number.");
  });

  it("of nothing finds nothing", async () => {
    expect(await inspect("   ")).toEqual({});
  });
});

describe("runtime errors", () => {
  it("show the cell's lines and only the user's frames, with the source line", async () => {
    await kernel.execute(
      "interface Options { a: number }\nfunction deep(o: Options): number {\n  return [1].map(() => { throw new TypeError('deep ' + o.a) })[0]!;\n}",
    );
    const text = await traceback("\n\ndeep({ a: 1 });");
    const frames = text.split("\n").filter((line) => line.trim().startsWith("at "));
    expect(text).toContain("TypeError: deep 1");
    expect(text).toContain("  return [1].map(() => { throw new TypeError('deep ' + o.a) })[0]!;");
    expect(frames.map((line) => /In\[\d+\]:(\d+):/.exec(line)?.[1])).toEqual(["3", "3", "3"]);
    expect(text).not.toMatch(/node:|kernel/);
  });

  it("show their place in cells that are not counted, too", async () => {
    const { reply } = await kernel.execute("\nthrow new Error('x')", { store_history: false });
    expect(String(reply.content.traceback)).toMatch(/ {2}throw new Error\('x'\)[\s\S]*:2:7/);
  });

  it("tell their cause, and anything that is thrown", async () => {
    expect(await traceback("throw new Error('outer', { cause: new Error('inner') })")).toMatch(
      /outer[\s\S]*caused by\nError: inner/,
    );
    expect((await kernel.execute("throw { code: 7 }")).reply.content.evalue).toBe("{ code: 7 }");
    expect((await kernel.execute("throw undefined")).reply.content.status).toBe("error");
  });
});
