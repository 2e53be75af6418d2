import { expect, it } from "vitest";
import { descendantsOf } from "./descendants.js";

it("finds children and their children, and no one else's", () => {
  const parents = [
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 2],
    [6, 1],
  ] as const;
  expect(descendantsOf(2, parents).sort()).toEqual([3, 4, 5]);
  expect(descendantsOf(6, parents)).toEqual([]);
});
