/** Every `@example` of the library compiles as a notebook would, runs, and gives what it says. */
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import * as curvlab from "../../src/index.js";
import { findExamples, type Outcome, runExamples } from "./example-blocks.js";
import { agrees, parseGiven } from "./given-value.js";
import { publicFunctions } from "./public-functions.js";

const examples = await findExamples("src");
let outcomes: readonly Outcome[] = [];
let diagnostics: readonly string[] = [];

beforeAll(async () => {
  ({ outcomes, diagnostics } = await runExamples(examples, Object.keys(curvlab)));
});

describe("each example gives the values of its comments", () => {
  it.each(examples.map((example, i) => ({ i, place: `${example.file}:${example.line}` })))(
    "$place",
    ({ i }) => {
      const { file, claims } = examples[i]!;
      const { values, error } = outcomes[i]!;
      const wrong = claims.flatMap(({ line, expression, comment }, at) => {
        if (at >= values.length) return [];
        const value = values[at];
        if (isGiven(comment, value)) return [];
        return [`${file}:${line}: ${expression}\n  given ${comment}\n  found ${inspect(value)}`];
      });
      if (error) wrong.push(`${file}: stopped after ${values.length} values: ${error}`);
      expect(wrong.join("\n")).toBe("");
      expect(claims, "an example shows a value in a comment behind an expression").not.toEqual([]);
    },
  );
});

/** A text of several lines is given as it is. */
function isGiven(comment: string, value: unknown): boolean {
  if (comment.includes("\n")) return comment === value;
  return agrees(parseGiven(comment), value);
}

it("examples pass the notebook's type checks", () => {
  expect(diagnostics).toEqual([]);
});

it("every public function has an example", () => {
  const bare = publicFunctions().filter(({ hasExample }) => !hasExample);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

describe("a comment", () => {
  it.each([
    ["337", 337],
    ["-0.7268…, a derivative", -0.72686],
    ["[1, 2, …]", Float64Array.of(1, 2, 3)],
    ["{ value: 5, gradient: [2, 4] }", { value: 5, gradient: Float64Array.of(2, 4) }],
    ['"1e-07"', "1e-07"],
    ["48n", 48n],
  ])("%s agrees with its value", (comment, value) => {
    expect(agrees(parseGiven(comment), value)).toBe(true);
  });

  it.each([
    ["337", 337.0001],
    ["337", "337"],
    ["-0.7268…", -0.7271],
    ["[1, 2]", Float64Array.of(1, 2, 3)],
    ["[1, 2, 3, …]", [1, 2]],
    ["{ value: 5 }", { value: 5, gradient: [] }],
    ["{ value: 5, … }", {}],
    ["true", 1],
  ])("%s disagrees with another value", (comment, value) => {
    expect(agrees(parseGiven(comment), value)).toBe(false);
  });

  it.each(["above 1", "5/6", "2 is right", "η·λ/2"])("%s is no value", (comment) => {
    expect(() => parseGiven(comment)).toThrow(SyntaxError);
  });
});
