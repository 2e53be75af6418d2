import { describe, expect, it } from "vitest";
import { textWidth } from "./text-width.js";

describe("textWidth", () => {
  it("adds the widths of the letters, as its example says", () => {
    expect(textWidth("AV", 10)).toBeCloseTo(14.007, 12);
    expect(textWidth("", 10)).toBe(0);
  });

  it("grows in proportion to the size, and with bold", () => {
    expect(textWidth("epoch", 26)).toBeCloseTo(2 * textWidth("epoch", 13), 12);
    expect(textWidth("epoch", 13, true)).toBeGreaterThan(textWidth("epoch", 13));
  });

  it("knows narrow from wide, in Greek and beyond", () => {
    expect(textWidth("i", 10)).toBeLessThan(textWidth("m", 10));
    expect(textWidth("λ", 10)).toBeCloseTo(5.25, 12);
    expect(textWidth("曲", 10)).toBeCloseTo(10.5, 12);
  });
});
