/** Imports of every kind, from a folder with packages and modules of its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelClient, resultText, streamText } from "../support/kernel-client.js";

let cwd = "";
let kernel: KernelClient;

let clock = Date.now() / 1000 - 1000;
/** Each write is a second later than the one before, whatever the file system's resolution. */
function write(path: string, text: string): void {
  const file = join(cwd, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  clock += 1;
  utimesSync(file, clock, clock);
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "curvlab-modules-"));
  const esmOnly = { name: "esm-only", type: "module", exports: { import: "./main.js" } };
  write("node_modules/esm-only/package.json", JSON.stringify(esmOnly));
  write(
    "node_modules/esm-only/main.js",
    "export const kind = await Promise.resolve('esm'); export default function greet() { return 'hi' }",
  );
  write(
    "node_modules/esm-only/main.d.ts",
    "export const kind: string; export default function greet(): string;",
  );
  const mapped = {
    name: "mapped",
    exports: {
      ".": { types: "./index.d.ts", import: "./index.mjs", require: "./index.cjs" },
      "./facts": "./facts.json",
      "./sub": { types: "./sub.d.ts", default: "./sub.mjs" },
    },
  };
  write("node_modules/mapped/package.json", JSON.stringify(mapped));
  write("node_modules/mapped/index.mjs", "export const via = 'import'");
  write("node_modules/mapped/index.cjs", "exports.via = 'require'");
  write("node_modules/mapped/index.d.ts", "export const via: string");
  write("node_modules/mapped/facts.json", '{ "fact": 7 }');
  write("node_modules/mapped/sub.mjs", "export const sub = 1");
  write("node_modules/mapped/sub.d.ts", "export const sub: number");
  write("node_modules/common/package.json", '{ "name": "common", "main": "index.js" }');
  write("node_modules/common/index.js", "module.exports = function add(a, b) { return a + b }");
  write(
    "node_modules/common/index.d.ts",
    "declare function add(a: number, b: number): number; export = add",
  );
  write("data.json", '{ "answer": 42 }');
  write(
    "helper.ts",
    "import { base } from './base'; export const value: number = base + 1; export type Unit = 'm' | 's'",
  );
  write("base.ts", "export const base = 1");
  write("lazy.ts", "export const lazy = 1");
  write("awaiting.ts", "export const loaded: number = await Promise.resolve(9)");
  write("throws.ts", "export function fail(): never {\n  throw new Error('from a module')\n}");
  kernel = await KernelClient.start({ cwd });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const result = async (code: string) => {
  const outcome = await kernel.execute(code);
  return resultText(outcome) ?? outcome.reply.content.evalue ?? outcome.reply.content.status;
};

describe("packages", () => {
  it("that are ES modules only, with top-level await", async () => {
    expect(await result('import greet, { kind } from "esm-only"; [kind, greet()]')).toBe(
      "[ 'esm', 'hi' ]",
    );
  });

  it("by exports maps, with their types", async () => {
    expect(
      await result('import { via } from "mapped"; import { sub } from "mapped/sub"; [via, sub]'),
    ).toBe("[ 'import', 1 ]");
    expect(await result("const wrong: string = sub")).toContain("TS2322");
  });

  it("by exports maps, of JSON", async () => {
    expect(await result('import facts from "mapped/facts"; facts.fact')).toBe("7");
    expect(await result("const wrong: string = facts.fact")).toContain("TS2322");
  });

  it("without types, in a cell that wants none", async () => {
    write("node_modules/untyped/package.json", '{ "name": "untyped", "main": "index.js" }');
    write("node_modules/untyped/index.js", "exports.kind = 'untyped'");
    expect(await result('import { kind as untyped } from "untyped"; untyped')).toContain("TS7016");
    // The comment is the feature under test: a checked cell refuses a package without types.
    const code = '// @ts-nocheck\nimport { kind as untyped } from "untyped"; untyped';
    expect(await result(code)).toBe("'untyped'");
  });

  it("of CommonJS, by default import and as a namespace's default", async () => {
    expect(await result('import add from "common"; add(1, 2)')).toBe("3");
  });

  it("of CommonJS, the same whether imported by a cell, required or imported by a package", async () => {
    const code = [
      'import once from "common";',
      'once === require("common") && once === (await import("common")).default',
    ].join("\n");
    expect(await result(code)).toBe("true");
  });

  it("by dynamic import, typed", async () => {
    expect(await result('const m = await import("esm-only"); m.default()')).toBe("'hi'");
    expect(await result("m.kind = 1 as never as string; const n: number = m.kind")).toContain("TS");
  });

  it("by require", async () => {
    expect(await result('require("common")(2, 3)')).toBe("5");
  });

  it("that only lie beside this one are none of the notebook's; its dependencies are", async () => {
    // Unchecked, so that it is the run and not the check that looks for the package.
    const vitest = '// @ts-nocheck\nimport { expect } from "vitest"';
    expect(await result(vitest)).toBe(
      `there is no package vitest for ${cwd}: install it there, npm install vitest`,
    );
    expect(await result('await import("vitest" as string)')).toContain(
      "there is no package vitest",
    );
    expect(await result('import { diffLines } from "diff"; typeof diffLines')).toBe("'function'");
    const part = 'import { util } from "@tensorflow/tfjs-core"; util.sizeFromShape([2, 3])';
    expect(await result(part)).toBe("6");
  });

  it("that do not exist are a type error; of Node's all are there", async () => {
    expect(await result('import nothing from "no-such-package"')).toContain("TS2307");
    expect(await result('import { readFile } from "node:fs/promises"; typeof readFile')).toBe(
      "'function'",
    );
  });
});

describe("files", () => {
  it("of JSON, typed, and read again when they change", async () => {
    expect(await result('import data from "./data.json"; data.answer')).toBe("42");
    expect(await result("const text: string = data.answer")).toContain("TS2322");
    write("data.json", '{ "answer": 43 }');
    expect(await result('import data from "./data.json"; data.answer')).toBe("43");
  });

  it("of TypeScript, with types, and imports of their own", async () => {
    expect(
      await result('import { value, type Unit } from "./helper"; const u: Unit = "m"; value'),
    ).toBe("2");
    expect(await result('const wrong: Unit = "kg"')).toContain("TS2322");
    expect(await result('import { value as v2 } from "./helper.ts"; v2')).toBe("2");
  });

  it("are loaded again when they, or what they import, change", async () => {
    write("base.ts", "export const base = 10");
    expect(await result('import { value } from "./helper"; value')).toBe("11");
    write("helper.ts", "export const value: string = 'new'");
    expect(await result('import { value } from "./helper"; value.length')).toBe("3");
  });

  it("are imported by import() too, typed, and loaded again when they change", async () => {
    expect(await result('const lazy = await import("./lazy"); lazy.lazy')).toBe("1");
    expect(await result("const wrong: string = lazy.lazy")).toContain("TS2322");
    write("lazy.ts", "export const lazy = (await import('./base')).base * 2");
    expect(await result('(await import("./lazy")).lazy')).toBe("20");
    expect(await result('(await import("./data.json", { with: { type: "json" } })).default')).toBe(
      "{ answer: 43 }",
    );
  });

  it("of every extension that TypeScript has", async () => {
    write("module.mts", "export const m = 1");
    write("element.tsx", "export const x = <T,>(value: T) => value");
    const code = 'import { m } from "./module.mjs"; import { x } from "./element"; [m, x(2)]';
    expect(await result(code)).toBe("[ 1, 2 ]");
  });

  it("and cells know where they are", async () => {
    const here = "[__dirname, import.meta.dirname, import.meta.url.startsWith('file:')]";
    expect(await result(here)).toBe(`[ '${cwd}', '${cwd}', true ]`);
    write("where.ts", "export const where = import.meta.filename");
    expect(await result('import { where } from "./where"; where')).toBe(
      `'${join(cwd, "where.ts")}'`,
    );
  });

  it("may await at their top level", async () => {
    expect(await result('import { loaded } from "./awaiting"; loaded')).toBe("9");
  });

  it("have their type errors reported with their name and line", async () => {
    write("broken.ts", "export const fine = 1;\nexport const broken: string = 2");
    const { reply } = await kernel.execute('import { broken } from "./broken"; broken');
    expect(String(reply.content.traceback)).toMatch(/broken\.ts:2:14 - error TS2322/);
  });

  it("have their runtime errors mapped", async () => {
    const { reply } = await kernel.execute('import { fail } from "./throws"; fail()');
    expect(String(reply.content.traceback)).toMatch(/throws\.ts:2:9/);
  });

  it("may import each other, and have blanks and brackets in their names", async () => {
    write(
      "even (1).ts",
      "import { odd } from './odd 1'; export const even = (n: number): boolean => n === 0 || odd(n - 1)",
    );
    write(
      "odd 1.ts",
      "import { even } from './even (1)';\nexport const odd = (n: number): boolean => {\n  if (n < 0) throw new Error('negative');\n  return n !== 0 && even(n - 1) };",
    );
    expect(
      await result(
        'import { even } from "./even (1)"; import { odd } from "./odd 1"; [even(4), odd(4)]',
      ),
    ).toBe("[ true, false ]");
    const { reply } = await kernel.execute("odd(-1)");
    expect((reply.content.traceback as string[]).join("\n")).toMatch(
      / {2}if \(n < 0\)[\s\S]*odd 1\.ts:3:20/,
    );
  });
});

describe("curvlab", () => {
  it("is importable from any folder, with types, as one instance", async () => {
    expect(await result('import { tf } from "curvlab"; typeof tf.tensor')).toBe("'function'");
    const same =
      'import * as again from "curvlab"; again.tf.engine() === tf.engine() && (await import("curvlab")).tf === again.tf';
    expect(await result(same)).toBe("true");
    expect(await result("const wrong: string = tf.scalar(1)")).toContain("TS2322");
  });

  it("shares its TensorFlow.js with an import of it", async () => {
    const code = 'import * as own from "@tensorflow/tfjs"; own.engine() === tf.engine()';
    expect(await result(code)).toBe("true");
  });
});

describe("TensorFlow.js", () => {
  it("says nothing of a backend that is not installed", async () => {
    const outcome = await kernel.execute("tf.tensor([1, 2]).add(1).dataSync()");
    expect(resultText(outcome)).toBe("Float32Array(2) [ 2, 3 ]");
    expect(streamText(outcome, "stderr")).toBe("");
  });
});

describe("tslab", () => {
  it("gives display, newDisplay and versions", async () => {
    const outcome = await kernel.execute(
      [
        'import * as tslab from "tslab";',
        'tslab.display.html("<b>1</b>");',
        "const d = tslab.newDisplay();",
        'd.markdown("first"); d.markdown("second");',
        "[tslab.versions.typescript, tslab.versions.tslab]",
      ].join("\n"),
    );
    expect(outcome.iopub.map((m) => m.type)).toEqual([
      "status",
      "execute_input",
      "display_data",
      "display_data",
      "update_display_data",
      "execute_result",
      "status",
    ]);
    expect(resultText(outcome)).toBe("[ '5.9.3', '1.0.22' ]");
  });
});

describe("what the session's notebook imports", () => {
  const folder = mkdtempSync(join(tmpdir(), "curvlab-opened-"));
  const isLoaded = "Object.keys(require.cache).some((path) => path.includes('tfjs-core'))";
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function opened(imported: string) {
    const cell = { source: [`import * as it from "${imported}";\n`] };
    writeFileSync(join(folder, "notebook.ipynb"), JSON.stringify({ cells: [cell] }));
    const env = { JPY_SESSION_NAME: join(folder, "notebook.ipynb") };
    return KernelClient.start({ cwd: folder, env });
  }

  it("is loaded before a cell asks for it", async () => {
    const prepared = await opened("@tensorflow/tfjs");
    expect(resultText(await prepared.execute(isLoaded))).toBe("true");
    await prepared.stop();
  });

  it("runs none of the code of the notebook's own folder", async () => {
    const trap = `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "sprung"))}, "")`;
    for (const name of ["curvlab", "@tensorflow/tfjs"]) {
      const path = join(folder, "node_modules", name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "package.json"), JSON.stringify({ name, main: "index.js" }));
      writeFileSync(join(path, "index.js"), trap);
      const prepared = await opened(name);
      await prepared.execute("1 + 1");
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(existsSync(join(folder, "sprung"))).toBe(false);
      await prepared.stop();
    }
  });
});
