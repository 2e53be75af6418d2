import { expect, it } from "vitest";
import { adviceFor } from "./not-typescript.js";

it.each([
  ["%time f()", /begins with %/],
  ["%%html\n<b>x</b>", /begins with %/],
  ["!ls -la", /execSync/],
  ["Math.max?", /Shift\+Tab/],
  ["const a = 1; const b = <b>x</b>;", /JSX/],
  ["const A = () => {\n  return (\n    <p className='a'>{1}</p>\n  );\n};", /JSX/],
])("%j is told what to write instead", (source, advice) => {
  expect(adviceFor(source, 0)).toMatch(advice);
});

it("looks at the line that is complained of", () => {
  const source = "const a = 1;\n%time f()";
  expect(adviceFor(source, 0)).toBeUndefined();
  expect(adviceFor(source, 13)).toMatch(/begins with %/);
});

it.each([
  "const a = <T>(x: T) => x",
  "!done && f()",
  "a ? b : c",
  "let x = ;",
  "const b = <i>x</b>",
])("%j is not taken for anything else", (source) => {
  expect(adviceFor(source, 0)).toBeUndefined();
});
