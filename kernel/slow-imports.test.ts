import { describe, expect, it } from "vitest";
import { slowImports } from "./slow-imports.js";

describe("slowImports", () => {
  it.each([
    ['import { plot } from "curvlab";', ["curvlab"]],
    [
      "import * as tf from '@tensorflow/tfjs'\nimport {\n  hvp\n} from\n'curvlab'",
      ["@tensorflow/tfjs", "curvlab"],
    ],
    ['import { x } from "./curvlab"; import y from "curvlab-extras"; from("curvlab")', []],
    ["1 + 1", []],
    [JSON.stringify({ source: ['import { plot } from "curvlab";\n', "1"] }), ["curvlab"]],
    ['import "x"; import { a } from "curvlab"; import { b } from "curvlab";', ["curvlab"]],
  ])("%s", (source, expected) => {
    expect(slowImports(source)).toEqual(expected);
  });
});
