import { expect, it } from "vitest";
import { isComplete } from "./is-complete.js";

it.each([
  "a",
  "await f()",
  "`a`",
  "// only a comment",
  "@d class A {}",
  "declare function f(): void",
  "o.await",
])("%j is complete", (source) => {
  expect(isComplete(source).status).toBe("complete");
});

it.each(["'open", "/open", "const = 1", "a b", "export )", "a export"])(
  "%j is invalid",
  (source) => {
    expect(isComplete(source).status).toBe("invalid");
  },
);

it.each([
  ["`open", ""],
  ["`open ${", "  "],
  ["@decorator", ""],
  ["f.", ""],
  ["if (a)", "  "],
  ["for (const a of b)", "  "],
  ["const f = (a) =>", "  "],
  ["  while (a) {\n    g(", "      "],
  ["switch (a) {\n  case 1:", "    "],
  ["const o = {\n  a: 1,", "  "],
  ["if (a) b(); else", "  "],
  ["try {}", ""],
  ["const", ""],
  ["const a = 1,", ""],
  ["const m = new Map<string,", ""],
  ["function f(): void", ""],
  ["const a = await", ""],
  ["export", ""],
  ["const a = 1\nexport ", ""],
  ["export abstract", ""],
  ["export default", ""],
  ["import", ""],
])("%j goes on, indented by %j", (source, indent) => {
  expect(isComplete(source)).toEqual({ status: "incomplete", indent });
});
