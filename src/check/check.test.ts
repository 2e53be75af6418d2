import { describe, expect, test } from "vitest";
import { displaySymbol } from "../figures/display.js";
import { check } from "./check.js";

const right: Record<string, (...values: never[]) => number> = {
  "2.1": (epsilon: number, gTg: number, gTHg: number) => -epsilon * gTg + 0.5 * epsilon ** 2 * gTHg,
  "2.2": (gTg: number, gTHg: number) => gTg / gTHg,
  "2.3": (gTg: number[], gTHg: number[], epsilon: number) =>
    gTg.filter((value, i) => epsilon * gTHg[i]! > 2 * value).length,
};

describe("check.exercise", () => {
  for (const [id, answer] of Object.entries(right)) {
    test(`${id} passes its solution and no constant`, async () => {
      expect((await check.exercise(id, answer)).passed).toBe(true);
      for (const constant of [0, 1, -1, 5]) {
        expect((await check.exercise(id, () => constant)).passed).toBe(false);
        expect((await check.exercise(id, constant)).passed).toBe(false);
      }
    });
  }

  test("names a common mistake, and gives one more hint at every try", async () => {
    await check.exercise("2.1", right["2.1"]);
    const noHalf = (e: number, gTg: number, gTHg: number) => -e * gTg + e ** 2 * gTHg;
    const first = await check.exercise("2.1", noHalf);
    expect(first.toString()).toContain("has lost its ½");
    expect(first.toString().match(/Hint/g)).toHaveLength(1);
    const second = await check.exercise("2.1", noHalf);
    expect(second.toString().match(/Hint/g)).toHaveLength(2);
    expect(second.toString()).not.toContain("0.5 *");
  });

  test("says what is no answer at all", async () => {
    expect((await check.exercise("2.2", () => undefined)).toString()).toBe(
      "○ 2.2: Write your answer, then run this cell again.",
    );
    expect((await check.exercise("2.2", "gTg / gTHg")).toString()).toContain("must be a function");
    const throws = () => {
      throw new Error("oh");
    };
    expect((await check.exercise("2.2", throws)).toString()).toContain("your function threw: oh");
    await expect(check.exercise("2.9", 1)).rejects.toThrow('no exercise "2.9"');
  });
});

describe("check.claims", () => {
  test("shows what holds and throws what does not", () => {
    expect(check.claims([["2 is even", true]]).toString()).toBe("✓ 2 is even");
    const shown = check.claims([["The lowest is -0.5.", true]])[displaySymbol]();
    expect(shown["text/html"]).toContain("The lowest is −0.5.");
    expect(() =>
      check.claims([
        ["a", true],
        ["3 is even", false],
      ]),
    ).toThrow("this does not hold here: 3 is even");
  });
});
