import { expect, it } from "vitest";
import { descendantsOf } from "./descendants.js";

it("finds children and their children, and no one else's", () => {
  const parents = [
    { pid: 2, parent: 1 },
    { pid: 3, parent: 2 },
    { pid: 4, parent: 3 },
    { pid: 5, parent: 2 },
    { pid: 6, parent: 1 },
  ];
  expect(descendantsOf(2, parents).sort()).toEqual([3, 4, 5]);
  expect(descendantsOf(6, parents)).toEqual([]);
});
