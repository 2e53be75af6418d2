import { describe, expect, it } from "vitest";
import { StreamText } from "./stream-text.js";

describe("StreamText", () => {
  it.each([
    [["a\n", "b"], "a\nb"],
    [["50%", "\r60%"], "60%"],
    [["100%\r", "5"], "500%"],
    [["abc\r\nd"], "abc\nd"],
    [["abc\b\bX"], "aXc"],
    [["x\n\bY"], "x\nY"],
    [["one\ntwo\rT"], "one\nTwo"],
    [["\r\r\r"], ""],
  ])("%j is shown as %j", (pieces, shown) => {
    const stream = new StreamText();
    for (const piece of pieces) stream.append(piece);
    expect(stream.text).toBe(shown);
  });
});
