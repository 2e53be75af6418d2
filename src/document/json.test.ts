import { describe, expect, it } from "vitest";
import { formatJson, JsonSyntaxError, parseJson, pythonNumber } from "./json.js";

function problemOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  throw new Error("parsed");
}

describe("parseJson", () => {
  it("agrees with JSON.parse on values of every kind", () => {
    const text = `{"a": [1, -2.5, 3e2, true, false, null, "x\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00"], "": {}, "b": []}`;
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it("keeps a key named __proto__ as a key", () => {
    const value = parseJson(`{"__proto__": {"polluted": 1}}`);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(formatJson(value)).toContain('"__proto__"');
  });

  it.each([
    ["", "line 1, column 1: the file is empty"],
    ['{\n "cells": [,]\n}', 'line 2, column 12: expected a value, found ",]"'],
    ['{"a": 1', 'line 1, column 8: expected "," or "}", found the end of the file'],
    ['{"a": NaN}', 'line 1, column 7: expected a value, found "NaN}"'],
    ["[1] 2", 'line 1, column 5: found "2" after the end of the document'],
    ['["\n"]', "line 1, column 3: a control character inside a string (a line end must be \\n)"],
    ['["abc]', "line 1, column 2: a string that starts here is never closed"],
    ["[01]", 'line 1, column 3: expected "," or "]", found "1]"'],
    ['["\\x"]', "line 1, column 3: \\x is not an escape of JSON"],
    ["{a: 1}", 'line 1, column 2: expected a key in quotes, found "a: 1}"'],
  ])("says what is wrong with %j, and where", (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it("refuses a document nested deep enough to exhaust the stack", () => {
    expect(problemOf("[".repeat(100_000))).toContain("nested more than 1000 levels deep");
  });
});

describe("formatJson", () => {
  it("gives numbers back as they were written", () => {
    const text = "[\n 1.0,\n 1e-07,\n 12345678901234567890,\n 1E5,\n -0.0,\n 0.1\n]";
    expect(formatJson(parseJson(text))).toBe(text);
  });

  it("writes the new number once a value has changed", () => {
    const value = parseJson('{"a": 1.0, "b": 2.0}') as { a: number; b: number };
    value.a = 3;
    expect(formatJson(value)).toBe('{\n "a": 3,\n "b": 2.0\n}');
  });

  it("sorts keys by code point, where UTF-16 would sort otherwise", () => {
    expect(formatJson({ "\u{1f600}": 1, "\uffee": 2, b: 3, a: 4 })).toBe(
      '{\n "a": 4,\n "b": 3,\n "\uffee": 2,\n "\u{1f600}": 1\n}',
    );
  });
});

describe("pythonNumber", () => {
  it.each([
    [1, "1"],
    [0.1, "0.1"],
    [0.0001, "0.0001"],
    [0.00001234, "1.234e-05"],
    [-1e-7, "-1e-07"],
    [5e-324, "5e-324"],
    [1e21, "1e+21"],
    [1.5e300, "1.5e+300"],
    [123456789012345680000, "123456789012345680000"],
  ])("%d is %s", (value, text) => {
    expect(pythonNumber(value)).toBe(text);
  });
});
