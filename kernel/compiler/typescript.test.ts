import { expect, it } from "vitest";
import { missingInternals } from "./typescript.js";

it("TypeScript still has the internals that the compiler uses", () => {
  expect(missingInternals()).toEqual([]);
});
