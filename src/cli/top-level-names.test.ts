import { describe, expect, it } from "vitest";
import { topLevelNames, withNamedExports } from "./top-level-names.js";

describe("topLevelNames", () => {
  it("reads values from declarations, patterns and imports, and no types", () => {
    const source = `
      import tf, * as all from "tf";
      import { a, b as c, type D } from "x";
      import type { E } from "y";
      export const model = 1, [first, { deep: [inner], ...others }, , last] = make();
      let later; var old;
      async function train() { const hidden = 1; }
      class Net {}
      interface Shape {}
      type Name = string;
      declare const ambient: number;
      for (const i of []) {}`;
    expect(topLevelNames(source)).toEqual([
      ...["tf", "all", "a", "c", "model", "first", "inner", "others", "last"],
      ...["later", "old", "train", "Net"],
    ]);
  });

  it("reads what it can of a source with an error in it", () => {
    expect(topLevelNames("const model = ;\nconst data = 1;")).toEqual(["model", "data"]);
  });
});

describe("withNamedExports", () => {
  it.each([
    ["export default { model };", "const defaultExport = { model };"],
    ["export default async () => 1", "const defaultExport = async () => 1"],
    [
      "export default function make() { return 1; }",
      "const defaultExport = function make() { return 1; }",
    ],
    ["export { net as model, data };", "const model = net;"],
    ["export { net as default };", "const defaultExport = net;"],
    ['export { a as model, data } from "./x.js";', 'import { a as model, data } from "./x.js";'],
    ["export const model = 1;", "export const model = 1;"],
    ["export type { Shape };", "export type { Shape };"],
  ])("%s", (source, expected) => {
    expect(withNamedExports(source)).toBe(expected);
  });

  it("leaves the lines where they are", () => {
    const source = "const net = 1;\nexport {\n  net as model,\n};\nexport default 3;\n";
    expect(withNamedExports(source)).toBe(
      "const net = 1;\nconst model = net;\nconst defaultExport = 3;\n",
    );
  });
});
