import { describe, expect, it } from "vitest";
import { toCodePoints, toUtf16 } from "./code-points.js";

describe("code points and UTF-16 offsets", () => {
  const text = "a😀∇𝛌b";

  it("agree with the string's own iterator at every position", () => {
    const characters = [...text];
    for (let n = 0; n <= characters.length; n++) {
      const offset = characters.slice(0, n).join("").length;
      expect(toUtf16(text, n)).toBe(offset);
      expect(toCodePoints(text, offset)).toBe(n);
    }
  });

  it("end with the text", () => {
    expect(toUtf16(text, 99)).toBe(text.length);
    expect(toCodePoints(text, 99)).toBe([...text].length);
  });
});
