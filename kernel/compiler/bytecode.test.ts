import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { beforeEach, describe, expect, it } from "vitest";
import { keepBytecode, requireQuickly } from "./bytecode.js";

/** A package of CommonJS, whose functions V8 compiles when they are first called. */
const PACKAGE = "mime-types";
const require = createRequire(import.meta.url);

interface Loaded {
  readonly lookup: (path: string) => string;
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "curvlab-bytecode-"));
  forget();
});

function forget(): void {
  delete require.cache[require.resolve(PACKAGE)];
}

async function keep(): Promise<string> {
  const path = await keepBytecode(
    PACKAGE,
    async () => {
      const loaded = requireQuickly(PACKAGE, folder) as Loaded;
      expect(loaded.lookup("a.json")).toBe("application/json");
    },
    folder,
  );
  forget();
  return path;
}

describe("bytecode", () => {
  it("stands in one file, named after the package's release, and loads the package", async () => {
    const path = await keep();
    const { version } = require(`${PACKAGE}/package.json`) as { version: string };
    expect(readdirSync(folder)).toEqual([`${PACKAGE}-${version}.bytecode`]);
    expect(path).toBe(join(folder, `${PACKAGE}-${version}.bytecode`));
    const filename = require.resolve(PACKAGE);
    const source = Module.wrap(readFileSync(filename, "utf8"));
    const script = new vm.Script(source, { filename, cachedData: readFileSync(path) });
    expect(script.cachedDataRejected).toBe(false);
    const first = requireQuickly(PACKAGE, folder) as Loaded;
    expect(first.lookup("a.html")).toBe("text/html");
    expect(requireQuickly(PACKAGE, folder)).toBe(first);
  });

  it.each([
    ["nothing", () => Buffer.alloc(0)],
    ["half of it", (whole: Buffer) => whole.subarray(0, whole.length >> 1)],
    ["other bytes", (whole: Buffer) => Buffer.alloc(whole.length, 7)],
  ])("does no harm where the file holds %s", async (_what, spoil) => {
    const path = await keep();
    writeFileSync(path, spoil(readFileSync(path)));
    expect((requireQuickly(PACKAGE, folder) as Loaded).lookup("a.css")).toBe("text/css");
  });

  it("is not needed", () => {
    expect((requireQuickly(PACKAGE, folder) as Loaded).lookup("a.png")).toBe("image/png");
  });
});
